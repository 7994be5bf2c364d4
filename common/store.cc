#include "common/store.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <fstream>
#include <set>

#include "common/durable_file.h"
#include "common/schema.h"
#include "common/store/position_lists.h"
#include "common/store/term_lists.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> split_languages(const std::string& joined) {
  std::vector<std::string> languages;
  for (const std::string_view lang : text::split(joined, ',')) {
    if (!lang.empty()) languages.emplace_back(lang);
  }
  return languages;
}

void check_version(const Xapian::Database& database, const fs::path& index) {
  const std::string version = database.get_metadata(std::string{schema::kMetaVersion});
  if (version == std::to_string(schema::kVersion)) return;
  throw Error(ErrorCode::index_schema, index.string(),
              version.empty() ? "not an index of Dateline's"
                              : fmt::format("schema {}, this build reads {}; run dateline-index --rebuild -d {} PATH…",
                                            version, schema::kVersion, index.string()));
}

/// Generations are there, but which of them readers should see is not known.
constexpr unsigned kUnknown = ~0U;

/// The generation that readers see, which a writer must not touch; 0 for a new index. Without a stub the generations
/// that are there may be somebody's index: only the very first one, whose making was interrupted before there was a
/// stub, may be begun again.
unsigned last_whole_generation(const fs::path& index, IndexWriter::Mode mode) {
  try {
    const std::vector<Generation> all = generations(index);
    const unsigned current = current_generation(index);
    if (current != 0 || never_published(index)) return current;
    std::error_code error;
    const bool begun = all.size() == 1 && all[0].number == 1 && !fs::exists(all[0].folder / "ledger", error);
    if (begun && !all[0].whole) return 0;
  } catch (const Error& e) {
    if (mode != IndexWriter::Mode::rebuild || e.code() != ErrorCode::index_corrupt) throw;
    return kUnknown;
  }
  if (mode == IndexWriter::Mode::rebuild) return kUnknown;
  throw Error(ErrorCode::index_corrupt, index.string(),
              "XAPIANDB is missing; restore it or run dateline-index --rebuild to make the index anew");
}

}  // namespace

fs::path index_folder(const fs::path& given) {
  if (!given.empty()) return given;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr ? fs::path{value} : fs::path{};
  };
  if (const fs::path index = variable("DATELINE_INDEX"); !index.empty()) return index;
  if (const fs::path data = variable("XDG_DATA_HOME"); data.is_absolute()) return data / "dateline" / "index";
  return variable("HOME") / ".local" / "share" / "dateline" / "index";
}

void rethrow(const Xapian::Error& error, const fs::path& index) {
  const std::string name = error.get_type();
  const char* reason = error.get_error_string();  // of the system, when it refused
  std::string message = error.get_msg();
  if (reason != nullptr) message += fmt::format(" ({})", reason);
  if (name == "DatabaseModifiedError" || name == "DatabaseLockError")
    throw Error(ErrorCode::busy, index.string(), message + "; try again");
  const bool damaged = name == "DatabaseCorruptError" || name == "DatabaseVersionError" ||
                       name == "SerialisationError" || name == "DatabaseNotFoundError" ||
                       (name == "DatabaseOpeningError" && reason == nullptr) ||
                       (name == "DatabaseError" && message.find("EOF") != std::string::npos);
  if (damaged)
    throw Error(ErrorCode::index_corrupt, index.string(), message + "; run dateline-index --rebuild to make it anew");
  throw Error(ErrorCode::io, index.string(), message);
}

namespace {

constexpr unsigned kConnectMilliseconds = 3000;
constexpr unsigned kAnswerMilliseconds = 15'000;

Snapshot open_shard(const fs::path& index, const ShardPlace& place) {
  std::error_code ignored;
  if (!place.folder.empty() && fs::exists(place.folder / kStub, ignored)) return open_snapshot(place.folder);
  Snapshot snapshot{.database = place.folder.empty() ? Xapian::Remote::open(place.host, place.port, kAnswerMilliseconds,
                                                                            kConnectMilliseconds)
                                                     : Xapian::Database(place.folder.string())};
  check_version(snapshot.database, index / place.name());
  snapshot.languages = split_languages(snapshot.database.get_metadata(std::string{schema::kMetaLanguages}));
  snapshot.remote = place.folder.empty();
  snapshot.shard = place.folder;
  if (snapshot.remote && positions_apart(snapshot.database) != 0) {
    throw Error(ErrorCode::index_schema, place.name(),
                "keeps the places of words where xapian-tcpsrv does not look; rebuild it with --remote, or make shards "
                "of it with dateline-index shard");
  }
  return snapshot;
}

Snapshot open_shards(const fs::path& index, const std::vector<ShardPlace>& places, DeadShards dead) {
  Snapshot all;
  std::set<std::string> languages;
  for (const ShardPlace& place : places) {
    try {
      const Snapshot shard = open_shard(index, place);
      all.database.add_database(shard.database);
      all.remote = all.remote || shard.remote;
      if (places.size() == 1) all.shard = shard.shard;
      languages.insert(shard.languages.begin(), shard.languages.end());
    } catch (const Xapian::Error& error) {
      if (dead == DeadShards::refuse) rethrow(error, fs::path{place.name()});
      all.missing.push_back(place.name());
    } catch (const Error&) {
      if (dead == DeadShards::refuse) throw;
      all.missing.push_back(place.name());
    }
  }
  if (all.missing.size() == places.size()) throw Error(ErrorCode::io, index.string(), "no shard answers");
  all.languages.assign(languages.begin(), languages.end());
  return all;
}

}  // namespace

Snapshot open_snapshot(const fs::path& index, DeadShards dead) {
  std::error_code ignored;
  if (!fs::exists(index / kStub, ignored)) {
    throw Error(ErrorCode::index_missing, index.string(),
                fmt::format("no index here; make one with: dateline-index -d {} PATH…", index.string()));
  }
  if (const std::vector<ShardPlace> shards = listed_shards(index); !shards.empty())
    return open_shards(index, shards, dead);
  constexpr int kMostAttempts = 20;  // A writer may commit faster than a slow reader opens.
  for (int attempt = 0;; ++attempt) {
    const unsigned generation = current_generation(index);
    try {
      Snapshot snapshot{.database = Xapian::Database(index.string()),
                        .generation = generation,
                        .shard = generation_folder(index, generation) / "s0"};
      // Published in between: the shard's files would be those of another generation than the database.
      if (attempt < kMostAttempts && current_generation(index) != generation) continue;
      check_version(snapshot.database, index);
      snapshot.languages = split_languages(snapshot.database.get_metadata(std::string{schema::kMetaLanguages}));
      return snapshot;
    } catch (const Xapian::DatabaseModifiedError& error) {
      if (attempt == kMostAttempts) rethrow(error, index);
    } catch (const Xapian::Error& error) {
      // Caught between reading the stub and opening the shards that it named: the next generation is there.
      if (attempt < 3 && current_generation(index) != generation) continue;
      rethrow(error, index);
    }
  }
}

std::string state_token(const fs::path& index) {
  std::ifstream stub(index / kStub);
  std::string seen;
  std::string line;
  while (std::getline(stub, line)) {
    if (!line.starts_with("auto ")) continue;
    seen += line;
    if (std::error_code none; fs::exists(index / line.substr(5) / kStub, none))
      seen += state_token(index / line.substr(5));
    // Xapian replaces this file by renaming with each commit.
    struct stat file {};
    if (::stat((index / line.substr(5) / "iamglass").c_str(), &file) != 0) continue;
    seen += fmt::format("|{}|{}.{}|", file.st_ino, file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
  }
  if (seen.empty()) return {};
  return fmt::format("{:016x}", XXH3_64bits(seen.data(), seen.size()));
}

struct IndexWriter::Impl {
  Impl(fs::path folder, Mode m, const Clock& clock) : index(std::move(folder)), mode(m), lock(index, clock) {}

  fs::path index;
  Mode mode;
  IndexLock lock;
  unsigned generation = 1;
  unsigned before = 0;  ///< What readers saw when a rebuild began.
  Xapian::WritableDatabase database;
  std::set<std::string> languages;
  bool languages_changed = false;
  bool in_transaction = false;
  bool published = false;
};

IndexWriter::IndexWriter(fs::path index, Mode mode, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(index), mode, clock)) {
  const unsigned current = last_whole_generation(impl_->index, mode);
  const bool fresh = mode == Mode::rebuild || current == 0;
  std::error_code error;
  // Generations that are not whole are what interrupted jobs left.
  if (current != kUnknown) remove_leftovers(impl_->index);
  impl_->before = current == kUnknown ? 0 : current;
  impl_->generation = fresh ? next_generation(impl_->index) : current;
  try {
    const fs::path shard = generation_folder() / "s0";
    if (fresh) fs::create_directories(generation_folder());
    if (fresh) mark_building(generation_folder());
    if (!fresh) remove_half_completed(shard);
    impl_->database = Xapian::WritableDatabase(shard.string(), fresh ? Xapian::DB_CREATE : Xapian::DB_OPEN);
    if (fresh) {
      impl_->database.set_metadata(std::string{schema::kMetaVersion}, std::to_string(schema::kVersion));
      impl_->database.commit();
      fsync_folder(shard);
      fsync_folder(generation_folder());
    } else {
      check_version(impl_->database, impl_->index);
    }
    for (std::string& lang : split_languages(impl_->database.get_metadata(std::string{schema::kMetaLanguages}))) {
      impl_->languages.insert(std::move(lang));
    }
    impl_->database.begin_transaction(true);
    impl_->in_transaction = true;
  } catch (const Xapian::Error& e) {
    rethrow(e, impl_->index);
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorCode::io, impl_->index.string(), e.what());
  }
  if (fresh && mode == Mode::update) publish_generation(impl_->index, impl_->generation);
}

IndexWriter::~IndexWriter() {
  if (!impl_) return;
  try {
    if (impl_->in_transaction) impl_->database.cancel_transaction();
    impl_->database.close();
  } catch (const Xapian::Error&) {
    // Nothing was committed, which is all that is promised here.
  }
  if (impl_->mode != Mode::rebuild || impl_->published) return;
  try {
    // Publishing may fail after the stub was replaced: what readers see stays.
    if (current_generation(impl_->index) == impl_->generation) return;
  } catch (const Error&) {
    return;  // Left behind it costs space only; the next job tries again.
  }
  std::error_code ignored;
  fs::remove_all(generation_folder(), ignored);
}

Xapian::WritableDatabase& IndexWriter::database() {
  return impl_->database;
}

fs::path IndexWriter::generation_folder() const {
  return dateline::generation_folder(impl_->index, impl_->generation);
}

unsigned IndexWriter::generation() const {
  return impl_->generation;
}

void IndexWriter::add_language(const std::string& lang) {
  if (!lang.empty() && impl_->languages.insert(lang).second) impl_->languages_changed = true;
}

void IndexWriter::commit() {
  try {
    if (impl_->languages_changed) {
      impl_->database.set_metadata(std::string{schema::kMetaLanguages},
                                   fmt::format("{}", fmt::join(impl_->languages, ",")));
      impl_->languages_changed = false;
    }
    impl_->in_transaction = false;
    impl_->database.commit_transaction();
    // Xapian syncs its files but not the name of the newest of them: what is acknowledged must survive a power cut.
    fsync_folder(generation_folder() / "s0");
    impl_->database.begin_transaction(true);
    impl_->in_transaction = true;
  } catch (const Xapian::Error& e) {
    rethrow(e, impl_->index);
  }
}

void IndexWriter::replace_shard(const MakeShard& make) try {
  assert(impl_->mode == Mode::rebuild && !impl_->published);
  commit();
  std::map<std::string, std::string> metadata;
  for (auto key = impl_->database.metadata_keys_begin(); key != impl_->database.metadata_keys_end(); ++key)
    metadata[*key] = impl_->database.get_metadata(*key);
  impl_->in_transaction = false;
  impl_->database.cancel_transaction();
  impl_->database.close();
  const fs::path shard = generation_folder() / "s0";
  const fs::path made = generation_folder() / "sealed";
  make(made, std::move(metadata));
  fs::remove_all(shard);
  fs::rename(made, shard);
  fsync_folder(generation_folder());
  impl_->database = Xapian::WritableDatabase(shard.string(), Xapian::DB_OPEN);
  impl_->database.begin_transaction(true);
  impl_->in_transaction = true;
} catch (const Xapian::Error& e) {
  rethrow(e, impl_->index);
} catch (const fs::filesystem_error& e) {
  throw Error(ErrorCode::io, impl_->index.string(), e.what());
}

void IndexWriter::publish(std::size_t keep) {
  if (impl_->mode != Mode::rebuild) return;
  try {
    // A stub that is damaged names nothing to be kept; it is replaced like a whole one.
    (void)current_generation(impl_->index);
  } catch (const Error& e) {
    if (e.code() != ErrorCode::index_corrupt) throw;
    write_atomically(impl_->index / kStub, fmt::format("auto gen-{}/s0\n", impl_->generation));
  }
  publish_generation(impl_->index, impl_->generation);
  impl_->published = true;
  remove_generations(impl_->index, keep, impl_->before);
}

}  // namespace dateline

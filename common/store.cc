#include "common/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>

#include "common/date.h"
#include "common/durable_file.h"
#include "common/schema.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

constexpr const char* kStub = "XAPIANDB";

[[noreturn]] void throw_errno(const fs::path& path, const std::string& doing) {
  throw Error(ErrorCode::io, path.string(), doing + ": " + std::strerror(errno));
}

struct FileDescriptor {
  explicit FileDescriptor(int f) : fd(f) {}
  ~FileDescriptor() {
    if (fd >= 0) ::close(fd);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int fd;
};

std::string generation_name(unsigned generation) {
  return fmt::format("gen-{}", generation);
}

/// The number in "gen-12", 0 for other names.
unsigned generation_number(const std::string& name) {
  if (!name.starts_with("gen-") || name.size() > 12) return 0;
  unsigned number = 0;
  for (const char c : name.substr(4)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

/// Generation that the stub names ("auto gen-3/s0"); 0 when there is no stub. Throws Error when there is one that
/// cannot be read or names none: an index must never be taken for an empty folder.
unsigned current_generation(const fs::path& index) {
  errno = 0;
  std::ifstream stub(index / kStub);
  if (!stub) {
    if (errno == ENOENT || errno == ENOTDIR) return 0;
    throw_errno(index / kStub, "cannot open");
  }
  std::string line;
  while (std::getline(stub, line)) {
    if (!line.starts_with("auto ")) continue;
    if (const unsigned n = generation_number(line.substr(5, line.find('/') - 5)); n != 0) return n;
  }
  throw Error(ErrorCode::index_corrupt, (index / kStub).string(),
              "names no generation; run dateline-index --rebuild to make the index anew");
}

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

std::string host_name() {
  std::string name(256, '\0');
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  name.resize(std::strlen(name.c_str()));
  return name;
}

/// Held from construction to destruction. flock goes with the process, so a killed writer leaves no stale lock.
class Lock {
 public:
  Lock(const fs::path& index, const Clock& clock)
      : file_(::open((index / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    const fs::path path = index / "lock";
    if (file_.fd < 0) throw_errno(path, "cannot open");
    if (::flock(file_.fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) throw_errno(path, "cannot lock");
      std::ifstream holder(path);
      std::string who;
      std::getline(holder, who);
      throw Error(ErrorCode::busy, index.string(),
                  "locked by " + (who.empty() ? std::string{"another writer"} : who) + "; try again later");
    }
    const std::string who = fmt::format("process {} on {} since {}\n", ::getpid(), host_name(),
                                        format_rfc3339({.utc = clock.now().time_since_epoch().count()}));
    // Only said for people; the lock itself is flock's.
    if (::ftruncate(file_.fd, 0) != 0 || ::pwrite(file_.fd, who.data(), who.size(), 0) < 0)
      throw_errno(path, "cannot write");
  }

 private:
  FileDescriptor file_;
};

/// The folder may be missing, empty, an index, or an index whose making was interrupted.
void check_folder(const fs::path& index) {
  std::error_code error;
  if (!fs::exists(index, error)) return;
  if (!fs::is_directory(index, error)) throw Error(ErrorCode::usage, index.string(), "is a file; an index is a folder");
  for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (name != kStub && name != "lock" && name != std::string{kStub} + ".tmp" && generation_number(name) == 0) {
      throw Error(ErrorCode::usage, index.string(),
                  fmt::format("holds \"{}\": not an index and not empty; choose another folder", name));
    }
  }
  if (error) throw Error(ErrorCode::io, index.string(), error.message());
}

std::vector<fs::path> generations_after(const fs::path& index, unsigned generation) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error)) {
    if (generation_number(it->path().filename()) > generation) found.push_back(it->path());
  }
  return found;
}

/// The generation that readers see, which a writer must not touch; 0 for a new index. Without a stub the generations
/// that are there may be somebody's index: only the very first one, whose making was interrupted before there was a
/// stub, may be begun again.
unsigned last_whole_generation(const fs::path& index, IndexWriter::Mode mode) {
  const std::vector<fs::path> all = generations_after(index, 0);
  unsigned highest = 0;
  for (const fs::path& path : all) highest = std::max(highest, generation_number(path.filename()));
  try {
    const unsigned current = current_generation(index);
    if (current != 0 || highest == 0) return current;
    std::error_code error;
    if (highest == 1 && !fs::exists(index / "gen-1" / "ledger", error)) return 0;
  } catch (const Error& e) {
    if (mode != IndexWriter::Mode::rebuild || e.code() != ErrorCode::index_corrupt) throw;
    return highest;
  }
  if (mode == IndexWriter::Mode::rebuild) return highest;
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

Snapshot open_snapshot(const fs::path& index) {
  std::error_code ignored;
  if (!fs::exists(index / kStub, ignored)) {
    throw Error(ErrorCode::index_missing, index.string(),
                fmt::format("no index here; make one with: dateline-index -d {} PATH…", index.string()));
  }
  for (int attempt = 0;; ++attempt) {
    const unsigned generation = current_generation(index);
    try {
      Snapshot snapshot{.database = Xapian::Database(index.string()), .generation = generation};
      check_version(snapshot.database, index);
      snapshot.languages = split_languages(snapshot.database.get_metadata(std::string{schema::kMetaLanguages}));
      return snapshot;
    } catch (const Xapian::Error& error) {
      // Caught between reading the stub and opening the shards that it named: the next generation is there.
      if (attempt < 3 && current_generation(index) != generation) continue;
      rethrow(error, index);
    }
  }
}

struct IndexWriter::Impl {
  Impl(fs::path folder, Mode m, const Clock& clock) : index(std::move(folder)), mode(m), lock(index, clock) {}

  fs::path index;
  Mode mode;
  Lock lock;
  unsigned generation = 1;
  Xapian::WritableDatabase database;
  std::set<std::string> languages;
  bool languages_changed = false;
  bool in_transaction = false;
};

IndexWriter::IndexWriter(fs::path index, Mode mode, const Clock& clock) {
  check_folder(index);
  std::error_code error;
  fs::create_directories(index, error);
  if (error) throw Error(ErrorCode::io, index.string(), "cannot create: " + error.message());
  impl_ = std::make_unique<Impl>(std::move(index), mode, clock);

  const unsigned current = last_whole_generation(impl_->index, mode);
  const bool fresh = mode == Mode::rebuild || current == 0;
  impl_->generation = fresh ? current + 1 : current;
  // Generations after the current one are what an interrupted job left.
  for (const fs::path& leftover : generations_after(impl_->index, current)) fs::remove_all(leftover, error);
  try {
    const fs::path shard = generation_folder() / "s0";
    if (fresh) fs::create_directories(generation_folder());
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
  if (fresh && current == 0) {
    fsync_folder(impl_->index);
    write_atomically(impl_->index / kStub, "auto gen-1/s0\n");
  }
}

IndexWriter::~IndexWriter() {
  if (!impl_ || !impl_->in_transaction) return;
  try {
    impl_->database.cancel_transaction();
  } catch (const Xapian::Error&) {
    // Nothing was committed, which is all that is promised here.
  }
}

Xapian::WritableDatabase& IndexWriter::database() {
  return impl_->database;
}

fs::path IndexWriter::generation_folder() const {
  return impl_->index / generation_name(impl_->generation);
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
    impl_->database.begin_transaction(true);
    impl_->in_transaction = true;
  } catch (const Xapian::Error& e) {
    rethrow(e, impl_->index);
  }
}

void IndexWriter::publish() {
  if (impl_->mode != Mode::rebuild) return;
  fsync_folder(impl_->index);
  write_atomically(impl_->index / kStub, fmt::format("auto {}/s0\n", generation_name(impl_->generation)));
  for (const fs::path& folder : generations_after(impl_->index, 0)) {
    if (generation_number(folder.filename()) + 1 >= impl_->generation) continue;
    std::error_code ignored;  // A leftover costs space only; the next job tries again.
    fs::remove_all(folder, ignored);
  }
}

}  // namespace dateline

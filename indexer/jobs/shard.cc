#include "indexer/jobs/shard.h"

#include <fmt/format.h>
#include <xapian.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "common/durable_file.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/store/document_terms.h"
#include "common/store/position_lists.h"
#include "common/store/term_lists.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/ledger.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBatch = 10'000;

/// Moments that part the dated articles into equally many; as many as shards less one.
std::vector<std::string> date_borders(const Xapian::Database& database, std::size_t shards) {
  std::vector<std::string> moments;
  for (auto value = database.valuestream_begin(schema::slot_published);
       value != database.valuestream_end(schema::slot_published); ++value)
    moments.push_back(*value);
  std::sort(moments.begin(), moments.end());
  std::vector<std::string> borders;
  for (std::size_t i = 1; i < shards; ++i)
    borders.push_back(moments.empty() ? std::string{} : moments[i * moments.size() / shards]);
  return borders;
}

/// A shard that is being written.
struct Part {
  fs::path generation;
  Xapian::WritableDatabase database;
  std::set<std::string> identities;
  std::size_t pending = 0;
};

}  // namespace

std::size_t shard_of(const Article& article, const std::string& identity, ShardBy by, std::size_t shards) {
  const std::string what = by == ShardBy::source ? text::fold(article.source) : identity;
  return XXH3_64bits(what.data(), what.size()) % shards;
}

ShardChoice parse_shard(const std::string& text) {
  ShardChoice choice;
  const std::size_t space = text.find(' ');
  const std::size_t slash = text.find('/');
  if (space != std::string::npos && slash != std::string::npos && slash > space) {
    const std::string by = text.substr(0, space);
    choice.by = by == "source" ? ShardBy::source : ShardBy::hash;
    const auto number = [&](std::size_t from, std::size_t to, std::size_t& out) {
      return std::from_chars(text.data() + from, text.data() + to, out).ptr == text.data() + to;
    };
    if ((by == "hash" || by == "source") && number(space + 1, slash, choice.number) &&
        number(slash + 1, text.size(), choice.count) && choice.number >= 1 && choice.number <= choice.count) {
      --choice.number;
      return choice;
    }
  }
  throw Error(ErrorCode::usage, "shard", fmt::format("\"{}\" is not \"hash 2/4\" or \"source 2/4\"", text));
}

ShardReport split_index(const fs::path& index, const fs::path& folder, ShardBy by, std::size_t shards,
                        const Clock& clock) try {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    throw Error(ErrorCode::usage, folder.string(), "not empty; choose another folder");
  const Snapshot snapshot = open_snapshot(index);
  const IndexLock lock(index, clock);
  const Xapian::Database& from = snapshot.database;
  std::vector<Part> parts(shards);
  std::vector<ShardPlace> places;
  for (std::size_t i = 0; i < shards; ++i) {
    const fs::path shard = fs::absolute(folder / fmt::format("s{}", i + 1)).lexically_normal();
    places.push_back({.folder = shard, .host = {}});
    parts[i].generation = generation_folder(shard, 1);
    fs::create_directories(parts[i].generation);
    parts[i].database = Xapian::WritableDatabase((parts[i].generation / "s0").string(), Xapian::DB_CREATE);
    // A reader asks the first shard only: each has all of it.
    for (auto key = from.metadata_keys_begin(); key != from.metadata_keys_end(); ++key) {
      if (!schema::names_docids(*key)) parts[i].database.set_metadata(*key, from.get_metadata(*key));
    }
  }
  const std::vector<std::string> borders =
      by == ShardBy::date ? date_borders(from, shards) : std::vector<std::string>{};
  DocumentPositions positions(from);
  Analyzers analyzers;
  for (auto it = from.postlist_begin(""); it != from.postlist_end(""); ++it) {
    const Xapian::Document document = whole_document(from, positions, *it, analyzers);
    const std::string identity = identity_of(document.termlist_begin());
    std::size_t number = 0;
    if (by == ShardBy::date) {
      const std::string moment = document.get_value(schema::slot_published);
      number = static_cast<std::size_t>(std::upper_bound(borders.begin(), borders.end(), moment) - borders.begin());
    } else {
      number = shard_of(by == ShardBy::source ? decode_article(document.get_data()) : Article{}, identity, by, shards);
    }
    Part& part = parts[number];
    part.database.add_document(document);
    part.identities.insert(identity);
    if (++part.pending % kBatch == 0) part.database.commit();
  }
  ShardReport report;
  for (std::size_t i = 0; i < shards; ++i) {
    parts[i].database.commit();
    parts[i].database.close();
    copy_ledger(generation_folder(index, snapshot.generation), parts[i].generation);
    Ledger ledger(parts[i].generation);
    ledger.keep_only([&](const std::string& identity) { return parts[i].identities.contains(identity); });
    ledger.commit();
    publish_generation(places[i].folder, 1);
    fsync_tree(places[i].folder);
    report.articles.push_back(parts[i].identities.size());
  }
  list_shards(folder, places);
  return report;
} catch (const Xapian::Error& e) {
  rethrow(e, index);
} catch (const fs::filesystem_error& e) {
  throw Error(ErrorCode::io, e.path1().string(), e.code().message());
}

}  // namespace dateline::indexer

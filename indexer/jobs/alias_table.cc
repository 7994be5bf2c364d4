#include "indexer/jobs/alias_table.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "common/schema.h"

namespace dateline::indexer {

bool write_alias_table(const ActorData& actors, IndexWriter& writer) {
  const auto aliases = actors.aliases();  // sorted
  XXH64_hash_t edition = 0;
  for (const auto& [alias, name] : aliases) {
    edition = XXH3_64bits_withSeed(alias.data(), alias.size(), edition);
    edition = XXH3_64bits_withSeed(name.data(), name.size(), edition);
  }
  Xapian::WritableDatabase& database = writer.database();
  const std::string key{schema::kMetaActorData};
  const std::string written = fmt::format("{:016x}", edition);
  if (database.get_metadata(key) == written) return false;

  const std::string prefix{schema::kMetaAlias};
  std::vector<std::string> old;
  for (auto it = database.metadata_keys_begin(prefix); it != database.metadata_keys_end(prefix); ++it)
    old.push_back(*it);
  for (const std::string& stale : old) database.set_metadata(stale, "");
  for (std::size_t begin = 0; begin < aliases.size();) {
    std::vector<std::string> names;
    std::size_t end = begin;
    for (; end < aliases.size() && aliases[end].first == aliases[begin].first; ++end)
      names.push_back(aliases[end].second);
    const std::string alias_key = prefix + aliases[begin].first;
    if (alias_key.size() <= schema::kMaxTermBytes)
      database.set_metadata(alias_key, schema::pack_strings(std::move(names)));
    begin = end;
  }
  database.set_metadata(key, written);
  return true;
}

}  // namespace dateline::indexer

// One index as several: each shard an index of its own, and a folder that lists them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/clock.h"
#include "dateline/article.h"

namespace dateline::indexer {

enum class ShardBy : std::uint8_t {
  hash,    ///< Of the identity: shards of equal size.
  source,  ///< Of the source's name: a source's articles stay together.
  date,    ///< Spans of time with equally many articles; undated ones are in the first.
};

/// Shard of an article, from 0, by what it is alone (hash, source).
[[nodiscard]] std::size_t shard_of(const Article& article, const std::string& identity, ShardBy by, std::size_t shards);

/// "hash 2/4": the second of four.
struct ShardChoice {
  ShardBy by = ShardBy::hash;
  std::size_t number = 0;  ///< From 0.
  std::size_t count = 1;
};
/// Throws Error(usage); a shard by date is a job with a filter.
[[nodiscard]] ShardChoice parse_shard(const std::string& text);

struct ShardReport {
  std::vector<std::size_t> articles;  ///< In each shard.
};

/// Writes `shards` indexes into `folder`/s1, s2, … (missing or empty before), each with its part of the ledger, so that
/// jobs go on there, and `folder` as the list of them.
ShardReport split_index(const std::filesystem::path& index, const std::filesystem::path& folder, ShardBy by,
                        std::size_t shards, const Clock& clock);

}  // namespace dateline::indexer

// Queries of one local shard, matched from posting lists in memory: what Xapian's matcher finds, with the same scores
// to the last bit, without a walk through its tree of lists for each document.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/query/compile.h"
#include "dateline/ranking_parameters.h"
#include "searcher/match/local_shard.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

struct BestDocuments {
  /// By weight, then by docid; behind the wanted ones those that may be tied with the last.
  std::vector<Match> documents;
  std::uint64_t total = 0;  ///< How many there are; about, unless they were to be counted.
};

/// The `wanted` best documents. `expression`: plain.
[[nodiscard]] BestDocuments best_documents(const query::Expression::Node& expression, const LocalShard& shard,
                                           const RankingParameters& parameters, std::size_t wanted, bool count);

/// About how many postings Xapian weighs to match it. `expression`: plain.
[[nodiscard]] double postings_at_most(const query::Expression::Node& expression, const Xapian::Database& database);

struct Documents {
  std::vector<Xapian::docid> page;  ///< From some offset on.
  std::uint64_t total = 0;
};

/// Documents in the order of docids from `offset` on, at most `limit`. `expression`: plain. Unless `count`, only of an
/// expression whose list is at hand or short: for others Xapian, which ends with the last of the page, is faster.
[[nodiscard]] std::optional<Documents> documents_in_order(const query::Expression::Node& expression,
                                                          const LocalShard& shard, std::size_t offset,
                                                          std::size_t limit, bool count);

/// Ascending. `expression`: plain.
[[nodiscard]] std::vector<Xapian::docid> matching_documents(const query::Expression::Node& expression,
                                                            const LocalShard& shard);

}  // namespace dateline::searcher

// Documents that have all of several terms, or one of each of several ORs of terms, best first.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/query/compile_places.h"
#include "searcher/match/local_shard.h"
#include "searcher/match/posting_lists.h"
#include "searcher/match/rank_any.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// An AND of ORs of terms.
struct AllOf {
  std::vector<AnyOf> parts;  ///< At least one, in the order in which their weights are added.
  AnyOf none;                ///< May not match.
  AnyOf maybe;               ///< Adds weight, last.
  std::vector<std::shared_ptr<const query::PlacesTest>> tests;
};

/// Adds what can come up. Returns how many there are if `count`; otherwise no more is looked at than that needs, and
/// what is returned means nothing.
std::uint64_t rank_all(AllOf all, const LocalShard& shard, const Bm25& ranking, bool count, TopDocuments& top);

}  // namespace dateline::searcher

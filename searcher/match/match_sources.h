// What local_matches.h has found, handed to Xapian's Enquire, which keeps the best of it.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "common/query/compile_places.h"
#include "searcher/match/local_matches.h"

namespace dateline::searcher {

/// Matches, and tests of places that are left to be made.
struct Candidates {
  explicit Candidates(Sums& used) : sums(used) {}
  ~Candidates() { sums.give_back(std::move(matches)); }
  Candidates(const Candidates&) = delete;
  Candidates& operator=(const Candidates&) = delete;

  Sums& sums;
  Matches matches;
  std::vector<std::shared_ptr<const query::PlacesTest>> tests;
  enum class State : std::uint8_t { untested, holds, fails };
  std::vector<State> states;
  double most = 0;
};

/// Documents of one term, which weighs at most `weight`. Blocks none of which can come up are passed over.
[[nodiscard]] Xapian::Query list_query(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight);
[[nodiscard]] Xapian::Query candidates_query(std::shared_ptr<Candidates> candidates, const LocalShard& shard);

}  // namespace dateline::searcher

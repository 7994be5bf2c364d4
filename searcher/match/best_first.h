// Tests of places where not all matches are asked for: the best are tested first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/query/compile_places.h"
#include "searcher/match/local_matches.h"
#include "searcher/match/sums.h"

namespace dateline::searcher {

using PlacesTests = std::vector<std::shared_ptr<const query::PlacesTest>>;

/// Leaves the matches in which all tests hold, and of them those at least that are among the `wanted` best or tied with
/// one of those. Returns about how many there are.
[[nodiscard]] std::uint64_t keep_best(Matches& matches, const PlacesTests& tests, std::size_t wanted,
                                      const LocalShard& shard);

}  // namespace dateline::searcher

// Why a hit ranks where it does.
#pragma once

#include <xapian.h>

#include <map>
#include <memory>
#include <vector>

#include "common/query/compile.h"
#include "dateline/search_result.h"
#include "searcher/match/ranking.h"

namespace dateline::searcher {

/// What each part of a ranked query adds to the score of each document of `hits`. The parts add up to its score.
/// Articles outside `visible` are not counted; an empty query: all are visible.
[[nodiscard]] std::map<Xapian::docid, std::vector<Contribution>> contributions(
    const Xapian::Database& database, const Xapian::Query& query, const std::vector<Xapian::docid>& hits,
    const RankingParameters& parameters, const std::shared_ptr<query::Budget>& budget = {},
    const Xapian::Query& visible = {});

}  // namespace dateline::searcher

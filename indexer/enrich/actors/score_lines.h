// Lines of results, standings and placings in articles about sport.
#pragma once

#include <vector>

#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// Teams and players that stand in such lines: "Boston 5 Florida 2", "Bolton 19 11 5 3", "Chicago at Utah",
/// "Kent 214 (P. Johnson 84)", "Rolf Sorensen (Denmark) Rabobank", "11 - Ian Wright (Arsenal)". Countries are left out.
/// In text order, not overlapping.
std::vector<Mention> read_score_lines(const TokenisedArticle& article, const Matches& matches);

}  // namespace dateline::indexer

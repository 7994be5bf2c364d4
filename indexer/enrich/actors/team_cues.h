// Teams that are called by their town: in results and standings, and where sports writers speak of them.
#pragma once

#include <vector>

#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// In an article about sport, makes teams (Mention::team) of what stands in a line of results ("Boston 5 Florida 2"),
/// of standings ("Bolton 19 11 5 3") or of a schedule ("Chicago at Utah"), and of towns that play ("beat Sunderland",
/// "Liverpool striker"). Countries stay countries. `tagged` is in text order, not overlapping, and stays so.
void apply_team_cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged);

}  // namespace dateline::indexer

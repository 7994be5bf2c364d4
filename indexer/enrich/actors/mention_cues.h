// What the words around a name tell of it, where the tagger missed or mistook it.
#pragma once

#include <vector>

#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// Mends the tagger's mentions of an English article (in text order, not overlapping; they stay so): adds bodies of
/// states ("Indonesian Navy"), numbered units ("501st Legion") and what a noun announces ("the journal Nature
/// Medicine"); makes organisations of places that are called as such ("Municipality of Bogliasco").
void apply_cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged);

}  // namespace dateline::indexer

// Mentions that name no actor: offices, factions, laws, streets, models, codes.
#pragma once

#include "indexer/enrich/actors/mention_merger.h"

namespace dateline::indexer {

/// Whether the words of `mention` (not empty, without titles) name nobody who acts.
[[nodiscard]] bool names_nobody(const MentionSources& sources, const Mention& mention);

}  // namespace dateline::indexer

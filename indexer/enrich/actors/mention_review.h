// A second look at an article's mentions: what one of them tells of another.
#pragma once

#include <vector>

#include "indexer/enrich/actors/mention_merger.h"

namespace dateline::indexer {

/// Mends `mentions` (in text order, as merge_mentions makes them) by what the rest of the article says: a person whom
/// it names elsewhere is cut off the organisation before; what it calls a ship or a storm once is none of its actors; a
/// pair of names is parted where one of them stands alone elsewhere; of an event that ends in a country the country is
/// kept. Order and disjointness stay, but for persons inside the name of a memorial or building, who come behind it.
void review_mentions(const MentionSources& sources, std::vector<Mention>& mentions);

}  // namespace dateline::indexer

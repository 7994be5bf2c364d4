// alias -> canonical names, written into the index so that a search never needs the gazetteer files.
#pragma once

#include "common/store.h"
#include "indexer/enrich/actors/actor_data.h"

namespace dateline::indexer {

/// Writes the table as metadata (schema::kMetaAlias) if the index holds another edition of it; true if so.
/// The caller commits.
bool write_alias_table(const ActorData& actors, IndexWriter& writer);

}  // namespace dateline::indexer

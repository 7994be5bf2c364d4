// What the articles of an index tell together about who is whom.
#pragma once

#include <xapian.h>

#include <vector>

#include "common/actor_identities.h"
#include "indexer/enrich/actors/gazetteer.h"

namespace dateline::indexer {

/// Merges of names that one actor bears in different articles, from all articles of the database (the first million,
/// should there be more). Conservative: two names are one actor's only if they are spellings of each other, no article
/// tells them apart, they keep the same company, and no third name could be meant as well. `gazetteer` may be null; its
/// actors keep their names and are never merged with each other. The same articles give the same rules.
[[nodiscard]] std::vector<IdentityRule> learn_identities(const Xapian::Database& database, const Gazetteer* gazetteer);

}  // namespace dateline::indexer

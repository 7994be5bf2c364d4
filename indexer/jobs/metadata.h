// What others say about an article (GDELT's rows), kept beside the article and added to it.
#pragma once

#include <string>

#include "dateline/article.h"

namespace dateline::indexer {

/// All of an entry but its text, packed.
[[nodiscard]] std::string packed_metadata(const Article& entry);

/// Adds subjects and further fields, and whatever else the article does not say itself: others tell its actors by
/// programs, which saw no more than it has.
void add_packed_metadata(const std::string& packed, Article& article);

}  // namespace dateline::indexer

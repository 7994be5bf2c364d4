// What an index keeps of an article because of what the article says: the terms and values that follow from the stored
// record alone.
#pragma once

#include <cstddef>

#include "common/analyzer.h"
#include "common/store/flat_document.h"
#include "dateline/article.h"

namespace dateline {

/// Adds the terms of an article's fields, with those of its words (article_words.h), and its values to `document`. What
/// the article does not say is not among them: identity, order and moment of indexing, and whether it is hidden.
void add_article_terms(const Article& article, Analyzers& analyzers, FlatDocument& document);

}  // namespace dateline

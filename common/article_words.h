// The words of an article as terms.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/analyzer.h"
#include "common/store/flat_document.h"
#include "dateline/article.h"

namespace dateline {

/// Adds the words of title and text with their places (positions.h) and weights to `document`. `paragraphs`:
/// paragraphs_of(article). Gives the number of words.
std::size_t add_words(const Article& article, const std::vector<std::string>& paragraphs, Analyzer& analyzer,
                      FlatDocument& document);

}  // namespace dateline

// Passages of an article that show why it was found. Plain text in, plain text with marks out: what escapes what is
// the writer's concern.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/search_result.h"

namespace dateline::searcher {

/// A place in a text that a word (or phrase) of the query found.
struct WordMatch {
  TextRange range;
  std::size_t word = 0;  ///< Which word of the query.
  friend bool operator==(const WordMatch&, const WordMatch&) = default;
};

/// Paragraphs of a body with what was found in each, in order of position.
struct SnippetSource {
  const std::vector<std::string>& paragraphs;
  const std::vector<std::vector<WordMatch>>& matches;  ///< As many as there are paragraphs.
  const std::vector<double>& weights;                  ///< Of each word of the query: rare words count more.
};

/// Sentences of a paragraph as ranges without white space at their ends. Abbreviations ("Mr. Biden", "U.S. troops")
/// do not end one; full stops of Chinese and Japanese need no space after them.
[[nodiscard]] std::vector<TextRange> sentences(std::string_view paragraph);

/// The best passages of at most `length` characters in all, in reading order: whole sentences where they fit, each
/// word of the query shown where that is possible, what is left out marked "…". Without a match, how the body begins.
[[nodiscard]] MarkedText best_passages(const SnippetSource& source, std::size_t length);

/// Each match with up to `context` characters on both sides, at word borders; the first `most` of them.
[[nodiscard]] std::vector<MarkedText> keywords_in_context(const SnippetSource& source, std::size_t context,
                                                          std::size_t most);

/// Matches as marks: overlapping and touching ranges become one.
[[nodiscard]] std::vector<TextRange> merged_ranges(const std::vector<WordMatch>& matches);

}  // namespace dateline::searcher

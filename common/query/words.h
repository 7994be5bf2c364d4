// Single words of a query: what is typed -> Node.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/analyzer.h"
#include "common/query/query.h"

namespace dateline::query {

class WordReader {
 public:
  /// `all_capitals`: the whole query is, so capitals mean nothing. The options must outlive the reader.
  WordReader(const ParseOptions& options, bool all_capitals) : options_(options), all_capitals_(all_capitals) {}

  /// A word of Kind::word, or `everything` for a lone star; nothing if it is only punctuation. `exact`: after = or
  /// inside quotation marks. Throws Error(query) with a place from `position`, that of the first byte typed.
  [[nodiscard]] std::optional<Node> read(std::string_view typed, std::size_t position, bool exact);

  /// A function word of one of the languages of the index.
  [[nodiscard]] bool is_stop(const std::string& word);

  /// Throws Error(query) if a pattern has too few letters to be looked up.
  void check_wildcard(std::string_view pattern, std::size_t position) const;

 private:
  [[nodiscard]] std::string cased(std::string_view word);

  const ParseOptions& options_;
  bool all_capitals_;
  Analyzer analyzer_;
};

/// True for "*", "**" …
[[nodiscard]] bool only_stars(std::string_view text);

/// Control characters and bidirectional overrides as spaces, so that positions stay and no echo steers a terminal.
[[nodiscard]] std::string scrub(std::string_view text);

/// The words of a text in which nothing is an operator, written so that none looks like one.
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace dateline::query

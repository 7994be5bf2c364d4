// A query from text to Xapian: parse, print, compile. Knows no files, HTTP or output; parsing needs no index.
// The language is described in docs/query-language.md.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/query/ast.h"

namespace dateline::query {

/// What a query may ask for. Exceeding one of the first four is an error before the index is touched.
struct Limits {
  std::size_t max_bytes = 16 * 1024;
  std::size_t max_depth = 64;    ///< Nested brackets and operators.
  std::size_t max_leaves = 256;  ///< Words and filters.
  std::size_t min_literal = 3;   ///< Letters that a wildcard needs (before it, or anywhere if it leads).
  std::size_t max_expansions =
      1024;  ///< Index words that one wildcard or fuzzy word stands for; more are cut, with a warning.
  std::size_t max_total_expansions = 8192;  ///< The same for a whole query.
  std::size_t max_verified = 1000;  ///< Articles of remote shards whose places of words are fetched and compared here.
};

enum class WarningKind : std::uint8_t {
  stop_word,      ///< A function word was left out.
  unknown_word,   ///< A word is in no article.
  expansion_cut,  ///< A wildcard stands for more words than the limit.
  ambiguous,      ///< An alias names several actors: all were taken.
  unknown_value,  ///< No article has this value of the field.
  synonym,        ///< A word was widened by the synonym file.
};

struct Warning {
  WarningKind kind = WarningKind::unknown_word;
  std::string subject;                   ///< The word or filter as typed.
  std::string message;                   ///< One line for people.
  std::vector<std::string> suggestions;  ///< Words of the index, best first.
  std::size_t position = 0;              ///< Byte offset into the query text.
};

enum class DefaultOperator : std::uint8_t { all, any };

struct ParseOptions {
  DefaultOperator default_operator = DefaultOperator::all;  ///< What stands between words without an operator.
  bool operators = true;  ///< False: the text is plain words (a pasted headline); nothing in it is an operator.
  std::chrono::sys_seconds now{};  ///< For since:7d, "last week"; from a Clock.
  std::string zone;                ///< IANA name of the user's zone; empty: UTC. An unknown one throws Error(usage).
  std::vector<std::string> languages;  ///< Of the articles in the index: whose stop words are left out.
  Limits limits;
};

struct Parsed {
  Node root;
  std::vector<Warning> warnings;
};

/// Throws Error(ErrorCode::query) with the byte position, the reason and what to write instead.
[[nodiscard]] Parsed parse(std::string_view text, const ParseOptions& options = {});

/// Canonical text: parse(print(n)).root == n under either default operator.
[[nodiscard]] std::string print(const Node& node);

}  // namespace dateline::query

// The tree of a query.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dateline::query {

enum class Kind : std::uint8_t {
  everything,    ///< `*`
  word,          ///< One word as typed: plain, exact, wildcard or fuzzy.
  phrase,        ///< Words (children, exact or wildcard) one after another.
  loose_phrase,  ///< "a b"~n: the words in any order within a stretch of n words more than they are, less one.
  filter,        ///< field:value, without influence on the ranking.
  date,          ///< A range of days or moments.
  words,         ///< Length of the article in words.
  all_of,        ///< AND
  any_of,        ///< OR
  one_of,        ///< XOR: true in an odd number of children.
  none_of,       ///< NOT (one child)
  maybe,         ///< MAYBE: the first child decides, the second only ranks.
  near,          ///< Within n words, any order (two children).
  before,        ///< Within n words, in this order.
  same_sentence,
  same_paragraph,
  at_least,  ///< n or more occurrences.
  first,     ///< Among the first n words of the body.
};

enum class Field : std::uint8_t {
  text,
  title,
  source,
  actor,
  salient_actor,
  author,
  section,
  lang,
  place,
  has,
  id,
  url
};

/// An inclusive range of days, or of moments (UTC) when `moments` is set; an end that is absent is open.
struct DateRange {
  std::optional<std::chrono::sys_seconds> from;  ///< Midnight of the first day, or the first moment.
  std::optional<std::chrono::sys_seconds> to;    ///< Midnight of the last day, or the last moment.
  bool moments = false;

  friend bool operator==(const DateRange&, const DateRange&) = default;
};

/// Value tree. Children by kind; `n` is the distance, count or edit distance.
struct Node {
  Kind kind = Kind::everything;
  Field field = Field::text;  ///< Of word, phrase, loose_phrase (text or title) and filter.
  std::string text;           ///< Of word and filter, as typed, edges trimmed.
  bool exact = false;         ///< Of word: not stemmed.
  bool wildcard = false;      ///< Of word and filter: * and ? stand for letters.
  std::uint32_t n = 0;        ///< Of word: edit distance of a fuzzy word, else 0.
  DateRange date;
  std::optional<std::uint64_t> min_words, max_words;
  std::vector<Node> children;
  std::size_t position = 0;  ///< Byte offset into the query text; no part of equality.

  friend bool operator==(const Node& a, const Node& b);
};

/// AND, OR, XOR of nodes: a child of the same kind is taken in, one child stands for itself. None: `everything`.
[[nodiscard]] Node combine(Kind kind, std::vector<Node> children);
/// NOT; of a NOT: the child.
[[nodiscard]] Node negate(Node child);

/// True for nodes that select without ranking (filter, date, words, NOT, and combinations of only those).
[[nodiscard]] bool is_filter(const Node& node);

/// Visits a node and all below it, parents first.
template <typename F>
void visit(const Node& node, F&& f) {
  f(node);
  for (const Node& child : node.children) visit(child, f);
}

}  // namespace dateline::query

// Where in one document an expression of places is true. Plain data in, plain data out: the engine and the oracle
// feed it differently.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace dateline::query {

/// An inclusive stretch of positions.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend auto operator<=>(const Span&, const Span&) = default;
};

/// An expression over places.
struct SpanNode {
  enum class Op : std::uint8_t {
    terms,      ///< One of `terms`.
    sequence,   ///< Children one directly after another.
    any,        ///< One of the children.
    near,       ///< Two children, apart, at most n positions from the end of one to the beginning of the other.
    before,     ///< The same, in order.
    loose,      ///< All children, apart, in a stretch of n - 1 positions more than there are children.
    sentence,   ///< Two children, apart, in one sentence.
    paragraph,  ///< Two children, apart, in one paragraph.
  };
  Op op = Op::terms;
  std::uint32_t n = 0;
  std::vector<std::uint32_t> terms;  ///< Numbers that Places knows.
  std::vector<SpanNode> children;
};

/// One document as an expression sees it.
struct Places {
  virtual ~Places() = default;
  /// Sorted positions of a term; empty if it is absent. Valid until the next document.
  virtual const std::vector<std::uint32_t>& positions(std::uint32_t term) = 0;
  /// Sorted positions at which a later sentence begins, and at which a paragraph begins.
  virtual const std::vector<std::uint32_t>& sentences() = 0;
  virtual const std::vector<std::uint32_t>& paragraphs() = 0;
  /// Called with the number of spans built; throws to give up.
  virtual void spend(std::size_t steps) = 0;
};

/// All spans of the expression, sorted, each once; with `one` the search may stop at the first.
[[nodiscard]] std::vector<Span> spans(const SpanNode& node, Places& places, bool one);

/// What is asked of the spans.
struct SpanTest {
  SpanNode node;
  std::uint32_t at_least = 1;  ///< Number of spans.
  std::uint32_t first = 0;     ///< Not 0: a span must lie among the first so many words of the body.
};

[[nodiscard]] bool holds(const SpanTest& test, Places& places);

}  // namespace dateline::query

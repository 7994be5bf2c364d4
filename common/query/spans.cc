#include "common/query/spans.h"

#include <algorithm>
#include <optional>

#include "common/positions.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

/// Memory that one operator may take in one document: chains of NEAR/500 over frequent words would take gigabytes.
constexpr std::size_t kMostSpans = 1'000'000;

void tidy(std::vector<Span>& out) {
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void bound(std::vector<Span>& out) {
  if (out.size() < kMostSpans) return;
  tidy(out);
  if (out.size() < kMostSpans / 2) return;
  throw Error(ErrorCode::deadline, "query",
              "these words stand near one another in too many places of one article; make the distances smaller");
}

bool apart(const Span& a, const Span& b) {
  return a.end < b.begin || b.end < a.begin;
}

Span cover(const Span& a, const Span& b) {
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

/// The first span that begins at or after a position.
auto from(const std::vector<Span>& list, std::uint32_t position) {
  return std::lower_bound(list.begin(), list.end(), position,
                          [](const Span& s, std::uint32_t p) { return s.begin < p; });
}

std::vector<Span> of_terms(const SpanNode& node, Places& places) {
  std::vector<Span> out;
  for (const std::uint32_t term : node.terms) {
    for (const std::uint32_t position : places.positions(term)) out.push_back({position, position});
  }
  places.spend(out.size() + node.terms.size());
  if (node.terms.size() > 1) tidy(out);
  return out;
}

std::vector<Span> of_sequence(const SpanNode& node, Places& places) {
  std::vector<Span> out = spans(node.children.front(), places, false);
  for (std::size_t i = 1; i < node.children.size() && !out.empty(); ++i) {
    const std::vector<Span> next = spans(node.children[i], places, false);
    std::vector<Span> longer;
    for (const Span& left : out) {
      for (auto right = from(next, left.end + 1); right != next.end() && right->begin == left.end + 1; ++right) {
        longer.push_back({left.begin, right->end});
      }
      bound(longer);
    }
    places.spend(out.size() + longer.size());
    tidy(longer);
    out = std::move(longer);
  }
  return out;
}

/// Spans of `second` that begin within n positions after one of `first` ends.
void follow(const std::vector<Span>& first, const std::vector<Span>& second, std::uint32_t n, bool one, Places& places,
            std::vector<Span>& out) {
  for (const Span& a : first) {
    const std::size_t had = out.size();
    for (auto b = from(second, a.end + 1); b != second.end() && b->begin - a.end <= n; ++b) {
      out.push_back(cover(a, *b));
      if (one) return;
    }
    places.spend(out.size() - had + 1);
    bound(out);
  }
}

std::vector<Span> of_near(const SpanNode& node, Places& places, bool one) {
  const std::vector<Span> a = spans(node.children[0], places, false);
  if (a.empty()) return {};
  const std::vector<Span> b = spans(node.children[1], places, false);
  std::vector<Span> out;
  follow(a, b, node.n, one, places, out);
  if (node.op == SpanNode::Op::near && (!one || out.empty())) follow(b, a, node.n, one, places, out);
  tidy(out);
  return out;
}

/// All ways to choose one span of each child, apart, inside a window.
class LooseSearch {
 public:
  LooseSearch(const SpanNode& node, Places& places, bool one) : places_(places), one_(one) {
    for (const SpanNode& child : node.children) {
      lists_.push_back(spans(child, places, false));
      if (lists_.back().empty()) return;
    }
    window_ = node.n + static_cast<std::uint32_t>(lists_.size()) - 1;
    chosen_.resize(lists_.size());
    choose(0, {});
    tidy(out);
  }

  std::vector<Span> out;

 private:
  bool choose(std::size_t at, Span so_far) {
    if (at == lists_.size()) {
      out.push_back(so_far);
      bound(out);
      return one_;
    }
    const std::vector<Span>& list = lists_[at];
    auto candidate = list.begin();
    if (at > 0) candidate = from(list, so_far.end >= window_ ? so_far.end - window_ + 1 : 0);
    for (; candidate != list.end(); ++candidate) {
      places_.spend(1);
      if (at > 0 && candidate->begin >= so_far.begin + window_) break;
      const Span wider = at == 0 ? *candidate : cover(so_far, *candidate);
      if (wider.end - wider.begin + 1 > window_) continue;
      const auto taken = chosen_.begin() + static_cast<std::ptrdiff_t>(at);
      if (!std::all_of(chosen_.begin(), taken, [&](const Span& s) { return apart(s, *candidate); })) continue;
      chosen_[at] = *candidate;
      if (choose(at + 1, wider)) return true;
    }
    return false;
  }

  Places& places_;
  bool one_;
  std::uint32_t window_ = 0;
  std::vector<std::vector<Span>> lists_;
  std::vector<Span> chosen_;
};

/// Number of borders at or before a position: equal for positions of one sentence or paragraph.
class Parts {
 public:
  Parts(Places& places, bool sentences)
      : paragraphs_(places.paragraphs()), sentences_(sentences ? &places.sentences() : nullptr) {}

  [[nodiscard]] std::size_t of(std::uint32_t position) const {
    return before(paragraphs_, position) + (sentences_ != nullptr ? before(*sentences_, position) : 0);
  }
  [[nodiscard]] static std::size_t before(const std::vector<std::uint32_t>& borders, std::uint32_t position) {
    return static_cast<std::size_t>(std::upper_bound(borders.begin(), borders.end(), position) - borders.begin());
  }

 private:
  const std::vector<std::uint32_t>& paragraphs_;
  const std::vector<std::uint32_t>* sentences_;
};

std::vector<Span> of_part(const SpanNode& node, Places& places, bool one) {
  const std::vector<Span> a = spans(node.children[0], places, false);
  if (a.empty()) return {};
  const std::vector<Span> b = spans(node.children[1], places, false);
  const Parts parts(places, node.op == SpanNode::Op::sentence);
  std::vector<Span> out;
  std::vector<std::size_t> part_of_b;
  for (const Span& span : b) part_of_b.push_back(parts.of(span.begin));  // ascending, since b is sorted
  for (const Span& left : a) {
    const std::size_t part = parts.of(left.begin);
    if (parts.of(left.end) != part) continue;
    const auto range = std::equal_range(part_of_b.begin(), part_of_b.end(), part);
    places.spend(static_cast<std::size_t>(range.second - range.first) + 1);
    for (auto it = range.first; it != range.second; ++it) {
      const Span& right = b[static_cast<std::size_t>(it - part_of_b.begin())];
      if (!apart(left, right) || parts.of(right.end) != part) continue;
      out.push_back(cover(left, right));
      if (one) return out;
    }
    bound(out);
  }
  tidy(out);
  return out;
}

bool in_first_words(const Span& span, std::uint32_t first, Places& places) {
  const std::vector<std::uint32_t>& paragraphs = places.paragraphs();
  if (paragraphs.empty() || span.begin < paragraphs.front()) return false;
  const auto gaps = static_cast<std::uint32_t>(Parts::before(places.sentences(), span.end)) * kSentenceGap +
                    static_cast<std::uint32_t>(Parts::before(paragraphs, span.end) - 1) * kParagraphGap;
  return span.end - paragraphs.front() - gaps < first;
}

}  // namespace

std::vector<Span> spans(const SpanNode& node, Places& places, bool one) {
  switch (node.op) {
    case SpanNode::Op::terms:
      return of_terms(node, places);
    case SpanNode::Op::sequence:
      return of_sequence(node, places);
    case SpanNode::Op::near:
    case SpanNode::Op::before:
      return of_near(node, places, one);
    case SpanNode::Op::sentence:
    case SpanNode::Op::paragraph:
      return of_part(node, places, one);
    case SpanNode::Op::loose:
      return std::move(LooseSearch(node, places, one).out);
    case SpanNode::Op::any:
      break;
  }
  std::vector<Span> out;
  for (const SpanNode& child : node.children) {
    const std::vector<Span> some = spans(child, places, one);
    out.insert(out.end(), some.begin(), some.end());
    if (one && !out.empty()) break;
  }
  tidy(out);
  return out;
}

namespace {

/// Two single words one after the other or near one another, as most phrases and NEARs are: the same without lists of
/// spans.
std::optional<bool> two_words(const SpanTest& test, Places& places) {
  const SpanNode& node = test.node;
  const bool near = node.op == SpanNode::Op::near;
  if ((!near && node.op != SpanNode::Op::sequence) || test.at_least != 1 || test.first != 0) return std::nullopt;
  const auto single = [](const SpanNode& n) { return n.op == SpanNode::Op::terms && n.terms.size() == 1; };
  if (node.children.size() != 2 || !single(node.children[0]) || !single(node.children[1])) return std::nullopt;
  const std::vector<std::uint32_t>& a = places.positions(node.children[0].terms[0]);
  if (a.empty()) return false;
  const std::vector<std::uint32_t>& b = places.positions(node.children[1].terms[0]);
  const std::uint32_t most = near ? node.n : 1;
  std::size_t j = 0;
  for (const std::uint32_t position : a) {
    while (j < b.size() && (near ? b[j] + most < position : b[j] <= position)) ++j;
    const bool same = j < b.size() && b[j] == position;
    const std::size_t next = j + (same ? 1 : 0);
    if (next < b.size() && b[next] <= position + most) return true;
  }
  return false;
}

}  // namespace

bool holds(const SpanTest& test, Places& places) {
  if (const std::optional<bool> found = two_words(test, places)) return *found;
  const std::vector<Span> found = spans(test.node, places, test.at_least == 1 && test.first == 0);
  if (test.first == 0) return found.size() >= test.at_least;
  return std::any_of(found.begin(), found.end(), [&](const Span& s) { return in_first_words(s, test.first, places); });
}

}  // namespace dateline::query

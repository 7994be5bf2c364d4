#include "common/query/compile_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "common/query/rarity.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

constexpr std::size_t kMostSuggestions = 3;
/// Index words that are looked at for the suggestions of one query: some tenths of a second.
constexpr std::uint64_t kMostLookedAt = 2'000'000;

struct Candidate {
  std::string text;
  std::size_t distance = 0;
  bool other_start = false;  ///< People seldom mistype the first letter.
  Xapian::doccount documents = 0;
};

std::vector<std::string> best(std::vector<Candidate> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(a.distance, a.other_start, b.documents, std::string_view(a.text)) <
           std::tuple(b.distance, b.other_start, a.documents, std::string_view(b.text));
  });
  std::vector<std::string> out;
  for (Candidate& candidate : candidates) {
    if (out.size() == kMostSuggestions) break;
    out.push_back(std::move(candidate.text));
  }
  return out;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Not in the word list: prefixes of fields begin with a capital, which no folded word does.
bool is_prefixed(std::string_view term) {
  return !term.empty() && term.front() >= 'A' && term.front() <= 'Z';
}

}  // namespace

Vocabulary::Vocabulary(const Xapian::Database& db, const CompileOptions& options, std::vector<Warning>& warnings)
    : db_(db), options_(options), warnings_(warnings) {}

const std::shared_ptr<TermMatcher>& Vocabulary::shared_matcher() const {
  if (!matcher_) matcher_ = std::make_shared<TermMatcher>(options_.languages);
  return matcher_;
}

/// f(term without prefix, iterator) for terms of a field that begin so; `words`: folded words, not other fields.
template <typename F, typename Spend>
void Vocabulary::each_term(std::string_view prefix, std::string_view beginning, bool words, F&& f,
                           Spend&& spend) const {
  constexpr std::uint64_t kStep = 256;
  std::uint64_t seen = 0;
  const std::string from = std::string(prefix).append(beginning);
  const auto end = db_.allterms_end(from);
  for (auto it = db_.allterms_begin(from); it != end;) {
    if (++seen % kStep == 0) spend(kStep);
    const std::string term = *it;
    const std::string_view rest = std::string_view(term).substr(prefix.size());
    if (words && is_prefixed(rest)) {
      it.skip_to(std::string(prefix) + "[");  // behind 'Z'
      continue;
    }
    if (!is_secret(term)) f(rest, it);
    ++it;
  }
  spend(seen % kStep);
}

Xapian::doccount Vocabulary::frequency(const std::string& term) const {
  const auto known = frequencies_.find(term);
  return known != frequencies_.end() ? known->second : db_.get_termfreq(term);
}

Expression Vocabulary::one_of(const std::vector<std::string>& terms, Overlap overlap) const {
  using Query = Expression;
  if (terms.empty()) return {};
  if (terms.size() == 1) return Query(terms.front());
  const double documents = db_.get_doccount();
  double sum = 0;      // of the shares of the articles that have each
  double without = 1;  // share of the articles that have none, if the terms know nothing of each other
  std::vector<Query> parts;
  for (const std::string& term : terms) {
    const double share = frequency(term) / documents;
    sum += share;
    without *= 1 - share;
    parts.emplace_back(Query::OP_SCALE_WEIGHT, Query(term), 1 / rarity(documents, frequency(term)));
  }
  const double any = overlap == Overlap::none ? std::min(sum, 1.0) : 1 - without;
  return Query(Query::OP_SCALE_WEIGHT, Query(Query::OP_OR, parts), rarity(documents, documents * any) * any / sum);
}

std::vector<std::string> Vocabulary::cut(std::vector<std::string> terms, const Node& subject) {
  const std::size_t left =
      options_.limits.max_total_expansions - std::min(expanded_, options_.limits.max_total_expansions);
  const std::size_t most = std::min(options_.limits.max_expansions, left);
  if (terms.size() > most) {
    if (complete_) {
      throw Error(
          ErrorCode::query, "query",
          fmt::format("\"{}\" stands for {} words, more than {}; behind NOT none may be left out: write more letters",
                      subject.text, terms.size(), most),
          subject.position);
    }
    warnings_.push_back(
        {.kind = WarningKind::expansion_cut,
         .subject = subject.text,
         .message = fmt::format("\"{}\" stands for {} words; only the {} most frequent were searched for", subject.text,
                                terms.size(), most),
         .suggestions = {},
         .position = subject.position});
    std::vector<std::pair<Xapian::doccount, std::string>> ranked;
    for (std::string& term : terms) {
      spend(1);
      const Xapian::doccount documents = frequency(term);
      ranked.emplace_back(documents, std::move(term));
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    ranked.resize(most);
    terms.clear();
    for (auto& entry : ranked) terms.push_back(std::move(entry.second));
    std::sort(terms.begin(), terms.end());
  }
  expanded_ += terms.size();
  return terms;
}

std::vector<std::string> Vocabulary::expand(const TermSet& set, std::string_view prefix, const Node& subject) {
  if (set.match == TermSet::Match::exact) {
    std::string term = std::string(prefix) + set.text;
    if (!has(term)) return {};
    return {std::move(term)};
  }
  std::vector<std::string> terms;
  for (const std::string& beginning : matcher().prefixes(set)) {
    each_term(prefix, beginning, true, [&](std::string_view word, const Xapian::TermIterator& it) {
      if (!matcher().matches(set, word)) return;
      terms.push_back(std::string(prefix).append(word));
      frequencies_[terms.back()] = it.get_termfreq();
    });
  }
  return cut(std::move(terms), subject);
}

std::vector<std::string> Vocabulary::expand_names(std::string_view pattern, std::string_view prefix,
                                                  const Node& subject) {
  std::vector<std::string> terms;
  each_term(prefix, pattern.substr(0, pattern.find('*')), false,
            [&](std::string_view value, const Xapian::TermIterator&) {
              if (matches_wildcard(pattern, value)) terms.push_back(std::string(prefix).append(value));
            });
  return cut(std::move(terms), subject);
}

/// candidate(term) gives a Candidate, or nothing.
template <typename F>
std::vector<std::string> Vocabulary::suggest(std::string_view prefix, bool words, F&& candidate) {
  struct Enough {};
  std::vector<Candidate> candidates;
  // A help, never the reason why a query is not answered.
  const auto spend_a_little = [this](std::uint64_t steps) {
    looked_at_ += steps;
    if (looked_at_ > kMostLookedAt || (options_.budget && options_.budget->passed())) throw Enough();
  };
  try {
    each_term(
        prefix, {}, words,
        [&](std::string_view term, const Xapian::TermIterator& it) {
          std::optional<Candidate> found = candidate(term);
          if (!found) return;
          found->documents = it.get_termfreq();
          candidates.push_back(std::move(*found));
        },
        spend_a_little);
  } catch (const Enough&) {
    return {};
  }
  return best(std::move(candidates));
}

std::vector<std::string> Vocabulary::similar_words(std::string_view word, std::string_view prefix) {
  // Everything is near a short word.
  constexpr std::size_t kShort = 3;
  constexpr std::size_t kMiddling = 5;
  const std::size_t length = characters(word);
  if (length < kShort) return {};
  const std::size_t most = length <= kMiddling ? 1 : 2;
  return suggest(prefix, true, [&](std::string_view term) -> std::optional<Candidate> {
    if (term.find_first_of("#@.") != std::string_view::npos) return std::nullopt;
    const std::size_t distance = edit_distance(word, term, most);
    if (distance > most || characters(term) < kShort) return std::nullopt;
    return Candidate{.text = std::string(term), .distance = distance, .other_start = term.front() != word.front()};
  });
}

std::vector<std::string> Vocabulary::similar_names(std::string_view value, std::string_view prefix) {
  constexpr std::size_t kMostEdits = 2;
  return suggest(prefix, false, [&](std::string_view name) -> std::optional<Candidate> {
    const std::size_t distance = edit_distance(value, name, kMostEdits);
    if (distance > kMostEdits && name.find(value) == std::string_view::npos) return std::nullopt;
    return Candidate{.text = std::string(name), .distance = distance};
  });
}

}  // namespace dateline::query

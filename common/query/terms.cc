#include "common/query/terms.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "common/query/lexer.h"
#include "common/text.h"

namespace dateline::query {
namespace {

/// Word and wildcard characters of a pattern; everything else parts words.
TermSequence wildcard_sequence(const Node& word, Analyzer& analyzer) {
  TermSequence out;
  const auto add = [&](std::string_view piece) {
    if (piece.empty()) return;
    if (piece.find_first_of("*?") == std::string_view::npos) {
      for (const Token& token : analyzer.tokenize(piece)) {
        if (token.kind == TokenKind::word)
          out.push_back({.match = TermSet::Match::exact, .text = token.term, .accented = {}, .edits = 0});
      }
      return;
    }
    // Fold what is between the wildcards.
    std::string pattern;
    std::size_t at = 0;
    while (at < piece.size()) {
      const std::size_t wild = std::min(piece.find_first_of("*?", at), piece.size());
      pattern += text::fold(piece.substr(at, wild - at));
      if (wild < piece.size() && (piece[wild] == '?' || pattern.empty() || pattern.back() != '*'))
        pattern += piece[wild];
      at = wild + 1;
    }
    out.push_back({.match = TermSet::Match::wildcard, .text = std::move(pattern), .accented = {}, .edits = 0});
  };
  const std::string_view text = word.text;
  static constexpr std::string_view kParting = "-'/._,:;!+<>[]{}|\\^`$%=~";
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(kParting, at), text.size());
    add(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::vector<char32_t> characters(std::string_view s) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < s.size();) out.push_back(text::decode(s, at));
  return out;
}

/// The bytes that occur in a word, a bit each; nothing if one is not ASCII.
std::optional<std::uint64_t> letters(std::string_view word) {
  std::uint64_t out = 0;
  for (const char c : word) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    out |= std::uint64_t{1} << (static_cast<unsigned char>(c) & 63U);
  }
  return out;
}

/// An edit takes one letter away from either word at the most: what differs in more letters is passed over quickly.
bool too_many_letters_differ(std::string_view a, std::string_view b, std::size_t most) {
  const std::optional<std::uint64_t> x = letters(a);
  const std::optional<std::uint64_t> y = letters(b);
  if (!x || !y) return false;
  const auto without = [](std::uint64_t u, std::uint64_t v) { return static_cast<std::size_t>(std::popcount(u & ~v)); };
  return without(*x, *y) > most || without(*y, *x) > most;
}

}  // namespace

std::vector<TermSequence> spellings(const Node& word, Analyzer& analyzer, bool last) {
  using Match = TermSet::Match;
  std::vector<TermSequence> out;
  if (word.wildcard) {
    TermSequence sequence = wildcard_sequence(word, analyzer);
    if (!sequence.empty()) out.push_back(std::move(sequence));
    return out;
  }
  const std::span<const Token> tokens = analyzer.tokenize(word.text);
  const auto words =
      std::count_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.kind == TokenKind::word; });
  if (words == 0) return out;
  if (words == 1) {
    // A tag or an initialism says more than its word.
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::tag || token.kind == TokenKind::acronym) {
        out.push_back({{.match = Match::exact, .text = token.term, .accented = {}, .edits = 0}});
        return out;
      }
    }
    const Token& token = tokens.front();
    TermSet set{
        .match = word.exact ? Match::exact : Match::stem, .text = token.term, .accented = token.accented, .edits = 0};
    if (word.n > 0) {
      set.match = Match::fuzzy;
      set.edits = word.n;
    } else if (token.gram) {
      set.match = Match::prefix;
    }
    out.push_back({std::move(set)});
    return out;
  }
  TermSequence parts;
  TermSequence joined;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::joined) {
      const bool whole = token.end == tokens.back().end && token.begin == tokens.front().begin;
      if (!whole) continue;
      TermSet set{
          .match = word.exact ? Match::exact : Match::stem, .text = token.term, .accented = token.accented, .edits = 0};
      if (word.n > 0) {
        set.match = Match::fuzzy;
        set.edits = word.n;
      }
      joined.push_back(std::move(set));
    }
    if (token.kind != TokenKind::word) continue;
    const bool ends_run = token.gram && (i + 1 == tokens.size() || tokens[i + 1].begin >= token.end);
    const bool lone = ends_run && (i == 0 || tokens[i - 1].end < token.end || !tokens[i - 1].gram);
    if (ends_run && !lone && last && i + 1 == tokens.size()) continue;  // the pair before it covers it
    parts.push_back(
        {.match = ends_run ? Match::prefix : Match::exact, .text = token.term, .accented = token.accented, .edits = 0});
  }
  out.push_back(std::move(parts));
  if (!joined.empty()) out.push_back(std::move(joined));
  return out;
}

TermMatcher::TermMatcher(const std::vector<std::string>& languages) {
  constexpr std::size_t kMost = std::numeric_limits<Languages>::digits - 1;  // Snowball has not half as many
  for (const std::string& language : languages) {
    Analyzer analyzer(language);
    if (analyzer.has_stemmer() && languages_.size() < kMost)
      languages_.push_back({.analyzer = std::move(analyzer), .stem = {}, .prefix = {}});
  }
}

void TermMatcher::prepare(const TermSet& set) {
  if (prepared_ && stemmed_ == set) return;
  stemmed_ = set;
  prepared_ = true;
  for (Language& language : languages_) {
    language.stem =
        language.analyzer.stem(set.accented.empty() ? std::string_view(set.text) : std::string_view(set.accented));
    // Endings change, and with some the last letter of the stem (city, cities): forms share all but that one. Where
    // a stemmer takes off beginnings, only the word itself is found by place.
    std::vector<std::size_t> starts;
    std::size_t at = 0;
    while (at < language.stem.size() && at < set.text.size()) {
      std::size_t here = at;
      std::size_t there = at;
      if (text::decode(language.stem, here) != text::decode(set.text, there)) break;
      starts.push_back(at);
      at = here;
    }
    const std::size_t keep = starts.size() > 3 ? starts.size() - 1 : std::min<std::size_t>(starts.size(), 2);
    language.prefix = set.text.substr(0, keep < starts.size() ? starts[keep] : at);
    if (starts.empty()) language.prefix = set.text;
  }
}

Languages TermMatcher::bit(std::string_view lang) const {
  Languages bit = 1;
  for (const Language& language : languages_) {
    if (language.analyzer.language() == lang) return bit;
    bit <<= 1;
  }
  return Languages{1} << (std::numeric_limits<Languages>::digits - 1);
}

Languages TermMatcher::languages(const TermSet& set, std::string_view term) {
  const auto every = [](bool matches) { return matches ? kEveryLanguage : 0; };
  switch (set.match) {
    case TermSet::Match::exact:
      return every(term == set.text);
    case TermSet::Match::prefix:
      return every(term.starts_with(set.text));
    case TermSet::Match::wildcard:
      return every(matches_wildcard(set.text, term));
    case TermSet::Match::fuzzy:
      return every(edit_distance(set.text, term, set.edits) <= set.edits);
    case TermSet::Match::stem:
      break;
  }
  if (term == set.text) return kEveryLanguage;
  prepare(set);
  Languages found = 0;
  Languages bit = 1;
  for (Language& language : languages_) {
    if (term.starts_with(language.prefix) && language.analyzer.stem(term) == language.stem) found |= bit;
    bit <<= 1;
  }
  return found;
}

std::vector<std::string> TermMatcher::prefixes(const TermSet& set) {
  switch (set.match) {
    case TermSet::Match::exact:
    case TermSet::Match::prefix:
      return {set.text};
    case TermSet::Match::wildcard:
      return {set.text.substr(0, set.text.find_first_of("*?"))};
    case TermSet::Match::fuzzy:
      return {std::string()};
    case TermSet::Match::stem:
      break;
  }
  prepare(set);
  std::vector<std::string> out{set.text};
  for (const Language& language : languages_) out.push_back(language.prefix);
  std::sort(out.begin(), out.end());
  // A prefix of another covers it.
  std::vector<std::string> covering;
  for (std::string& prefix : out) {
    if (covering.empty() || !prefix.starts_with(covering.back())) covering.push_back(std::move(prefix));
  }
  return covering;
}

std::vector<LanguageStem> TermMatcher::stems(const TermSet& set) {
  std::vector<LanguageStem> out{{.lang = {}, .stem = set.text}};
  prepare(set);
  for (const Language& language : languages_)
    out.push_back({.lang = language.analyzer.language(), .stem = language.stem});
  return out;
}

bool matches_wildcard(std::string_view pattern, std::string_view term) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < term.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      static_cast<void>(text::decode(term, t));
    } else if (p < pattern.size() && pattern[p] == term[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      static_cast<void>(text::decode(term, retry));
      t = retry;
      p = star + 1;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  // A character is 1 to 4 bytes: what differs too much in bytes cannot be near in characters.
  if (a.size() > b.size() + 4 * most || b.size() > a.size() + 4 * most) return most + 1;
  if (too_many_letters_differ(a, b, most)) return most + 1;
  const std::vector<char32_t> x = characters(a);
  const std::vector<char32_t> y = characters(b);
  if (x.size() > y.size() + most || y.size() > x.size() + most) return most + 1;
  std::vector<std::size_t> before(y.size() + 1);
  std::vector<std::size_t> row(y.size() + 1);
  std::vector<std::size_t> next(y.size() + 1);
  for (std::size_t j = 0; j <= y.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= x.size(); ++i) {
    next[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= y.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
      least = std::min(least, next[j]);
    }
    if (least > most) return most + 1;
    std::swap(before, row);
    std::swap(row, next);
  }
  return std::min(row[y.size()], most + 1);
}

}  // namespace dateline::query

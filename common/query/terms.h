// What a typed word stands for among the words of an index: symbolic, so that an index expands it and the oracle
// checks it, by the same predicate.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "common/analyzer.h"
#include "common/query/ast.h"

namespace dateline::query {

/// A set of terms, all of which stand in one place of a text.
struct TermSet {
  enum class Match : std::uint8_t {
    exact,     ///< The term itself.
    stem,      ///< The term and all words with its stem in a language of the index.
    wildcard,  ///< `text` is a pattern.
    fuzzy,     ///< Within `edits` of `text`.
    prefix,    ///< Begins with `text` (one character of Chinese).
  };
  Match match = Match::exact;
  std::string text;      ///< Folded.
  std::string accented;  ///< Case folded, if it differs.
  std::uint32_t edits = 0;

  friend bool operator==(const TermSet&, const TermSet&) = default;
};

/// Words side by side.
using TermSequence = std::vector<TermSet>;

/// The spellings of a word node, any of which will do: "COVID-19" is `covid` `19`, or `covid19`. Empty if nothing in
/// it is indexed. `last`: no word follows it in a phrase.
[[nodiscard]] std::vector<TermSequence> spellings(const Node& word, Analyzer& analyzer, bool last = true);

/// A set of languages: a bit for each that has a stemmer, and one for all others.
using Languages = std::uint64_t;
inline constexpr Languages kEveryLanguage = std::numeric_limits<Languages>::max();

/// A stem and whose it is; "" for a word that is its own stem.
struct LanguageStem {
  std::string lang;
  std::string stem;
};

/// Decides which terms belong to a set, given the languages of the index.
class TermMatcher {
 public:
  explicit TermMatcher(const std::vector<std::string>& languages);

  /// The languages in whose articles a term belongs to the set: every one, or those in which the stems are equal.
  [[nodiscard]] Languages languages(const TermSet& set, std::string_view term);
  [[nodiscard]] bool matches(const TermSet& set, std::string_view term) { return languages(set, term) != 0; }
  /// The bit of a language.
  [[nodiscard]] Languages bit(std::string_view lang) const;
  /// Terms outside [prefix, …) cannot match: the literal beginning shared by all of the set; may be empty.
  [[nodiscard]] std::vector<std::string> prefixes(const TermSet& set);
  /// Stems of a word in each language, and the word itself for those without a stemmer.
  [[nodiscard]] std::vector<LanguageStem> stems(const TermSet& set);

 private:
  struct Language {
    Analyzer analyzer;
    std::string stem;    // of stemmed_
    std::string prefix;  // that its other forms share
  };
  void prepare(const TermSet& set);

  std::vector<Language> languages_;  // with a stemmer, in the order of their bits
  TermSet stemmed_;                  // for which the stems above hold
  bool prepared_ = false;
};

/// `*` any run of characters, `?` one character; both in UTF-8.
[[nodiscard]] bool matches_wildcard(std::string_view pattern, std::string_view term);

/// Optimal string alignment distance in characters (insert, delete, replace, swap neighbours), or most + 1.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

}  // namespace dateline::query

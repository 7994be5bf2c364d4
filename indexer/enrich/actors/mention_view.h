// What merging, parting and filtering mentions ask of the words: their classes, and what a stretch of them looks like.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "indexer/enrich/actors/mention_merger.h"

namespace dateline::indexer {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) {
  return whole_class(static_cast<unsigned>(word_class));
}

constexpr std::uint64_t kTitle = whole_class(WordClass::title);
constexpr std::uint64_t kNation = whole_class(WordClass::demonym) | whole_class(kClassCountry);
constexpr std::uint64_t kUnits =
    match_bit(static_cast<unsigned>(WordClass::demonym), PhrasePart::unit) | match_bit(kClassCountry, PhrasePart::unit);
constexpr std::uint64_t kFirstName = whole_class(WordClass::first_name);
constexpr std::uint64_t kDate = whole_class(WordClass::date_word);
constexpr std::uint64_t kOrganisationWord = whole_class(WordClass::organisation_word);
constexpr std::uint64_t kPlaceWord = whole_class(WordClass::place_word);
constexpr std::uint64_t kEventWord = whole_class(WordClass::event_word);
constexpr std::uint64_t kCommonWord = whole_class(WordClass::common_word);

inline bool is_word(const Token& token, std::string_view lower) {
  if (token.word.size() != lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), token.word.begin(),
                    [](char a, char b) { return a == b || (b >= 'A' && b <= 'Z' && a == b + 32); });
}

class MentionView {
 public:
  explicit MentionView(const MentionSources& sources) : in_(sources) {}

  [[nodiscard]] const Token& token(std::uint32_t at) const { return in_.article.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return in_.matches.classes[at]; }

  [[nodiscard]] std::uint64_t hash_of(const Mention& mention) const {
    return name_hash({&token(mention.begin), mention.end - mention.begin});
  }

  [[nodiscard]] bool is_free_of(std::uint32_t begin, std::uint32_t end, std::uint64_t unwanted) const {
    for (std::uint32_t at = begin; at < end; ++at) {
      if ((classes(at) & unwanted) != 0 || !is_capitalised(token(at).cap)) return false;
    }
    return true;
  }

  /// Two to four capitalised words, the first of them a first name, none such as organisations have.
  [[nodiscard]] bool looks_like_person(std::uint32_t begin, std::uint32_t end) const {
    if (end < begin + 2 || end > begin + 4 || (classes(begin) & kFirstName) == 0) return false;
    for (std::uint32_t at = begin; at < end; ++at) {
      if ((classes(at) & kOrganisationWord) != 0 || !is_capitalised(token(at).cap)) return false;
    }
    return true;
  }

  /// Words that part the offices of a state from each other.
  [[nodiscard]] bool is_adjective(std::uint32_t at) const {
    static constexpr auto kAdjectives = std::to_array<std::string_view>(
        {"foreign",   "interior", "defence",     "defense",  "finance",   "health",  "justice",
         "education", "culture",  "trade",       "energy",   "national",  "supreme", "constitutional",
         "high",      "federal",  "central",     "general",  "air",       "royal",   "state",
         "public",    "of",       "the",         "and",      "for",       "economy", "environment",
         "labor",     "labour",   "information", "security", "statistics"});
    return std::any_of(kAdjectives.begin(), kAdjectives.end(), [&](auto word) { return is_word(token(at), word); });
  }

  [[nodiscard]] static bool is_possessive(const Token& word) { return word.word == "'s" || word.word == "’s"; }

  /// "US$20,000"
  [[nodiscard]] bool is_money(const Mention& mention) const {
    return mention.end < in_.article.tokens.size() && token(mention.end).glued && token(mention.end).word == "$";
  }

  /// "<UCL>" behind a company's name.
  [[nodiscard]] bool is_ticker(const Mention& mention) const {
    constexpr std::size_t kLongest = 6;
    return mention.end - mention.begin == 1 && token(mention.begin).word.size() <= kLongest &&
           mention.begin > in_.article.sentences[mention.sentence].begin && token(mention.begin - 1).word == "<" &&
           mention.end < in_.article.sentences[mention.sentence].end && token(mention.end).word == ">";
  }

  /// "Prize-winner", "London-based": what ends so says something of a name.
  [[nodiscard]] static bool describes(const Token& token) {
    static constexpr auto kEnds =
        std::to_array<std::string_view>({"-winner", "-winning", "-based", "-led", "-backed", "-born", "-style", "-era",
                                         "-run", "-owned", "-controlled"});
    return std::any_of(kEnds.begin(), kEnds.end(), [&](auto end) { return token.word.ends_with(end); });
  }

 protected:
  const MentionSources& in_;
};

}  // namespace dateline::indexer

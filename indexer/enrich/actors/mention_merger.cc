#include "indexer/enrich/actors/mention_merger.h"

#include <algorithm>
#include <array>

namespace dateline::indexer {
namespace {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) { return whole_class(static_cast<unsigned>(word_class)); }

constexpr std::uint64_t kTitle = whole_class(WordClass::title);
constexpr std::uint64_t kNation = whole_class(WordClass::demonym) | whole_class(kClassCountry);
constexpr std::uint64_t kFirstName = whole_class(WordClass::first_name);
constexpr std::uint64_t kDate = whole_class(WordClass::date_word);
constexpr std::uint64_t kOrganisationWord = whole_class(WordClass::organisation_word);
constexpr std::uint64_t kCommonWord = whole_class(WordClass::common_word);

bool is_word(const Token& token, std::string_view lower) {
  if (token.word.size() != lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), token.word.begin(),
                    [](char a, char b) { return a == b || (b >= 'A' && b <= 'Z' && a == b + 32); });
}

bool is_article(const Token& token) {
  static constexpr auto kArticles = std::to_array<std::string_view>(
      {"the", "a", "an", "el", "los", "las", "le", "les", "der", "die", "das", "il"});
  return std::any_of(kArticles.begin(), kArticles.end(), [&](auto word) { return is_word(token, word); });
}

/// Lower-case words that begin a surname.
bool is_name_particle(const Token& token) {
  static constexpr auto kParticles = std::to_array<std::string_view>(
      {"al", "el", "bin", "ben", "ibn", "abu", "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du",
       "la", "le", "ul", "ur", "ter", "ten"});
  return token.word.starts_with("al-") || token.word.starts_with("el-") ||
         std::any_of(kParticles.begin(), kParticles.end(), [&](auto word) { return token.word == word; });
}

/// Titles that are part of how a person is called where no surname follows: "Pope Francis", "King Salman".
bool is_part_of_name(const Token& token) {
  static constexpr auto kTitles = std::to_array<std::string_view>(
      {"pope", "king", "queen", "prince", "princess", "sheikh", "saint", "st.", "papa", "rey", "reina", "emperor", "sultan",
       "emir", "duke", "duchess", "lady", "lord", "sir", "mother", "father", "brother", "sister"});
  return std::any_of(kTitles.begin(), kTitles.end(), [&](auto word) { return is_word(token, word); });
}

class Merger {
 public:
  Merger(const MentionSources& sources, std::vector<Mention>& out) : in_(sources), out_(out) {}

  void run() {
    out_.clear();
    auto tagged = in_.tagged.begin();
    for (const Mention& matched : in_.matches.actors) {
      while (tagged != in_.tagged.end() && tagged->end <= matched.begin) add_tagged(*tagged++);
      if (tagged == in_.tagged.end() || tagged->begin >= matched.end) {
        if (stands_alone(matched)) out_.push_back(matched);
        continue;
      }
      // They overlap: one of the two is kept.
      const bool same = tagged->begin == matched.begin && tagged->end == matched.end;
      if (same || is_wider(matched, *tagged) || names_core(matched, *tagged)) {
        out_.push_back(same ? united(matched, *tagged) : matched);
        while (tagged != in_.tagged.end() && tagged->begin < matched.end) ++tagged;
      }
    }
    while (tagged != in_.tagged.end()) add_tagged(*tagged++);
    remove_overlaps();
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return in_.article.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return in_.matches.classes[at]; }

  static bool is_wider(const Mention& matched, const Mention& tagged) {
    return matched.begin <= tagged.begin && matched.end >= tagged.end;
  }

  /// The tagged words are the matched name and titles before it: "US President Joe Biden".
  [[nodiscard]] bool names_core(const Mention& matched, const Mention& tagged) const {
    if (matched.begin < tagged.begin || matched.end > tagged.end) return matched.end - matched.begin > tagged.end - tagged.begin;
    if (matched.type == MentionType::place) return false;
    const Mention core = stripped(tagged);
    return core.begin == matched.begin && core.end == matched.end;
  }

  /// Both found the same words. The gazetteer knows who it is, unless the tagger sees a person where it has a country
  /// or company ("Jordan", "Chad", "Ford").
  [[nodiscard]] Mention united(const Mention& matched, const Mention& tagged) const {
    const bool one_word = matched.end - matched.begin == 1;
    const bool other_kind = tagged.type == MentionType::person && matched.type != MentionType::person;
    const bool unlikely = other_kind && (classes(matched.begin) & kFirstName) != 0;
    if (one_word && (unlikely || (other_kind && matched.ambiguous))) return tagged;
    return matched;
  }

  /// A match that the tagger did not see.
  [[nodiscard]] bool stands_alone(const Mention& matched) const {
    const bool money = matched.end < in_.article.tokens.size() && token(matched.end).glued && token(matched.end).word == "$";
    if (money) return false;  // "US$20,000"
    if (matched.end - matched.begin > 1 || matched.type == MentionType::place) return true;
    const Token& word = token(matched.begin);
    if (word.cap == Cap::upper || word.cap == Cap::mixed || word.cap == Cap::uncased) return true;
    const Sentence& sentence = in_.article.sentences[matched.sentence];
    const bool first = matched.begin == sentence.begin || token(matched.begin - 1).cap == Cap::punctuation;
    if ((classes(matched.begin) & kCommonWord) != 0 && (first || sentence.kind != SentenceKind::normal)) return false;
    return !in_.has_tagger || !first;
  }

  /// Titles, nationalities and articles off a person; articles off the rest.
  [[nodiscard]] Mention stripped(Mention mention) const {
    while (mention.end > mention.begin + 1) {
      const Token& last = token(mention.end - 1);
      if (last.cap != Cap::punctuation && last.word != "'s" && last.word != "’s") break;
      --mention.end;
    }
    while (mention.end > mention.begin && token(mention.begin).cap == Cap::punctuation) ++mention.begin;
    if (mention.type == MentionType::person) return without_titles(mention);
    while (mention.end > mention.begin + 1 && is_article(token(mention.begin))) ++mention.begin;
    return mention;
  }

  [[nodiscard]] Mention without_titles(Mention mention) const {
    while (mention.end > mention.begin + 1) {
      const Token& first = token(mention.begin);
      const std::uint64_t first_classes = classes(mention.begin);
      const bool lower = first.cap == Cap::lower && !is_name_particle(first);
      const bool title = (first_classes & kTitle) != 0 && (first_classes & kFirstName) == 0;
      const bool nation = (first_classes & kNation) != 0 && (first_classes & kFirstName) == 0;
      if (!lower && !title && !nation && first.cap != Cap::punctuation) break;
      if (title && mention.end - mention.begin == 2 && is_part_of_name(first)) break;
      ++mention.begin;
    }
    return mention;
  }

  void add_tagged(const Mention& tagged) {
    // "Demosisto's Nathan Law": a person ends no sooner than the possessive before them. "Britain's Labour Party": a
    // country is not part of what it owns.
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      if (!is_possessive(token(at))) continue;
      const std::uint64_t owner = classes(at - 1);
      const bool person = tagged.type == MentionType::person || looks_like_person(at + 1, tagged.end);
      const bool owned = person || (owner & whole_class(kClassCountry)) != 0;
      if (!owned || in_.gazetteer.find(hash_of(tagged)) != kNoEntry) continue;
      Mention before = tagged;
      before.end = at;
      Mention behind = tagged;
      if (person) {
        before.type = MentionType::organisation;
        behind.type = MentionType::person;
      }
      behind.begin = at + 1;
      add_tagged(before);
      add_tagged(behind);
      return;
    }
    Mention mention = stripped(retyped(tagged));
    if (mention.begin == mention.end || names_nobody(mention)) return;
    if (mention.entry == kNoEntry) mention.entry = in_.gazetteer.find(hash_of(mention));
    out_.push_back(mention);
  }

  [[nodiscard]] static bool is_possessive(const Token& word) { return word.word == "'s" || word.word == "’s"; }

  [[nodiscard]] std::uint64_t hash_of(const Mention& mention) const {
    return name_hash({&token(mention.begin), mention.end - mention.begin});
  }

  /// Two to four capitalised words, the first of them a first name, none such as organisations have.
  [[nodiscard]] bool looks_like_person(std::uint32_t begin, std::uint32_t end) const {
    if (end < begin + 2 || end > begin + 4 || (classes(begin) & kFirstName) == 0) return false;
    for (std::uint32_t at = begin; at < end; ++at) {
      if ((classes(at) & kOrganisationWord) != 0 || !is_capitalised(token(at).cap)) return false;
    }
    return true;
  }

  /// "Ambassador Hamdullah Mohib" is a person, whatever the tagger says.
  [[nodiscard]] Mention retyped(Mention mention) const {
    const bool titled = (classes(mention.begin) & kTitle) != 0 && looks_like_person(mention.begin + 1, mention.end);
    if (titled && mention.type == MentionType::organisation) mention.type = MentionType::person;
    return mention;
  }

  /// Titles, nationalities and days alone: "US President", "Monday".
  [[nodiscard]] bool names_nobody(const Mention& mention) const {
    if (mention.type == MentionType::place) return false;
    const bool one = mention.end - mention.begin == 1;
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      const bool country = !one && (classes(at) & kNation) != 0;
      const bool empty = country || (classes(at) & (kTitle | kDate | whole_class(WordClass::demonym))) != 0;
      if (token(at).cap == Cap::lower || token(at).cap == Cap::punctuation) continue;
      if (!empty || (one && (classes(at) & kFirstName) != 0)) return false;
    }
    return true;
  }

  void remove_overlaps() {
    std::uint32_t end = 0;
    std::erase_if(out_, [&](const Mention& mention) {
      if (mention.begin < end) return true;
      end = mention.end;
      return false;
    });
  }

  const MentionSources& in_;
  std::vector<Mention>& out_;
};

}  // namespace

void merge_mentions(const MentionSources& sources, std::vector<Mention>& out) { Merger(sources, out).run(); }

}  // namespace dateline::indexer

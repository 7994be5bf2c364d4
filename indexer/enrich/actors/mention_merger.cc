#include "indexer/enrich/actors/mention_merger.h"

#include <algorithm>
#include <array>

#include "indexer/enrich/actors/mention_filter.h"
#include "indexer/enrich/actors/mention_parts.h"
#include "indexer/enrich/actors/mention_view.h"
#include "indexer/enrich/actors/name_words.h"

namespace dateline::indexer {
namespace {

bool is_article(const Token& token) {
  static constexpr auto kArticles = std::to_array<std::string_view>(
      {"the", "a", "an", "el", "la", "los", "las", "le", "les", "der", "die", "das", "il", "lo", "gli", "os", "o"});
  return std::any_of(kArticles.begin(), kArticles.end(), [&](auto word) { return is_word(token, word); });
}

bool is_english_article(const Token& token) {
  return is_word(token, "the") || is_word(token, "a") || is_word(token, "an");
}

/// Lower-case words that begin a surname.
bool is_name_particle(const Token& token) {
  static constexpr auto kParticles = std::to_array<std::string_view>(
      {"al",    "el", "bin", "ben", "ibn", "abu", "van", "von", "der", "den", "de", "del",
       "della", "di", "da",  "dos", "du",  "la",  "le",  "ul",  "ur",  "ter", "ten"});
  return token.word.starts_with("al-") || token.word.starts_with("el-") ||
         std::any_of(kParticles.begin(), kParticles.end(), [&](auto word) { return token.word == word; });
}

/// Titles that are part of how a person is called where no surname follows: "Pope Francis", "King Salman".
bool is_part_of_name(const Token& token) {
  static constexpr auto kTitles =
      std::to_array<std::string_view>({"pope", "king", "queen", "prince",  "princess", "sheikh",  "saint", "st.",
                                       "papa", "rey",  "reina", "emperor", "sultan",   "emir",    "duke",  "duchess",
                                       "lady", "lord", "sir",   "mother",  "father",   "brother", "sister"});
  return std::any_of(kTitles.begin(), kTitles.end(), [&](auto word) { return is_word(token, word); });
}

class Merger : private MentionView {
 public:
  Merger(const MentionSources& sources, std::vector<Mention>& out) : MentionView(sources), out_(out) {}

  void run() {
    out_.clear();
    std::vector<Mention> sound;
    if (!in_.english) {
      for (const Mention& mention : in_.tagged) {
        const Mention core = without_opener(mention);
        if (is_sound(core)) sound.push_back(core);
      }
    }
    const std::span<const Mention> all = in_.english ? in_.tagged : std::span<const Mention>(sound);
    auto tagged = all.begin();
    for (const Mention& found : in_.matches.actors) {
      if (is_ticker(found)) continue;
      const Mention matched = with_own_town(found);
      while (tagged != all.end() && tagged->end <= matched.begin) add_tagged(*tagged++);
      if (tagged == all.end() || tagged->begin >= matched.end) {
        if (stands_alone(matched)) out_.push_back(matched);
        continue;
      }
      // They overlap: one of the two is kept.
      const bool same = tagged->begin == matched.begin && tagged->end == matched.end;
      if (is_money(matched)) {
        ++tagged;
        continue;
      }
      if (same || is_wider(matched, *tagged) || names_core(matched, *tagged)) {
        out_.push_back(same ? united(matched, *tagged) : matched);
        while (tagged != all.end() && tagged->begin < matched.end) add_person_behind(matched, *tagged++);
      }
    }
    while (tagged != all.end()) add_tagged(*tagged++);
    remove_overlaps();
  }

 private:
  /// "Según ACNUR", "Elle": a function word that opens a sentence is no part of a name.
  [[nodiscard]] Mention without_opener(Mention mention) const {
    while (mention.begin < mention.end && (classes(mention.begin) & kCommonWord) != 0 &&
           (classes(mention.begin) & kFirstName) == 0 && token(mention.begin).cap != Cap::upper) {
      ++mention.begin;
    }
    return mention;
  }

  /// In a language that the tagger has not learnt: persons with a first name, acronyms, names with a word that
  /// organisations have; nothing that swallows a name of the gazetteer.
  [[nodiscard]] bool is_sound(const Mention& mention) const {
    if (mention.begin == mention.end || mention.type == MentionType::other) return false;
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      const bool country = (classes(at) & whole_class(kClassCountry)) != 0;
      if (country && mention.type != MentionType::organisation) return mention.end - mention.begin == 1;
    }
    if (mention.type == MentionType::person) {
      const Mention core = without_titles(mention);
      return looks_like_person(core.begin, core.end) || (core.end - core.begin == 1 && core.begin > mention.begin) ||
             names_known_person(core);
    }
    if (mention.end - mention.begin == 1) return token(mention.begin).cap == Cap::upper;
    bool organisation_word = false;
    bool lower = false;
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      organisation_word = organisation_word || (classes(at) & kOrganisationWord) != 0;
      lower = lower || token(at).cap == Cap::lower;
    }
    return organisation_word && !(lower && mention.end - mention.begin > 5);
  }

  /// A single word that is the surname of somebody in the gazetteer.
  [[nodiscard]] bool names_known_person(const Mention& mention) const {
    return mention.end - mention.begin == 1 && !in_.gazetteer.bearers(token(mention.begin).key).empty();
  }

  static bool is_wider(const Mention& matched, const Mention& tagged) {
    return matched.begin <= tagged.begin && matched.end >= tagged.end;
  }

  /// "Immigration Services Director L. Francis Cissna", where the service is known.
  void add_person_behind(const Mention& matched, const Mention& tagged) {
    if (tagged.end < matched.end + 2 || tagged.begin >= matched.end || matched.type != MentionType::organisation)
      return;
    Mention rest = tagged;
    rest.begin = matched.end;
    rest.type = MentionType::person;
    rest = without_titles(rest);
    const bool titled = rest.begin > matched.end && rest.end - rest.begin >= 2;
    if ((titled || looks_like_person(rest.begin, rest.end)) &&
        is_free_of(rest.begin, rest.end, kOrganisationWord | kTitle))
      add_tagged(rest);
  }

  /// The tagged words are the matched name and titles before it: "US President Joe Biden".
  [[nodiscard]] bool names_core(const Mention& matched, const Mention& tagged) const {
    if (matched.begin < tagged.begin || matched.end > tagged.end)
      return matched.end - matched.begin > tagged.end - tagged.begin;
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

  /// "London Broncos" are not Denver's.
  [[nodiscard]] Mention with_own_town(Mention matched) const {
    if (matched.end - matched.begin != 1 || matched.type != MentionType::organisation ||
        matched.begin == in_.article.sentences[matched.sentence].begin)
      return matched;
    const GazetteerEntry& entry = in_.gazetteer.entries()[matched.entry];
    const std::uint32_t town = matched.begin - 1;
    const bool team = entry.role.ends_with(" team") || entry.role.ends_with(" club");
    if (!team || !is_capitalised(token(town).cap) || (classes(town) & whole_class(WordClass::place)) == 0 ||
        entry.name.find(token(town).word) != std::string::npos)
      return matched;
    matched.begin = town;
    matched.entry = in_.gazetteer.find(hash_of(matched));
    matched.ambiguous = false;
    matched.team = true;
    return matched;
  }

  /// "ICE HOCKEY - FINNISH RESULTS": also a word of the language, before a long one in capitals.
  [[nodiscard]] bool is_of_shouted_words(const Mention& mention, const Sentence& sentence) const {
    constexpr std::size_t kLongWord = 5;
    return (classes(mention.begin) & kCommonWord) != 0 && mention.end < sentence.end &&
           token(mention.end).cap == Cap::upper && token(mention.end).word.size() >= kLongWord;
  }

  /// A user called "Anonymous"
  [[nodiscard]] bool is_alone_in_quotes(const Mention& mention) const {
    const auto is_quote = [](std::string_view word) { return word == "\"" || word == "“" || word == "”"; };
    return mention.end < in_.article.sentences[mention.sentence].end && is_quote(token(mention.begin - 1).word) &&
           is_quote(token(mention.end).word);
  }

  /// A match that the tagger did not see.
  [[nodiscard]] bool stands_alone(const Mention& matched) const {
    if (is_money(matched)) return false;
    if (matched.end - matched.begin > 1 || matched.type == MentionType::place) return true;
    const Token& word = token(matched.begin);
    const Sentence& sentence = in_.article.sentences[matched.sentence];
    if (is_of_shouted_words(matched, sentence)) return false;
    if (matched.ambiguous && sentence.kind != SentenceKind::normal && matched.type == MentionType::organisation)
      return false;
    if (word.cap == Cap::upper || word.cap == Cap::mixed || word.cap == Cap::uncased) return true;
    const bool first = matched.begin == sentence.begin ||
                       (token(matched.begin - 1).cap == Cap::punctuation && !is_alone_in_quotes(matched));
    if ((classes(matched.begin) & kCommonWord) != 0 && (first || sentence.kind != SentenceKind::normal)) return false;
    return !in_.has_tagger || !first;
  }

  /// Titles, nationalities and articles off a person; articles off the rest.
  [[nodiscard]] Mention stripped(Mention mention) const {
    while (mention.end > mention.begin + 1) {
      const Token& last = token(mention.end - 1);
      const bool number = last.cap == Cap::number && mention.type == MentionType::person;
      if (last.cap != Cap::punctuation && last.cap != Cap::lower && !number) break;
      --mention.end;
    }
    while (mention.end > mention.begin && token(mention.begin).cap == Cap::punctuation) ++mention.begin;
    while (mention.end > mention.begin + 1 && describes(token(mention.begin))) ++mention.begin;  // "Houston-based"
    if (mention.type == MentionType::person) return without_titles(mention);
    if (mention.type == MentionType::organisation && !mention.team && is_place(mention))
      mention.type = MentionType::place;
    // In English "El Comercio" is called so.
    while (mention.end > mention.begin + 1 && is_article(token(mention.begin)) &&
           !(in_.english && token(mention.begin).cap == Cap::initial && !is_english_article(token(mention.begin))))
      ++mention.begin;
    // "Senate Democratic leader"
    const Token& last = token(mention.end - 1);
    if (mention.end - mention.begin == 2 && (classes(mention.begin) & kOrganisationWord) != 0 &&
        (is_word(last, "democratic") || is_word(last, "republican")))
      --mention.end;
    return mention;
  }

  /// Exactly a town or region: "the West", "Chicago".
  [[nodiscard]] bool is_place(const Mention& mention) const {
    constexpr auto kPlace = static_cast<unsigned>(WordClass::place);
    if (mention.end - mention.begin == 1) return (classes(mention.begin) & match_bit(kPlace, PhrasePart::unit)) != 0;
    return (classes(mention.begin) & match_bit(kPlace, PhrasePart::begin)) != 0 &&
           (classes(mention.end - 1) & match_bit(kPlace, PhrasePart::last)) != 0;
  }

  [[nodiscard]] Mention without_titles(Mention mention) const {
    // "Immigration Services Director L. Francis Cissna"
    for (std::uint32_t at = mention.end - 1; at-- > mention.begin;) {
      if ((classes(at) & kTitle) == 0 || (classes(at) & kFirstName) != 0 || is_part_of_name(token(at))) continue;
      if (at + 1 < mention.end) mention.begin = at + 1;
      break;
    }
    while (mention.end > mention.begin + 1) {
      const Token& first = token(mention.begin);
      const std::uint64_t first_classes = classes(mention.begin);
      const bool lower = first.cap == Cap::lower && !is_name_particle(first);
      const bool initial =
          first.cap == Cap::single && mention.end - mention.begin > 2;  // "M. Night Shyamalan", not "M. Macron"
      const bool title = (first_classes & kTitle) != 0 && (first_classes & kFirstName) == 0 && !initial;
      const bool nation = (first_classes & kNation) != 0 && (first_classes & kFirstName) == 0;
      const bool date = (first_classes & kDate) != 0 && (first_classes & kFirstName) == 0;
      if (!lower && !title && !nation && !date && first.cap != Cap::punctuation) break;
      if (title && mention.end - mention.begin == 2 && is_part_of_name(first)) break;
      ++mention.begin;
    }
    return mention;
  }

  void add_tagged(const Mention& tagged) {
    if (tagged.team) {
      out_.push_back(tagged);
      out_.back().entry = in_.gazetteer.find(hash_of(tagged));
      return;
    }
    if (const MentionParts parts = parts_of(in_, tagged); parts.count > 0) {
      for (std::size_t at = 0; at < parts.count; ++at) add_tagged(parts.list[at]);
      return;
    }
    Mention mention = stripped(retyped(with_head(tagged)));
    if (mention.begin == mention.end) return;
    if (names_country(mention)) {
      mention.type = MentionType::place;
      mention.entry = in_.gazetteer.find(hash_of(mention));
      out_.push_back(mention);
      return;
    }
    if (mention.end - mention.begin == 1 && tagged.end - tagged.begin == 2) take_match(mention);  // "Senate Democratic"
    if (names_nobody(in_, mention) || is_money(mention) || is_ticker(mention)) return;
    if (mention.type == MentionType::organisation && mention.entry == kNoEntry) mention = with_nation(mention);
    if (mention.begin == mention.end) return;
    if (mention.entry == kNoEntry) mention.entry = in_.gazetteer.find(hash_of(mention));
    if (mention.entry == kNoEntry && mention.type == MentionType::organisation)
      mention.entry = find_without_form(mention);
    out_.push_back(mention);
  }

  /// What the gazetteer has for exactly these words, ambiguous or not.
  void take_match(Mention& mention) const {
    const auto& actors = in_.matches.actors;
    const auto match = std::lower_bound(actors.begin(), actors.end(), mention.begin,
                                        [](const Mention& other, std::uint32_t word) { return other.begin < word; });
    if (match == actors.end() || match->begin != mention.begin || match->end != mention.end ||
        match->type != mention.type)
      return;
    mention.entry = match->entry;
    mention.ambiguous = match->ambiguous;
  }

  /// "NYNEX CORP" is known without the form.
  [[nodiscard]] std::uint32_t find_without_form(Mention mention) const {
    if (mention.end - mention.begin < 2 || !is_legal_form(token(mention.end - 1).word)) return kNoEntry;
    --mention.end;
    const std::uint32_t entry = in_.gazetteer.find(hash_of(mention));
    return entry != kNoEntry && in_.gazetteer.entries()[entry].kind == ActorKind::organisation ? entry : kNoEntry;
  }

  [[nodiscard]] bool names_country(const Mention& mention) const {
    if (mention.begin == mention.end || mention.type == MentionType::person ||
        (classes(mention.begin) & whole_class(kClassCountry)) == 0)
      return false;
    const std::uint32_t entry = in_.gazetteer.find(hash_of(mention));
    return entry != kNoEntry && in_.gazetteer.entries()[entry].kind == ActorKind::country;
  }

  /// "Council on American-Islamic Relations", "Joint Council for the Welfare of Immigrants": what the tagger began too
  /// late, or parted, begins with the organisation's word or with the name that it ends.
  [[nodiscard]] Mention with_head(Mention mention) {
    if (mention.type != MentionType::organisation) return mention;
    const std::uint32_t first = in_.article.sentences[mention.sentence].begin;
    std::uint32_t at = mention.begin;
    if (at >= first + 2 && is_word(token(at - 1), "the")) --at;
    if (at < first + 2) return mention;
    const Token& joint = token(at - 1);
    const bool joins = joint.word == "on" || joint.word == "for" || joint.word == "of";
    const bool head = (classes(at - 2) & kOrganisationWord) != 0 && is_capitalised(token(at - 2).cap);
    if (!joins || !head) return mention;
    if (out_.empty() || out_.back().end <= at - 2) {
      mention.begin = at - 2;
    } else if (const Mention& before = out_.back();
               before.end == at - 1 && before.entry == kNoEntry && before.type == MentionType::organisation) {
      mention.begin = before.begin;
      out_.pop_back();
    }
    return mention;
  }

  /// What every country has ("Navy", "Foreign Ministry", "Ministry of Culture") is named with the country before it.
  /// Without one a single such word names nobody.
  [[nodiscard]] Mention with_nation(Mention mention) const {
    if (!is_generic(mention) && !is_national_body(mention)) return mention;
    const Sentence& sentence = in_.article.sentences[mention.sentence];
    const std::uint32_t before = mention.begin;
    if (before > sentence.begin && is_faith(token(before - 1))) return mention;
    if (before > sentence.begin && (classes(before - 1) & kNation) != 0 && is_capitalised(token(before - 1).cap)) {
      --mention.begin;
      if (mention.begin > sentence.begin && (classes(mention.begin) & (kNation & ~kUnits)) != 0 &&
          (classes(mention.begin - 1) & kNation & ~kUnits) != 0) {
        --mention.begin;  // "South Korean"
      }
      return mention;
    }
    if (mention.end - mention.begin == 1 && token(mention.begin).cap != Cap::upper &&
        in_.gazetteer.find(hash_of(mention)) == kNoEntry) {
      mention.end = mention.begin;
    }
    return mention;
  }

  /// Nationalities by their words, but of no state.
  [[nodiscard]] static bool is_faith(const Token& word) {
    static constexpr auto kFaiths = std::to_array<std::string_view>(
        {"moslem", "muslim", "islamic", "christian", "catholic", "protestant", "jewish", "sunni", "shi'ite", "shiite",
         "arab", "hindu", "sikh", "european", "african", "asian"});
    return std::any_of(kFaiths.begin(), kFaiths.end(), [&](auto faith) { return is_word(word, faith); });
  }

  /// "Greek Orthodox Church": behind a nationality a name that ends in a word of organisations, if nobody else's.
  [[nodiscard]] bool is_national_body(const Mention& mention) const {
    const std::uint32_t before = mention.begin - 1;
    return mention.begin > 0 && mention.end - mention.begin >= 2 &&
           (classes(mention.end - 1) & kOrganisationWord) != 0 &&
           (classes(before) & whole_class(WordClass::demonym)) != 0 && in_.gazetteer.find(hash_of(mention)) == kNoEntry;
  }

  /// Words that every state's offices are made of; what follows "of" is free ("Supreme Court of Cassation").
  [[nodiscard]] bool is_generic(const Mention& mention) const {
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      if (at > mention.begin && token(at).word == "of") return true;
      if (!is_adjective(at) && (classes(at) & kOrganisationWord) == 0) return false;
    }
    return true;
  }

  /// "Ambassador Hamdullah Mohib" is a person, whatever the tagger says.
  [[nodiscard]] Mention retyped(Mention mention) const {
    if (mention.type != MentionType::organisation && mention.end - mention.begin > 1 &&
        is_legal_form(token(mention.end - 1).word)) {
      mention.type = MentionType::organisation;
      return mention;
    }
    if (mention.type == MentionType::place && looks_like_person(mention.begin, mention.end) &&
        is_free_of(mention.begin, mention.end, kPlaceWord | whole_class(WordClass::place) | kNation)) {
      mention.type = MentionType::person;
    }
    // "Asa Hutchinson of Arkansas"
    for (std::uint32_t at = mention.begin + 2; at + 1 < mention.end && at <= mention.begin + 4; ++at) {
      if (token(at).word != "of" || !looks_like_person(mention.begin, at)) continue;
      mention.end = at;
      mention.type = MentionType::person;
      return mention;
    }
    // "Justice Kennedy": also a word of organisations.
    const bool judge = is_word(token(mention.begin), "justice") || is_word(token(mention.begin), "judge");
    if (judge && mention.type == MentionType::organisation && mention.end - mention.begin >= 2 &&
        mention.end - mention.begin <= 4 && is_free_of(mention.begin + 1, mention.end, kOrganisationWord | kTitle)) {
      ++mention.begin;
      mention.type = MentionType::person;
      return mention;
    }
    if (mention.end - mention.begin < 3 || (classes(mention.begin) & kTitle) == 0) return mention;
    // "General Assembly" has a title in front, too.
    const bool office = is_word(token(mention.begin), "general") || is_word(token(mention.begin), "chief");
    const bool titled =
        looks_like_person(mention.begin + 1, mention.end) ||
        (!office && mention.end - mention.begin <= 4 &&
         is_free_of(mention.begin + 1, mention.end, kOrganisationWord | whole_class(WordClass::place_word)));
    if (titled && mention.type == MentionType::organisation) mention.type = MentionType::person;
    return mention;
  }

  void remove_overlaps() {
    std::uint32_t end = 0;
    std::erase_if(out_, [&](const Mention& mention) {
      if (mention.begin < end) return true;
      end = mention.end;
      return false;
    });
  }

  std::vector<Mention>& out_;
};

}  // namespace

void merge_mentions(const MentionSources& sources, std::vector<Mention>& out) {
  Merger(sources, out).run();
}

}  // namespace dateline::indexer

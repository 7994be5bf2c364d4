#include "indexer/enrich/actors/mention_cues.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dateline::indexer {
namespace {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) {
  return whole_class(static_cast<unsigned>(word_class));
}

constexpr std::uint64_t kDemonym = whole_class(WordClass::demonym);
constexpr std::uint64_t kOrganisationWord = whole_class(WordClass::organisation_word);
constexpr std::uint64_t kPlaceWord = whole_class(WordClass::place_word);
constexpr std::uint64_t kFirstName = whole_class(WordClass::first_name);
/// What begins something else than the name that a noun announces.
constexpr std::uint64_t kOtherStart = whole_class(WordClass::title) | whole_class(WordClass::date_word) | kDemonym |
                                      whole_class(kClassCountry) | whole_class(kClassPerson) | kFirstName |
                                      whole_class(WordClass::place);
constexpr std::uint32_t kLongestMissed = 5;

/// "501st", "7th"
bool is_ordinal(const Token& token) {
  static constexpr auto kEnds = std::to_array<std::string_view>({"st", "nd", "rd", "th"});
  return token.cap == Cap::number && token.word.size() > 2 &&
         std::find(kEnds.begin(), kEnds.end(), token.word.substr(token.word.size() - 2)) != kEnds.end();
}

/// Last words of units of an army: they have numbers.
bool is_unit(const Token& token) {
  static constexpr auto kUnits =
      std::to_array<std::string_view>({"Legion", "Division", "Regiment", "Battalion", "Squadron", "Airborne", "Fleet",
                                       "Infantry", "Brigade", "Army", "Corps"});
  return std::find(kUnits.begin(), kUnits.end(), token.word) != kUnits.end();
}

/// Nouns right before the name of an organisation.
bool announces_organisation(const Token& token) {
  static constexpr auto kNouns = std::to_array<std::string_view>(
      {"newspaper", "magazine",    "journal",      "tabloid",    "broadsheet", "broadcaster", "airline",
       "carmaker",  "automaker",   "retailer",     "drugmaker",  "chipmaker",  "planemaker",  "steelmaker",
       "brewer",    "insurer",     "lender",       "charity",    "watchdog",   "startup",     "start-up",
       "brokerage", "consultancy", "conglomerate", "subsidiary", "firm",       "agency",      "party",
       "company",   "militia",     "thinktank",    "club",       "website",    "bank",        "supermarket"});
  return token.cap == Cap::lower && std::find(kNouns.begin(), kNouns.end(), token.word) != kNouns.end();
}

class Cues {
 public:
  Cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged)
      : article_(article), matches_(matches), tagged_(tagged) {}

  void run() {
    std::vector<Mention> out;
    out.reserve(tagged_.size() + 4);
    auto next = tagged_.cbegin();
    for (std::uint32_t number = 0; number < article_.sentences.size(); ++number) {
      const Sentence& sentence = article_.sentences[number];
      for (std::uint32_t at = sentence.begin; at < sentence.end; ++at) {
        if (next != tagged_.cend() && next->begin == at) {
          if (!names_no_actor(*next, sentence)) out.push_back(mended(*next, sentence));
          at = next->end - 1;
          ++next;
          continue;
        }
        if (sentence.kind != SentenceKind::normal || at == sentence.begin || !is_capitalised(token(at).cap)) continue;
        const std::uint32_t free = next == tagged_.cend() ? sentence.end : std::min(sentence.end, next->begin);
        const std::uint32_t end = end_of_missed(at, free);
        if (end == at) continue;
        const std::uint32_t begin = is_ordinal(token(at - 1)) ? at - 1 : at;
        out.push_back({.begin = begin, .end = end, .sentence = number, .type = MentionType::organisation});
        at = end - 1;
      }
    }
    tagged_ = std::move(out);
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return article_.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return matches_.classes[at]; }

  [[nodiscard]] bool ends_organisation(std::uint32_t at) const {
    return (classes(at) & kOrganisationWord) != 0 && (classes(at) & kPlaceWord) == 0;
  }

  /// "-- New York Newsdesk", "USS Carl Vinson"; "Secretary of State for Trade"; "Roe v. Wade".
  [[nodiscard]] bool names_no_actor(const Mention& mention, const Sentence& sentence) const {
    static constexpr auto kDesks = std::to_array<std::string_view>({"Newsroom", "newsroom", "Newsdesk", "newsdesk"});
    static constexpr auto kShips = std::to_array<std::string_view>({"USS", "HMS", "USNS", "MV"});
    const auto among = [&](const auto& words, std::uint32_t at) {
      return std::find(words.begin(), words.end(), token(at).word) != words.end();
    };
    static constexpr auto kOffices =
        std::to_array<std::string_view>({"Secretary", "secretary", "Minister", "minister"});
    static constexpr auto kGroups = std::to_array<std::string_view>({"DIVISION", "CONFERENCE"});  // of a league
    if (among(kGroups, mention.end - 1)) return true;
    if (among(kDesks, mention.end - 1) || (mention.end < sentence.end && among(kDesks, mention.end))) return true;
    if (mention.begin > sentence.begin && among(kShips, mention.begin - 1)) return true;
    const auto is_versus = [&](std::uint32_t at) {
      return at >= sentence.begin && at < sentence.end && token(at).word == "v.";
    };
    if (is_versus(mention.end) || (mention.begin > sentence.begin && is_versus(mention.begin - 1))) return true;
    return mention.begin >= sentence.begin + 2 && token(mention.begin).word == "State" &&
           token(mention.begin - 1).word == "of" && among(kOffices, mention.begin - 2);
  }

  [[nodiscard]] Mention mended(Mention mention, const Sentence& sentence) const {
    const bool many = mention.end - mention.begin > 1;
    if (mention.team) return mention;
    // "Standings of National Hockey League": of a known name the front is none.
    if (mention.begin == sentence.begin && mention.end - mention.begin > 3 && token(mention.begin + 1).word == "of" &&
        std::any_of(matches_.actors.begin(), matches_.actors.end(), [&](const Mention& known) {
          return known.begin == mention.begin + 2 && known.end == mention.end &&
                 known.type == MentionType::organisation;
        }))
      mention.begin += 2;
    if (mention.type == MentionType::place && many) {
      const bool head = ends_organisation(mention.begin) && token(mention.begin + 1).word == "of";
      if (head || ends_organisation(mention.end - 1)) mention.type = MentionType::organisation;
    }
    if (mention.type == MentionType::person && employs_who_follows(mention, sentence))
      mention.type = MentionType::organisation;
    if (mention.type == MentionType::person) mention = with_next_word(mention, sentence);
    if (mention.begin > sentence.begin) {
      if (announces_organisation(token(mention.begin - 1)) && !is_person(mention) &&
          (classes(mention.begin) & (whole_class(WordClass::title) | whole_class(kClassCountry) | kDemonym)) == 0)
        mention.type = MentionType::organisation;
      if (is_unit(token(mention.end - 1)) && is_ordinal(token(mention.begin - 1))) --mention.begin;
    }
    return mention;
  }

  /// "Ben Taub" of "Ben Taub Hospital"; "Brock" of "Brock Long".
  [[nodiscard]] Mention with_next_word(Mention mention, const Sentence& sentence) const {
    static constexpr auto kNamed = std::to_array<std::string_view>(
        {"Hospital", "University", "School", "College", "Institute", "Foundation", "Academy", "Clinic"});
    const auto among = [&](std::uint32_t at) {
      return std::find(kNamed.begin(), kNamed.end(), token(at).word) != kNamed.end();
    };
    if (mention.end - mention.begin > 1 && among(mention.end - 1)) {
      mention.type = MentionType::organisation;
      return mention;
    }
    const std::uint32_t next = mention.end;
    if (next == sentence.end || !is_capitalised(token(next).cap) || is_tagged(next)) return mention;
    if (among(next)) {
      ++mention.end;
      mention.type = MentionType::organisation;
      return mention;
    }
    constexpr std::uint64_t kNoSurname = kOtherStart | kOrganisationWord | kPlaceWord |
                                         whole_class(WordClass::event_word) | whole_class(kClassOrganisation);
    const bool first_name = next - mention.begin == 1 && (classes(mention.begin) & kFirstName) != 0;
    const bool last = next + 1 == sentence.end || !is_capitalised(token(next + 1).cap);
    if (first_name && last && sentence.kind == SentenceKind::normal && token(next).cap == Cap::initial &&
        (classes(next) & kNoSurname & ~kFirstName) == 0)
      ++mention.end;
    return mention;
  }

  [[nodiscard]] bool is_tagged(std::uint32_t at) const {
    const auto next = std::upper_bound(tagged_.begin(), tagged_.end(), at,
                                       [](std::uint32_t word, const Mention& mention) { return word < mention.begin; });
    return next != tagged_.begin() && std::prev(next)->end > at;
  }

  /// "E.F. Hutton analyst Fred Meinke"
  [[nodiscard]] bool employs_who_follows(const Mention& mention, const Sentence& sentence) const {
    static constexpr auto kEmployed = std::to_array<std::string_view>(
        {"analyst", "analysts", "economist", "economists", "strategist", "trader", "broker", "dealer"});
    return mention.end + 1 < sentence.end && is_capitalised(token(mention.end + 1).cap) &&
           std::find(kEmployed.begin(), kEmployed.end(), token(mention.end).word) != kEmployed.end();
  }

  [[nodiscard]] bool is_person(const Mention& mention) const {
    return mention.type == MentionType::person &&
           (mention.end - mention.begin > 1 || (classes(mention.begin) & kFirstName) != 0);
  }

  /// End of an organisation that the tagger did not see and that begins at `at`; `at` if none does.
  [[nodiscard]] std::uint32_t end_of_missed(std::uint32_t at, std::uint32_t free) const {
    std::uint32_t end = at;
    std::uint32_t closed = at;  // behind the last word that organisations end in
    while (end < free && end < at + kLongestMissed && is_capitalised(token(end).cap)) {
      if (ends_organisation(end)) closed = end + 1;
      ++end;
    }
    const bool whole = end == free || !is_capitalised(token(end).cap);
    const Token& before = token(at - 1);
    const bool nation = (classes(at - 1) & kDemonym) != 0 && is_capitalised(before.cap);
    if (nation) return closed;
    if (is_ordinal(before)) return closed > at && is_unit(token(closed - 1)) ? closed : at;
    const bool common = end == at + 1 && (classes(at) & whole_class(WordClass::common_word)) != 0;
    const bool announced = whole && !common && announces_organisation(before) && (classes(at) & kOtherStart) == 0;
    return announced ? end : at;
  }

  const TokenisedArticle& article_;
  const Matches& matches_;
  std::vector<Mention>& tagged_;
};

}  // namespace

void apply_cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged) {
  Cues(article, matches, tagged).run();
}

}  // namespace dateline::indexer

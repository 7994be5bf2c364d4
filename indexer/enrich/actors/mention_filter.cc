#include "indexer/enrich/actors/mention_filter.h"

#include "indexer/enrich/actors/mention_view.h"

namespace dateline::indexer {
namespace {

class Filter : private MentionView {
 public:
  explicit Filter(const MentionSources& sources) : MentionView(sources) {}

  /// "House Democrats": people of a party, as nationalities are of a country.
  [[nodiscard]] bool names_faction(const Mention& mention) const {
    static constexpr auto kChambers = std::to_array<std::string_view>(
        {"house", "senate", "congressional", "moderate", "southern", "northern", "state"});
    const Token& last = token(mention.end - 1);
    return mention.end - mention.begin == 2 && (is_word(last, "democrats") || is_word(last, "republicans")) &&
           std::any_of(kChambers.begin(), kChambers.end(),
                       [&](auto word) { return is_word(token(mention.begin), word); });
  }

  /// Titles, nationalities and days alone: "US President", "Monday".
  [[nodiscard]] bool names_nobody(const Mention& mention) const {
    if (mention.type == MentionType::place || mention.team) return false;
    const Token& last_word = token(mention.end - 1);
    // "Asian Cup Group C"
    if (last_word.cap == Cap::single && mention.end - mention.begin > 1 && is_word(token(mention.end - 2), "group"))
      return true;
    // "D-N.Y.", "R-Texas": a party and a state.
    if (last_word.word.size() > 2 && last_word.word[1] == '-' && (last_word.word[0] == 'D' || last_word.word[0] == 'R'))
      return true;
    const bool named_first = (classes(mention.begin) & kFirstName) != 0;
    if (mention.type == MentionType::person && mention.end - mention.begin > 1 && !named_first &&
        (classes(mention.end - 1) & kPlaceWord) != 0 && in_.gazetteer.find(hash_of(mention)) == kNoEntry)
      return true;  // "Hall Station"
    if (describes(last_word) || (mention.end - mention.begin == 1 && is_contraction(last_word))) return true;
    if (mention.type == MentionType::organisation && in_.gazetteer.find(hash_of(mention)) == kNoEntry) {
      const std::uint64_t last = classes(mention.end - 1);
      // Laws, wars, cups; hotels, streets; offices ("U.N. Ambassador").
      if ((last & kEventWord) != 0) return true;
      if ((last & kPlaceWord) != 0 && (last & kOrganisationWord) == 0 && mention.end - mention.begin > 1) return true;
      if ((last & kTitle) != 0 && (last & (kOrganisationWord | kFirstName)) == 0) return true;
    }
    if (mention.type == MentionType::person && mention.end - mention.begin > 2 &&
        (classes(mention.end - 1) & kEventWord) != 0 && in_.gazetteer.find(hash_of(mention)) == kNoEntry)
      return true;  // "Centennial Coin Act"
    if (names_thing(mention) || names_faction(mention) || is_code(mention)) return true;
    const bool one = mention.end - mention.begin == 1;
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      const bool country = !one && (classes(at) & (kNation | whole_class(WordClass::place))) != 0;
      const bool empty = country || (at > mention.begin && is_word(token(at), "federal")) ||
                         (classes(at) & (kTitle | kDate | whole_class(WordClass::demonym))) != 0;
      if (token(at).cap == Cap::lower || token(at).cap == Cap::punctuation) continue;
      if (!empty || (one && (classes(at) & kFirstName) != 0)) return false;
    }
    return true;
  }

  /// "I’m", "We’ve", "They’d": what a pronoun opens.
  [[nodiscard]] static bool is_contraction(const Token& token) {
    static constexpr auto kEnds = std::to_array<std::string_view>({"m", "d", "ve", "re", "ll", "t"});
    std::size_t at = token.word.find('\'');
    std::size_t behind = at + 1;
    if (at == std::string_view::npos) {
      at = token.word.find("’");
      behind = at + std::string_view("’").size();
    }
    return at != std::string_view::npos &&
           std::find(kEnds.begin(), kEnds.end(), token.word.substr(behind)) != kEnds.end();
  }

  /// "qf0P4kjUQn" of an address.
  [[nodiscard]] bool is_code(const Mention& mention) const {
    constexpr std::size_t kLongEnough = 8;
    const std::string_view word = token(mention.begin).word;
    if (mention.end - mention.begin > 1 || word.size() < kLongEnough || token(mention.begin).cap != Cap::mixed)
      return false;
    const auto digit = std::find_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool glued_to_path = token(mention.begin).glued && mention.begin > 0 && token(mention.begin - 1).word == "/";
    return glued_to_path ||
           (digit != word.end() && std::any_of(digit, word.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
  }

  /// Models, roads, missions ("IE6", "F-16", "STS-1", "M25"); ships, storms, undertakings ("USS Cole", "Hurricane
  /// Ida").
  [[nodiscard]] bool names_thing(const Mention& mention) const {
    static constexpr auto kThings =
        std::to_array<std::string_view>({"uss", "hms", "mv", "hurricane", "typhoon", "cyclone", "operation",
                                         "interstate", "highway", "route", "mount", "category", "no."});
    const Token& first = token(mention.begin);
    if (in_.gazetteer.find(hash_of(mention)) != kNoEntry) return false;
    if (mention.end - mention.begin == 1) {
      const std::string_view word = first.word;
      const std::size_t letters = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
      if (letters == 0 || letters == std::string_view::npos || letters > 4) return false;
      const std::size_t digits = word[letters] == '-' ? letters + 1 : letters;
      return digits < word.size() && word.find_first_not_of("0123456789", digits) == std::string_view::npos;
    }
    const bool shuttle = is_word(first, "space") && is_word(token(mention.begin + 1), "shuttle");
    return shuttle || std::any_of(kThings.begin(), kThings.end(), [&](auto word) { return is_word(first, word); });
  }
};

}  // namespace

bool names_nobody(const MentionSources& sources, const Mention& mention) {
  return Filter(sources).names_nobody(mention);
}

}  // namespace dateline::indexer

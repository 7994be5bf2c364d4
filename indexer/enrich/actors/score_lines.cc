#include "indexer/enrich/actors/score_lines.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace dateline::indexer {
namespace {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) {
  return whole_class(static_cast<unsigned>(word_class));
}

constexpr std::uint32_t kLongestTeam = 4;
constexpr std::uint32_t kLongestPerson = 5;
constexpr std::uint64_t kNotInPlayers = whole_class(WordClass::organisation_word) | whole_class(kClassOrganisation) |
                                        whole_class(WordClass::date_word) | whole_class(WordClass::event_word);

class ScoreLines {
 public:
  ScoreLines(const TokenisedArticle& article, const Matches& matches) : article_(article), matches_(matches) {}

  std::vector<Mention> read() {
    for (sentence_ = 0; sentence_ < article_.sentences.size(); ++sentence_) {
      const Sentence& line = article_.sentences[sentence_];
      if (line.headline) continue;
      read_results(line);
      read_players(line);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
    std::uint32_t end = 0;
    std::erase_if(found_, [&](const Mention& mention) {
      if (mention.begin < end) return true;
      end = mention.end;
      return false;
    });
    return std::move(found_);
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return article_.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return matches_.classes[at]; }

  /// Exactly a country's name.
  [[nodiscard]] bool is_country(std::uint32_t begin, std::uint32_t end) const {
    if (end == begin + 1) return (classes(begin) & match_bit(kClassCountry, PhrasePart::unit)) != 0;
    return end > begin && (classes(begin) & match_bit(kClassCountry, PhrasePart::begin)) != 0 &&
           (classes(end - 1) & match_bit(kClassCountry, PhrasePart::last)) != 0;
  }

  void add_team(std::uint32_t begin, std::uint32_t end) {
    if (is_country(begin, end)) return;
    found_.push_back(
        {.begin = begin, .end = end, .sentence = sentence_, .type = MentionType::organisation, .team = true});
  }

  void add_player(std::uint32_t begin, std::uint32_t end) {
    found_.push_back({.begin = begin, .end = end, .sentence = sentence_, .type = MentionType::person, .team = true});
  }

  [[nodiscard]] bool is_meeting(std::uint32_t at) const {
    static constexpr auto kWords =
        std::to_array<std::string_view>({"at", "AT", "At", "v", "vs", "vs.", "beat", "drew"});
    return std::find(kWords.begin(), kWords.end(), token(at).word) != kWords.end();
  }

  /// "5", "97-2", "3-41"
  [[nodiscard]] bool is_score(std::uint32_t at) const {
    return token(at).cap == Cap::number && token(at).word.find_first_not_of("0123456789-.") == std::string_view::npos;
  }

  [[nodiscard]] bool is_in_team(std::uint32_t at) const {
    const bool day = (classes(at) & whole_class(WordClass::date_word)) != 0 &&
                     (classes(at) & whole_class(kClassOrganisation)) == 0;  // "Sheffield Wednesday"
    return is_capitalised(token(at).cap) && !day && !is_meeting(at);
  }

  /// End of a name that begins at `at`, or `at`.
  [[nodiscard]] std::uint32_t end_of_team(std::uint32_t at, std::uint32_t limit) const {
    std::uint32_t end = at;
    while (end < limit && end < at + kLongestTeam && is_in_team(end)) ++end;
    return end < limit && is_in_team(end) ? at : end;
  }

  void read_results(const Sentence& line) {
    if (read_meeting(line)) return;
    // Of a line of results few words are in lower case: "215 and 84-3", "301 for eight declared".
    std::uint32_t lower = 0;
    std::uint32_t numbers = 0;
    for (std::uint32_t at = line.begin; at < line.end; ++at) {
      lower += token(at).cap == Cap::lower && !is_meeting(at) ? 1U : 0U;
      numbers += token(at).cap == Cap::number ? 1U : 0U;
    }
    if (numbers < 2 || lower > std::max(2U, numbers / 3)) return;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> teams;
    std::uint32_t depth = 0;
    for (std::uint32_t at = line.begin; at < line.end; ++at) {
      if (token(at).word == "(") ++depth;
      if (token(at).word == ")" && depth > 0) --depth;
      if (!is_capitalised(token(at).cap)) continue;
      if (depth > 0) {
        at = read_scorer(at, line.end);
        continue;
      }
      const std::uint32_t end = end_of_team(at, line.end);
      if (end == at) {
        while (at + 1 < line.end && is_in_team(at + 1)) ++at;
        continue;
      }
      const bool follows_meeting = at > line.begin && is_meeting(at - 1) && token(at - 1).word.size() < 3;
      if (end < line.end ? is_score(end) || follows_meeting || is_meeting(end) : follows_meeting)
        teams.emplace_back(at, end);
      at = end - 1;
    }
    // One team alone heads a line of standings or ends an innings; a name with one number may be anything.
    const bool standings = teams.size() == 1 && teams[0].first == line.begin && numbers >= 3;
    const bool innings =
        teams.size() == 1 && (!scorers_.empty() || (teams[0].first == line.begin && lower <= 2 && has_wickets(line)));
    if (teams.size() >= 2 || standings || innings) {
      // "Bradford Bulls" has a first name, too; players are among players.
      const bool players =
          std::all_of(teams.begin(), teams.end(), [&](const auto& name) { return is_player(name.first, name.second); });
      for (const auto& [begin, end] : teams) {
        if (players) {
          add_player(begin, end);
        } else {
          add_team(begin, end);
        }
      }
      for (const auto& [begin, end] : scorers_) add_player(begin, end);
    }
    scorers_.clear();
  }

  /// "Peter Holm 68 70"
  [[nodiscard]] bool is_player(std::uint32_t begin, std::uint32_t end) const {
    constexpr std::uint64_t kTeam = kNotInPlayers | whole_class(WordClass::place);
    std::uint64_t all = 0;
    for (std::uint32_t at = begin; at < end; ++at) all |= classes(at);
    return end - begin >= 2 && (all & kTeam) == 0 && (classes(begin) & whole_class(WordClass::first_name)) != 0;
  }

  /// "84-3": in cricket.
  [[nodiscard]] bool has_wickets(const Sentence& line) const {
    for (std::uint32_t at = line.begin; at < line.end; ++at) {
      if (is_score(at) && token(at).word.find('-') != std::string_view::npos) return true;
    }
    return false;
  }

  /// "P. Marsh 61", "Marsh 61" in brackets; gives its last word, else `at`.
  std::uint32_t read_scorer(std::uint32_t at, std::uint32_t limit) {
    std::uint32_t end = at;
    while (end < limit && end < at + kLongestPerson && is_capitalised(token(end).cap) &&
           (classes(end) & kNotInPlayers) == 0)
      ++end;
    const Token& before = token(at - 1);
    const bool fresh = before.cap == Cap::punctuation;
    if (fresh && end > at && end < limit && is_score(end) && !is_country(at, end)) scorers_.emplace_back(at, end);
    return end > at ? end - 1 : at;
  }

  /// "Chicago at Utah"
  bool read_meeting(const Sentence& line) {
    const std::uint32_t first_end = end_of_team(line.begin, line.end);
    if (first_end == line.begin || first_end + 1 >= line.end || !is_meeting(first_end)) return false;
    const std::uint32_t second_end = end_of_team(first_end + 1, line.end);
    const bool whole =
        second_end > first_end + 1 && (second_end == line.end || token(second_end).cap == Cap::punctuation);
    if (!whole) return false;
    add_team(line.begin, first_end);
    add_team(first_end + 1, second_end);
    return true;
  }

  /// Behind "(": the ")" of a short bracket, else 0.
  [[nodiscard]] std::uint32_t end_of_bracket(std::uint32_t at, std::uint32_t limit) const {
    for (std::uint32_t close = at + 1; close < std::min(limit, at + 6); ++close) {
      if (token(close).word == ")") return close;
    }
    return 0;
  }

  /// First word of the name of two words and more that ends before `end`, or `end`.
  [[nodiscard]] std::uint32_t begin_of_player(std::uint32_t end, std::uint32_t limit) const {
    static constexpr auto kParticles = std::to_array<std::string_view>(
        {"den", "van", "de", "der", "von", "di", "da", "la", "le", "el", "al", "bin", "dos", "du", "ter", "ten"});
    std::uint32_t begin = end;
    for (std::uint32_t at = end; at-- > limit && end - at <= kLongestPerson;) {
      const bool particle = std::find(kParticles.begin(), kParticles.end(), token(at).word) != kParticles.end();
      if ((classes(at) & kNotInPlayers) != 0 || (!is_capitalised(token(at).cap) && !particle)) break;
      if (!particle) begin = at;
    }
    return end - begin < 2 ? end : begin;
  }

  /// Whether the line has a place in front: "4 -", "1." (then the number is a sentence of its own), "140 Peter
  /// Holm".
  [[nodiscard]] bool is_listed(const Sentence& line) const {
    if (token(line.begin).cap == Cap::number) return true;
    if (sentence_ == 0) return false;
    const Sentence& before = article_.sentences[sentence_ - 1];
    return before.paragraph == line.paragraph && before.end - before.begin <= 2 &&
           token(before.begin).cap == Cap::number;
  }

  /// Players with their country, or with their team, in brackets; behind a country also the team.
  void read_players(const Sentence& line) {
    const bool listed = is_listed(line);
    for (std::uint32_t at = line.begin + 1; at + 2 < line.end; ++at) {
      if (token(at).word != "(") continue;
      const std::uint32_t close = end_of_bracket(at, line.end);
      if (close == 0) continue;
      const bool country = is_country(at + 1, close);
      const bool team = !country && listed && end_of_team(at + 1, line.end) == close;
      if (!country && !team) continue;
      const std::uint32_t begin = begin_of_player(at, line.begin);
      if (begin == at || is_country(begin, at)) {
        if (country) add_club(at, line);
        continue;
      }
      add_player(begin, at);
      if (team) add_team(at + 1, close);
      if (!country || !listed) continue;
      const std::uint32_t behind = close + 1;
      const std::uint32_t end = behind < line.end ? end_of_team(behind, line.end) : behind;
      if (end > behind) add_team(behind, end);
    }
  }

  /// "Basel (Switzerland) 2", "Shakhtar Donetsk (Ukraine)": a town or known club.
  void add_club(std::uint32_t end, const Sentence& line) {
    std::uint32_t begin = end;
    bool club = false;
    while (begin > line.begin && end - begin < kLongestTeam && is_in_team(begin - 1)) {
      --begin;
      club = club || (classes(begin) & (whole_class(WordClass::place) | whole_class(kClassOrganisation))) != 0;
    }
    if (club) add_team(begin, end);
  }

  const TokenisedArticle& article_;
  const Matches& matches_;
  std::uint32_t sentence_ = 0;
  std::vector<Mention> found_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> scorers_;
};

}  // namespace

std::vector<Mention> read_score_lines(const TokenisedArticle& article, const Matches& matches) {
  return ScoreLines(article, matches).read();
}

}  // namespace dateline::indexer

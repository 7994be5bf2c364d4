#include "indexer/enrich/actors/team_cues.h"

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

constexpr std::uint32_t kLongestTeam = 4;

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_ascii_equal(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && std::equal(word.begin(), word.end(), lower.begin(), [](char a, char b) {
           return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b);
         });
}

/// Words of which an article on sport has several.
bool is_sports_word(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"league",   "season",    "coach",      "striker",    "goals",     "goalkeeper",  "midfielder",   "defender",
       "playoffs", "innings",   "semifinal",  "semifinals", "touchdown", "quarterback", "scored",       "scorer",
       "scorers",  "standings", "division",   "teams",      "match",     "matches",     "championship", "tournament",
       "cup",      "soccer",    "basketball", "baseball",   "hockey",    "rugby",       "tennis",       "cricket",
       "football", "golf",      "nba",        "nhl",        "nfl",       "seeding",     "tabulate"});
  return std::any_of(kWords.begin(), kWords.end(), [&](auto known) { return is_ascii_equal(word, known); });
}

/// Whom a team has.
bool is_role(std::string_view word) {
  static constexpr auto kRoles = std::to_array<std::string_view>(
      {"striker",   "goalkeeper", "midfielder", "defender", "winger",      "quarterback", "coach",    "captain",
       "manager",   "fans",       "forward",    "keeper",   "centre-back", "full-back",   "fullback", "pitcher",
       "shortstop", "outfielder", "goaltender", "guard",    "skipper",     "linebacker",  "receiver", "halfback"});
  return is_one_of(word, kRoles);
}

bool is_victory(std::string_view word) {
  static constexpr auto kVerbs =
      std::to_array<std::string_view>({"beat", "beats", "beating", "thrashed", "trounced", "edged", "outclassed",
                                       "routed", "hosted", "downed", "crushed"});
  return is_one_of(word, kVerbs);
}

/// "victory over", "draw with"
bool is_outcome(std::string_view word) {
  static constexpr auto kNouns =
      std::to_array<std::string_view>({"victory", "win", "triumph", "draw", "defeat", "loss", "rout", "wins"});
  return is_one_of(word, kNouns);
}

class TeamCues {
 public:
  TeamCues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged)
      : article_(article), matches_(matches), tagged_(tagged) {}

  void run() {
    for (Mention& mention : tagged_) {
      if (plays(mention) && is_about_sport()) {
        mention.type = MentionType::organisation;
        mention.team = true;
      }
    }
    for (std::uint32_t number = 0; number < article_.sentences.size(); ++number) {
      if (!article_.sentences[number].headline) read_line(number);
    }
    if (!lines_.empty() && is_about_sport()) put_lines();
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return article_.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return matches_.classes[at]; }

  bool is_about_sport() {
    constexpr int kEnough = 3;
    if (sport_ == Sport::unknown) {
      int found = 0;
      for (const Token& word : article_.tokens) {
        if (word.word.size() > 2 && is_sports_word(word.word) && ++found == kEnough) break;
      }
      sport_ = found == kEnough ? Sport::yes : Sport::no;
    }
    return sport_ == Sport::yes;
  }

  /// A town or what the tagger holds for one, spoken of as a team.
  [[nodiscard]] bool plays(const Mention& mention) const {
    const bool town = mention.end - mention.begin == 1 &&
                      (classes(mention.begin) & whole_class(WordClass::place)) != 0 &&
                      (classes(mention.begin) & whole_class(WordClass::first_name)) == 0;
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) {
      if ((classes(at) & whole_class(kClassCountry)) != 0) return false;
    }
    const Sentence& sentence = article_.sentences[mention.sentence];
    if (mention.type != MentionType::place && !town) return false;
    if (sentence.kind != SentenceKind::normal) return false;
    if (mention.end < sentence.end && (is_role(token(mention.end).word) || is_victory(token(mention.end).word)))
      return true;
    if (mention.begin < sentence.begin + 2)
      return mention.begin > sentence.begin && is_victory(token(mention.begin - 1).word);
    static constexpr auto kLinks = std::to_array<std::string_view>({"over", "against", "with", "by", "to"});
    const std::string_view before = token(mention.begin - 1).word;
    return is_victory(before) || (is_one_of(before, kLinks) && is_outcome(token(mention.begin - 2).word));
  }

  /// End of a name that begins at `at`, or `at`.
  [[nodiscard]] std::uint32_t end_of_name(std::uint32_t at, std::uint32_t limit) const {
    std::uint32_t end = at;
    while (end < limit && end < at + kLongestTeam && is_capitalised(token(end).cap) &&
           (classes(end) & whole_class(WordClass::date_word)) == 0 && !is_meeting(end))
      ++end;
    return end < limit && is_capitalised(token(end).cap) && !is_meeting(end) ? at : end;
  }

  [[nodiscard]] bool is_meeting(std::uint32_t at) const {
    return is_ascii_equal(token(at).word, "at") || token(at).word == "v" || token(at).word == "vs" ||
           token(at).word == "beat";
  }
  [[nodiscard]] bool is_count(std::uint32_t at) const {
    return token(at).cap == Cap::number && token(at).word.find_first_not_of("0123456789") == std::string_view::npos;
  }

  void read_line(std::uint32_t number) {
    const Sentence& line = article_.sentences[number];
    const std::uint32_t first_end = end_of_name(line.begin, line.end);
    if (first_end == line.begin || first_end == line.end) return;
    const auto add = [&](std::uint32_t begin, std::uint32_t end) {
      for (std::uint32_t at = begin; at < end; ++at) {
        if ((classes(at) & whole_class(kClassCountry)) != 0) return;
      }
      lines_.push_back(
          {.begin = begin, .end = end, .sentence = number, .type = MentionType::organisation, .team = true});
    };
    if (is_count(first_end)) {
      std::uint32_t numbers = 0;
      for (std::uint32_t at = first_end; at < line.end; ++at) numbers += token(at).cap == Cap::number ? 1U : 0U;
      std::uint32_t second = first_end + 1;
      if (second < line.end && is_meeting(second)) ++second;
      const std::uint32_t second_end = second < line.end ? end_of_name(second, line.end) : second;
      if (second_end > second && second_end < line.end && is_count(second_end)) {
        add(line.begin, first_end);
        add(second, second_end);
      } else if (numbers >= 4 && numbers + first_end - line.begin + 3 >= line.end - line.begin) {
        add(line.begin, first_end);
      }
      return;
    }
    if (!is_meeting(first_end) || first_end + 1 >= line.end) return;
    const std::uint32_t second = first_end + 1;
    const std::uint32_t second_end = end_of_name(second, line.end);
    const bool whole = second_end > second && (second_end == line.end || token(second_end).cap == Cap::punctuation);
    if (!whole) return;
    add(line.begin, first_end);
    add(second, second_end);
  }

  /// What a line of results says counts more than what the tagger saw there.
  void put_lines() {
    std::vector<Mention> all;
    all.reserve(tagged_.size() + lines_.size());
    auto line = lines_.cbegin();
    for (const Mention& mention : tagged_) {
      while (line != lines_.cend() && line->end <= mention.begin) all.push_back(*line++);
      if (line == lines_.cend() || mention.end <= line->begin) all.push_back(mention);
    }
    all.insert(all.end(), line, lines_.cend());
    tagged_ = std::move(all);
  }

  enum class Sport : std::uint8_t { unknown, no, yes };
  const TokenisedArticle& article_;
  const Matches& matches_;
  std::vector<Mention>& tagged_;
  std::vector<Mention> lines_;
  Sport sport_ = Sport::unknown;
};

}  // namespace

void apply_team_cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged) {
  TeamCues(article, matches, tagged).run();
}

}  // namespace dateline::indexer

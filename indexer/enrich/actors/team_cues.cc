#include "indexer/enrich/actors/team_cues.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "indexer/enrich/actors/gazetteer.h"
#include "indexer/enrich/actors/score_lines.h"

namespace dateline::indexer {
namespace {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) {
  return whole_class(static_cast<unsigned>(word_class));
}

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words of which an article on sport has several, as keys: asked of every word of every article.
class SportsWords {
 public:
  SportsWords() {
    for (const std::string_view word : kWords) {
      keys_.push_back(word_key(word));
      filter_[(keys_.back() >> 6U) % filter_.size()] |= std::uint64_t{1} << (keys_.back() & 63U);
    }
    std::sort(keys_.begin(), keys_.end());
  }

  [[nodiscard]] bool has(std::uint64_t key) const {
    const bool maybe = ((filter_[(key >> 6U) % filter_.size()] >> (key & 63U)) & 1U) != 0;
    return maybe && std::binary_search(keys_.begin(), keys_.end(), key);
  }

 private:
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"league",       "season",       "coach",      "striker",     "goals",         "goalkeeper", "midfielder",
       "defender",     "playoffs",     "innings",    "semifinal",   "semifinals",    "touchdown",  "quarterback",
       "scored",       "scorer",       "scorers",    "standings",   "division",      "teams",      "match",
       "matches",      "championship", "tournament", "cup",         "soccer",        "basketball", "baseball",
       "hockey",       "rugby",        "tennis",     "cricket",     "football",      "golf",       "nba",
       "nhl",          "nfl",          "placings",   "cycling",     "wickets",       "wicket",     "downhill",
       "slalom",       "badminton",    "singles",    "doubles",     "homered",       "inning",     "overs",
       "halftime",     "volleyball",   "gymnastics", "boxing",      "squash",        "triathlon",  "snooker",
       "athletics",    "swimming",     "biathlon",   "hurdles",     "relay",         "javelin",    "steeplechase",
       "prix",         "marathon",     "medal",      "skiing",      "moguls",        "ski",        "laps",
       "skating",      "bobsleigh",    "wrestling",  "judo",        "weightlifting", "fencing",    "rowing",
       "regatta",      "jockey",       "furlongs",   "heavyweight", "welterweight",  "knockout",   "motorcycling",
       "seeded",       "unseeded",     "tries",      "premiership", "rebounds",      "pitcher",    "equaliser",
       "quarterfinal", "touchdowns"});
  std::vector<std::uint64_t> keys_;
  std::array<std::uint64_t, 64> filter_{};
};

/// Whom a team has.
bool is_role(std::string_view word) {
  static constexpr auto kRoles = std::to_array<std::string_view>(
      {"striker",   "goalkeeper", "midfielder", "defender", "winger",      "quarterback",  "coach",    "captain",
       "manager",   "fans",       "forward",    "keeper",   "centre-back", "full-back",    "fullback", "pitcher",
       "shortstop", "outfielder", "goaltender", "guard",    "skipper",     "linebacker",   "receiver", "halfback",
       "seamer",    "batsman",    "opener",     "bowler",   "spinner",     "wicketkeeper", "starter",  "reliever",
       "closer",    "catcher",    "slugger",    "sweeper",  "playmaker",   "prop",         "hooker",   "flanker",
       "hitter",    "supporters", "boss",       "batsmen",  "players",     "bullpen",      "wing",     "lock"});
  return is_one_of(word, kRoles);
}

bool is_victory(std::string_view word) {
  static constexpr auto kVerbs = std::to_array<std::string_view>(
      {"beat", "beats", "beating", "thrashed", "trounced", "edged", "outclassed", "routed", "hosted", "downed",
       "crushed", "defeated", "blanked", "whipped", "stunned", "swept", "hammered", "eliminated", "overcame"});
  return is_one_of(word, kVerbs);
}

/// "victory over", "draw with"
bool is_outcome(std::string_view word) {
  static constexpr auto kNouns = std::to_array<std::string_view>(
      {"victory", "win",   "triumph", "draw",  "defeat", "loss",   "rout",   "wins",      "lost",   "held",    "beaten",
       "drew",    "match", "game",    "clash", "tie",    "played", "losing", "victories", "losses", "defeats", "1-1",
       "0-0",     "2-2",   "3-3",     "1-0",   "2-0",    "2-1",    "3-0",    "3-1",       "3-2"});
  return is_one_of(word, kNouns);
}

/// What teams do; of a town one says it in the singular.
bool is_playing(std::string_view word) {
  static constexpr auto kVerbs = std::to_array<std::string_view>(
      {"have",    "were",     "are",       "lost",     "won",       "drew",      "draw",     "win",       "lose",
       "lead",    "led",      "trail",     "trailed",  "scored",    "equalised", "rallied",  "face",      "take",
       "took",    "travel",   "play",      "played",   "need",      "needed",    "stay",     "remain",    "climbed",
       "slipped", "slumped",  "moved",     "visit",    "host",      "go",        "clinched", "finished",  "bowled",
       "batted",  "declared", "dominated", "snapped",  "outshot",   "improved",  "levelled", "collapsed", "struggled",
       "rest",    "want",     "managed",   "advanced", "entertain", "drop",      "dropped",  "clung",     "crashed"});
  return is_one_of(word, kVerbs);
}

/// What players do for a team, and what they make.
bool is_feat(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"scored", "homered", "hit",     "goals",   "goal",  "runs",    "points", "wickets", "played",   "pitched",
       "added",  "singled", "doubled", "tripled", "made",  "claimed", "took",   "assists", "rebounds", "debut",
       "netted", "rushed",  "threw",   "passes",  "yards", "start",   "starts", "replied", "victory",  "first"});
  return is_one_of(word, kWords);
}

bool is_locative(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"in", "In", "at", "At", "near", "outside", "from", "From", "of", "around", "Near", "near", "downtown", "city"});
  return is_one_of(word, kWords);
}

class TeamCues {
 public:
  TeamCues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged)
      : article_(article), matches_(matches), tagged_(tagged) {}

  void run() {
    if (!is_about_sport()) return;
    lines_ = read_score_lines(article_, matches_);
    for (const Mention& line : lines_) {
      if (line.team) teams_.push_back(hash_of(line));
    }
    std::sort(teams_.begin(), teams_.end());
    add_towns();
    std::vector<std::uint64_t> playing;
    for (const Mention& mention : tagged_) {
      if (may_be_team(mention) && plays(mention)) playing.push_back(hash_of(mention));
    }
    teams_.insert(teams_.end(), playing.begin(), playing.end());
    std::sort(teams_.begin(), teams_.end());
    for (Mention& mention : tagged_) {
      if (!may_be_team(mention) || is_located(mention) || !has(hash_of(mention))) continue;
      mention.type = MentionType::organisation;
      mention.team = true;
    }
    std::erase_if(tagged_,
                  [](const Mention& mention) { return mention.type == MentionType::other && mention.untagged; });
    put_lines();
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return article_.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return matches_.classes[at]; }

  [[nodiscard]] bool has(std::uint64_t team) const { return std::binary_search(teams_.begin(), teams_.end(), team); }
  [[nodiscard]] std::uint64_t hash_of(const Mention& mention) const {
    return name_hash({&token(mention.begin), mention.end - mention.begin});
  }

  [[nodiscard]] bool is_about_sport() const {
    constexpr std::size_t kEnough = 3;
    constexpr std::size_t kWordsToOne = 150;
    static const SportsWords kWords;
    const auto found = static_cast<std::size_t>(std::count_if(article_.tokens.begin(), article_.tokens.end(),
                                                              [](const Token& word) { return kWords.has(word.key); }));
    return found >= kEnough && found * kWordsToOne >= article_.tokens.size();
  }

  [[nodiscard]] bool is_town(std::uint32_t begin, std::uint32_t end) const {
    constexpr auto kPlace = static_cast<unsigned>(WordClass::place);
    if (end == begin + 1) return (classes(begin) & match_bit(kPlace, PhrasePart::unit)) != 0;
    return (classes(begin) & match_bit(kPlace, PhrasePart::begin)) != 0 &&
           (classes(end - 1) & match_bit(kPlace, PhrasePart::last)) != 0;
  }

  /// Towns that the tagger did not see, for a while.
  void add_towns() {
    std::vector<Mention> all;
    auto next = tagged_.cbegin();
    for (std::uint32_t number = 0; number < article_.sentences.size(); ++number) {
      const Sentence& sentence = article_.sentences[number];
      for (std::uint32_t at = sentence.begin; at < sentence.end; ++at) {
        if (next != tagged_.cend() && next->begin <= at) {
          all.push_back(*next);
          at = next->end - 1;
          ++next;
        } else if (is_capitalised(token(at).cap) && is_town(at, at + 1)) {
          all.push_back({.begin = at, .end = at + 1, .sentence = number, .type = MentionType::other, .untagged = true});
        }
      }
    }
    tagged_ = std::move(all);
  }

  /// A town, or what the tagger holds for one; what a line of results has.
  [[nodiscard]] bool may_be_team(const Mention& mention) const {
    if (mention.end - mention.begin > 3) return false;
    const bool one = mention.end == mention.begin + 1;
    if (one && (classes(mention.begin) & match_bit(kClassCountry, PhrasePart::unit)) != 0) return false;
    if (!one && (classes(mention.begin) & match_bit(kClassCountry, PhrasePart::begin)) != 0 &&
        (classes(mention.end - 1) & match_bit(kClassCountry, PhrasePart::last)) != 0)
      return false;
    const bool first_name = one && (classes(mention.begin) & whole_class(WordClass::first_name)) != 0;
    const bool town = is_town(mention.begin, mention.end) &&
                      (!first_name || mention.type == MentionType::place || has(hash_of(mention)));
    return mention.type == MentionType::place || town || (one && has(hash_of(mention)));
  }

  [[nodiscard]] bool is_located(const Mention& mention) const {
    const Sentence& sentence = article_.sentences[mention.sentence];
    if (mention.begin > sentence.begin && is_locative(token(mention.begin - 1).word)) return true;
    // "Cleveland, Ohio", "MILWAUKEE 1996-08-30"
    if (mention.end >= sentence.end) return false;
    const Token& behind = token(mention.end);
    return (behind.word == "," && mention.end + 1 < sentence.end &&
            (classes(mention.end + 1) & (whole_class(WordClass::place) | whole_class(kClassCountry))) != 0) ||
           (behind.cap == Cap::number && std::count(behind.word.begin(), behind.word.end(), '-') == 2);
  }

  /// Spoken of as a team.
  [[nodiscard]] bool plays(const Mention& mention) const {
    const Sentence& sentence = article_.sentences[mention.sentence];
    if (sentence.kind != SentenceKind::normal || is_located(mention)) return false;
    if (mention.end < sentence.end) {
      const std::string_view behind = token(mention.end).word;
      if (is_role(behind) || is_victory(behind) || is_playing(behind)) return true;
      // "Boston's Roger Clemens"
      if ((behind == "'s" || behind == "’s") && mention.end + 2 < sentence.end &&
          (classes(mention.end + 1) & whole_class(WordClass::first_name)) != 0 &&
          is_capitalised(token(mention.end + 2).cap))
        return true;
      if (behind == "," && mention.end + 2 < sentence.end &&
          (token(mention.end + 1).word == "who" || token(mention.end + 1).word == "which") &&
          (is_playing(token(mention.end + 2).word) || is_victory(token(mention.end + 2).word)))
        return true;
    }
    if (mention.begin == sentence.begin) return false;
    const std::string_view before = token(mention.begin - 1).word;
    if (is_victory(before) || before == "past") return true;
    static constexpr auto kLinks = std::to_array<std::string_view>({"over", "against", "with", "by", "to", "for"});
    if (!is_one_of(before, kLinks)) return false;
    if (before == "against") return true;
    const std::uint32_t first = std::max(sentence.begin, mention.begin >= 7 ? mention.begin - 7 : 0U);
    for (std::uint32_t at = mention.begin - 1; at-- > first;) {
      if (before == "for" ? is_feat(token(at).word) : is_outcome(token(at).word))
        return before == "for" || at + 3 >= mention.begin;
    }
    return false;
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

  const TokenisedArticle& article_;
  const Matches& matches_;
  std::vector<Mention>& tagged_;
  std::vector<Mention> lines_;
  std::vector<std::uint64_t> teams_;  ///< Hashes of names, sorted.
};

}  // namespace

void apply_team_cues(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& tagged) {
  TeamCues(article, matches, tagged).run();
}

}  // namespace dateline::indexer

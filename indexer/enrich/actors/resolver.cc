#include "indexer/enrich/actors/resolver.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "indexer/enrich/actors/name_words.h"
#include "indexer/enrich/actors/salience.h"

namespace dateline::indexer {
namespace {

/// More names with one word in common than this are not compared with each other: no article needs it, and a hostile
/// one must not make us quadratic.
constexpr std::size_t kMaxCompared = 64;

bool has_class(std::uint32_t classes, WordClass word_class) {
  return (classes & (1U << static_cast<unsigned>(word_class))) != 0;
}

/// Classes of words that persons in a line of odd case do not have.
constexpr std::array kNotInPersons = {WordClass::organisation_word, WordClass::place_word,  WordClass::title,
                                      WordClass::event_word,        WordClass::common_word, WordClass::date_word};

/// "Assange.Image": the text has lost a space.
bool is_glued_sentence(std::string_view word) {
  const std::size_t stop = word.find('.');
  return stop != std::string_view::npos && stop > 1 && stop + 1 < word.size();
}

/// What a university, firm or state has several of, beside itself.
bool is_part_of_body(const Token& word) {
  static constexpr auto kParts = std::to_array<std::string_view>(
      {"School",   "College",    "Center",  "Centre",  "Hospital", "Institute", "Department", "Law",
       "Medicine", "Health",     "Library", "Museum",  "Review",   "News",      "Daily",      "Laboratory",
       "Press",    "Foundation", "Program", "Project", "Team",     "Cup",       "Clinic"});
  return std::find(kParts.begin(), kParts.end(), word.word) != kParts.end();
}

bool is_initial(const Token& word) {
  return word.cap == Cap::single;
}

/// Whether `part` is what a person named `full` may be called: the last words, the first words, or one word between
/// ("López" for "Andrés López Obrador").
bool is_part(std::span<const Token> part, std::span<const Token> full) {
  if (part.empty() || part.size() >= full.size()) return false;
  const auto same = [](const Token& a, const Token& b) { return a.key == b.key; };
  if (std::equal(part.begin(), part.end(), full.end() - static_cast<std::ptrdiff_t>(part.size()), full.end(), same))
    return true;
  if (std::equal(part.begin(), part.end(), full.begin(), full.begin() + static_cast<std::ptrdiff_t>(part.size()), same))
    return true;
  return part.size() == 1 && !is_initial(part[0]) &&
         std::any_of(full.begin(), full.end(), [&](const Token& word) { return word.key == part[0].key; });
}

/// Whether one letter changed, added or left out makes one word the other.
bool is_one_letter_off(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  return a.substr(a.size() == b.size() ? std::min(same + 1, a.size()) : same) == b.substr(std::min(same + 1, b.size()));
}

/// "J." for "Joe", "Dmitri" for "Dmitry", "Joe" for "Joe".
bool is_same_first_name(const Token& a, const Token& b) {
  if (a.key == b.key) return true;
  if (a.word.empty() || b.word.empty() || a.word[0] != b.word[0]) return false;
  if (is_initial(a) || is_initial(b)) return true;
  return std::min(a.word.size(), b.word.size()) >= 5 && is_one_letter_off(a.word, b.word);  // "Kristen", "Kristin"
}

/// Two full names of one person: the same first and last word (or an initial of it), what stands between left out in
/// one of them; or one is the beginning of the other ("Pedro Sánchez", "Pedro Sánchez Castejón").
bool is_same_person(std::span<const Token> a, std::span<const Token> b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (is_part(a, b) && a.size() >= 2) return true;
  if (a.back().key != b.back().key || !is_same_first_name(a.front(), b.front())) return false;
  // Middle names, where both have them, agree.
  if (a.size() == 2) return true;
  return a.size() == b.size() && std::equal(a.begin() + 1, a.end(), b.begin() + 1,
                                            [](const Token& x, const Token& y) { return is_same_first_name(x, y); });
}

MentionType type_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return MentionType::person;
    case ActorKind::organisation:
      return MentionType::organisation;
    case ActorKind::country:
      return MentionType::place;
  }
  return MentionType::other;
}

int year_of(const Timestamp& time) {
  const std::chrono::sys_seconds when{std::chrono::seconds{time.utc}};
  return static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(when)}.year());
}

bool in_office(const GazetteerEntry& entry, int year) {
  return entry.from_year != 0 && entry.from_year <= year && (entry.to_year == 0 || year <= entry.to_year);
}

/// A name as people write it: a shouted one gets its capitals only at the front of each word.
/// `town`: so is a town of one word.
std::string shown(std::span<const Token> words, ActorKind kind, bool town = false) {
  const char* begin = words.front().word.data();
  const std::string_view text(begin,
                              static_cast<std::size_t>(words.back().word.data() + words.back().word.size() - begin));
  std::string name(text);
  std::replace(name.begin(), name.end(), '\n', ' ');
  const bool shouted = (words.size() > 1 || town) && std::all_of(words.begin(), words.end(), [](const Token& word) {
                         return word.cap == Cap::upper || word.cap == Cap::single || word.cap == Cap::punctuation;
                       });
  if (!shouted || kind == ActorKind::country) return name;
  bool start = true;
  for (char& c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128;
    if (!start && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    start = !letter;
  }
  return name;
}

}  // namespace

std::span<const Token> Resolver::words(const Spelling& spelling) const {
  return {text_->tokens.data() + spelling.begin, spelling.words()};
}

std::uint32_t Resolver::leader(std::uint32_t spelling) const {
  while (spellings_[spelling].group != spelling) spelling = spellings_[spelling].group;
  return spelling;
}

/// `b` joins the group of `a`.
void Resolver::unite(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t to = leader(a);
  const std::uint32_t from = leader(b);
  if (to == from) return;
  spellings_[from].group = to;
  if (spellings_[to].entry == kNoEntry) spellings_[to].entry = spellings_[from].entry;
}

std::vector<Actor> Resolver::resolve(const Article& article, const TokenisedArticle& text,
                                     std::span<const Mention> mentions) {
  text_ = &text;
  collect_spellings(mentions);
  settle_types();
  drop_what_is_no_actor();
  index_words();
  join_full_names();
  join_parts_of_names(article);
  resolve_lone_surnames(article);
  resolve_lone_companies();
  join_organisations();
  join_bracketed_acronyms(mentions);
  join_acronyms();
  join_same_entries();
  support_ambiguous();
  return make_actors(mentions);
}

void Resolver::collect_spellings(std::span<const Mention> mentions) {
  spellings_.clear();
  spelling_of_.clear();
  by_hash_.clear();
  for (const Mention& mention : mentions) {
    const std::span<const Token> tokens(text_->tokens.data() + mention.begin, mention.end - mention.begin);
    const std::uint64_t hash = name_hash(tokens);
    const auto [place, added] = by_hash_.emplace(hash, static_cast<std::uint32_t>(spellings_.size()));
    if (added) {
      spellings_.push_back({.begin = mention.begin,
                            .end = mention.end,
                            .hash = hash,
                            .entry = mention.entry,
                            .ambiguous = mention.ambiguous,
                            .group = place->second});
    }
    Spelling& spelling = spellings_[place->second];
    const Sentence& sentence = text_->sentences[mention.sentence];
    const bool plain = sentence.kind == SentenceKind::normal || mention.team;
    spelling.team = spelling.team || mention.team;
    spelling.votes[static_cast<std::size_t>(mention.type)] += sentence.headline || !plain ? 1 : 2;
    if (plain && (spelling.plain_count == 0 || text_->sentences[0].headline) && spelling.plain_count == 0) {
      spelling.begin = mention.begin;
      spelling.end = mention.end;
    }
    spelling.plain_count += plain ? 1 : 0;
    spelling.in_body = spelling.in_body || !sentence.headline;
    spelling.headed = spelling.headed || (mention.begin > sentence.begin && follows_title_of_head(mention.begin));
    ++spelling.count;
    if (spelling.entry == kNoEntry && mention.entry != kNoEntry) {
      spelling.entry = mention.entry;
      spelling.ambiguous = mention.ambiguous;
    }
    // A tagged mention of the same words says nothing of whom the gazetteer means.
    if (mention.entry != kNoEntry && !mention.ambiguous) spelling.ambiguous = false;
    spelling_of_.push_back(place->second);
  }
}

void Resolver::settle_types() {
  for (Spelling& spelling : spellings_) {
    const auto most = std::max_element(spelling.votes.begin(), spelling.votes.end());
    spelling.type = static_cast<MentionType>(most - spelling.votes.begin());
    if (spelling.entry == kNoEntry) spelling.entry = gazetteer_.find(spelling.hash);
    if (spelling.entry == kNoEntry && spelling.type != MentionType::place && spelling.words() >= 2 &&
        spelling.words() <= 4) {
      spelling.entry = gazetteer_.find_transliterated(transliteration_key(shown(words(spelling), ActorKind::person)));
    }
    if (spelling.entry == kNoEntry) continue;
    const MentionType known = type_of(gazetteer_.entries()[spelling.entry].kind);
    // One word that the tagger holds for a person is not the country or company of that name.
    const bool other_person =
        spelling.words() == 1 && spelling.type == MentionType::person && known != MentionType::person;
    if (other_person && spelling.votes[static_cast<std::size_t>(known)] == 0) {
      spelling.entry = kNoEntry;
    } else {
      spelling.type = known;
    }
  }
}

/// Towns, nationalities, days and titles name no actor.
void Resolver::drop_what_is_no_actor() {
  for (Spelling& spelling : spellings_) {
    if (spelling.entry != kNoEntry) continue;
    if (spelling.type == MentionType::place) spelling.type = MentionType::other;
    const auto tokens = words(spelling);
    const auto all = [&](std::initializer_list<WordClass> wanted) {
      return std::all_of(tokens.begin(), tokens.end(), [&](const Token& word) {
        const std::uint32_t classes = gazetteer_.word_classes(word.key);
        return word.cap == Cap::lower ||
               std::any_of(wanted.begin(), wanted.end(), [&](WordClass c) { return has_class(classes, c); });
      });
    };
    if (all({WordClass::demonym, WordClass::date_word, WordClass::title})) spelling.type = MentionType::other;
    const bool numeral =
        tokens[0].word.find_first_not_of("IVXLCDM") == std::string_view::npos && tokens[0].word.size() < 5;
    if (spelling.words() == 1 && (is_initial(tokens[0]) || tokens[0].cap == Cap::number || numeral)) {
      spelling.type = MentionType::other;
    }
    if (spelling.type == MentionType::person && spelling.words() == 1 &&
        has_class(gazetteer_.word_classes(tokens[0].key), WordClass::place)) {
      spelling.type = MentionType::other;
    }
  }
}

bool Resolver::is_nationality(const Token& word) const {
  return has_class(gazetteer_.word_classes(word.key), WordClass::demonym);
}

void Resolver::index_words() {
  persons_.clear();
  organisations_.clear();
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    const Spelling& spelling = spellings_[id];
    if (spelling.words() < 2) continue;
    const auto tokens = words(spelling);
    if (spelling.type == MentionType::person) {
      for (const Token& word : tokens) persons_[word.key].push_back(id);
    } else if (spelling.type == MentionType::organisation) {
      organisations_[tokens.front().key].push_back(id);
      if (tokens.back().key != tokens.front().key) organisations_[tokens.back().key].push_back(id);
      if (is_nationality(tokens.front())) organisations_[tokens[1].key].push_back(id);
    }
  }
}

void Resolver::join_full_names() {
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    if (!is_full_person(spelling)) continue;
    const auto tokens = words(spelling);
    for (const std::uint64_t key : {tokens.back().key, tokens.front().key}) {
      const auto& others = persons_[key];
      for (std::size_t at = 0; at < std::min(others.size(), kMaxCompared); ++at) {
        if (others[at] < id && is_same_person(words(spellings_[others[at]]), tokens)) unite(others[at], id);
      }
    }
  }
}

/// "President Trump", "Prime Minister May", "Chancellor Merkel"
bool Resolver::follows_title_of_head(std::uint32_t word) const {
  static constexpr auto kTitles =
      std::to_array<std::string_view>({"President", "Minister", "Premier", "Chancellor", "Secretary"});
  return std::find(kTitles.begin(), kTitles.end(), text_->tokens[word - 1].word) != kTitles.end();
}

/// Who alone of the gazetteer bears the surname and is in office that year; kNoEntry if nobody does.
std::uint32_t Resolver::head_of_state(const Spelling& spelling, int year) const {
  std::uint32_t found = kNoEntry;
  for (const std::uint32_t entry : gazetteer_.bearers(words(spelling).back().key)) {
    if (year == 0 || !in_office(gazetteer_.entries()[entry], year)) continue;
    if (found != kNoEntry) return kNoEntry;
    found = entry;
  }
  return found;
}

/// A surname means the one full name that has it; of several, the one named most often. But "President Trump" is not
/// the Melania Trump whom alone the article names in full.
void Resolver::join_parts_of_names(const Article& article) {
  const int year = article.published ? year_of(*article.published) : 0;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    const auto tokens = words(spelling);
    if (leader(id) != id || spelling.words() > 3) continue;
    const bool unsettled = spelling.entry == kNoEntry || spelling.ambiguous;
    // "Jordan" beside "Jim Jordan", where the tagger saw the man at least once or only a headline has the name alone.
    const bool namesake =
        spelling.type == MentionType::place && spelling.words() == 1 &&
        (spelling.votes[static_cast<std::size_t>(MentionType::person)] > 0 || spelling.plain_count == 0);
    const bool maybe_person = spelling.type == MentionType::person || namesake || (unsettled && spelling.words() == 1);
    if (!maybe_person) continue;
    const auto known = persons_.find(tokens.back().key);
    if (known == persons_.end()) {
      if (spelling.type == MentionType::person) join_misspelt(id);
      continue;
    }
    std::uint32_t best = UINT32_MAX;
    for (std::size_t at = 0; at < std::min(known->second.size(), kMaxCompared); ++at) {
      const std::uint32_t other = known->second[at];
      const auto full = words(spellings_[other]);
      if (other == id || !is_part(tokens, full)) continue;
      // What the tagger holds for something else must be the surname.
      if (spelling.type != MentionType::person && full.back().key != tokens.back().key) continue;
      if (best == UINT32_MAX || spellings_[other].count > spellings_[best].count) best = other;
    }
    if (best == UINT32_MAX) continue;
    spelling.type = MentionType::person;
    if (spelling.headed && spelling.words() == 1 && !spellings_[best].headed) {
      const std::uint32_t head = head_of_state(spelling, year);
      const std::uint32_t other = spellings_[leader(best)].entry;
      const bool full_name = head != kNoEntry && head != other &&
                             !is_same_person(words(spellings_[best]), tokenise_name(gazetteer_.entries()[head].name));
      if (full_name) {
        spelling.entry = head;
        continue;
      }
    }
    spelling.entry = kNoEntry;
    unite(best, id);
  }
}

/// "Mauer" for "K. C. Maurer": a surname that nobody here bears, one letter off that of one only.
void Resolver::join_misspelt(std::uint32_t id) {
  constexpr std::size_t kLongEnough = 5;
  const auto tokens = words(spellings_[id]);
  if (tokens.size() != 1 || tokens[0].word.size() < kLongEnough || spellings_[id].entry != kNoEntry) return;
  std::uint32_t found = UINT32_MAX;
  for (std::uint32_t other = 0; other < std::min<std::size_t>(spellings_.size(), 4 * kMaxCompared); ++other) {
    if (!is_full_person(spellings_[other])) continue;
    const std::string_view surname = words(spellings_[other]).back().word;
    if (surname.size() < kLongEnough || surname[0] != tokens[0].word[0] || !is_one_letter_off(surname, tokens[0].word))
      continue;
    if (found != UINT32_MAX && leader(found) != leader(other)) return;
    found = other;
  }
  if (found != UINT32_MAX) unite(found, id);
}

/// A surname that the article never completes, or a short form of a name ("George Bush"): the person of the gazetteer
/// who alone bears it, or who alone of its bearers held office then.
void Resolver::resolve_lone_surnames(const Article& article) {
  const int year = article.published ? year_of(*article.published) : 0;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    if (spelling.entry != kNoEntry || leader(id) != id) continue;
    const auto tokens = words(spelling);
    // "Putin" held for an organisation, of which there is no longer name.
    const bool misread = spelling.type == MentionType::organisation && !spelling.team && tokens.size() == 1 &&
                         tokens[0].cap == Cap::initial && !organisations_.contains(tokens[0].key);
    if (spelling.type != MentionType::person && !misread) continue;
    if (has_class(gazetteer_.word_classes(tokens.back().key), WordClass::common_word)) continue;
    std::uint32_t only = kNoEntry;
    std::uint32_t serving = kNoEntry;
    std::size_t bearers = 0;
    std::size_t servants = 0;
    for (const std::uint32_t entry : gazetteer_.bearers(tokens.back().key)) {
      const auto& person = gazetteer_.entries()[entry];
      const auto full = tokenise_name(person.name);
      const bool fits =
          tokens.size() == 1 ? person.surname_alone : is_part(tokens, full) || is_same_person(tokens, full);
      if (!fits) continue;
      ++bearers;
      only = entry;
      if (year != 0 && in_office(person, year)) {
        serving = entry;
        ++servants;
      }
    }
    if (bearers == 1) {
      spelling.entry = only;
    } else if (servants == 1) {
      spelling.entry = serving;
    }
    if (spelling.entry != kNoEntry) spelling.type = MentionType::person;
  }
}

/// "Mercedes": one word, held for a person of whom the article tells no more, is the company called so.
void Resolver::resolve_lone_companies() {
  std::vector<bool> joined(spellings_.size());
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) joined[leader(id)] = joined[leader(id)] || leader(id) != id;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    const bool lone = spelling.type == MentionType::person && spelling.words() == 1 && spelling.entry == kNoEntry &&
                      leader(id) == id && !joined[id];
    if (!lone) continue;
    const std::uint32_t entry = gazetteer_.find(spelling.hash);
    if (entry == kNoEntry || gazetteer_.entries()[entry].kind != ActorKind::organisation) continue;
    spelling.entry = entry;
    spelling.type = MentionType::organisation;
  }
}

/// A short form means the one longer organisation that begins so ("Lehman"), or ends so after a country
/// ("State Department", "US State Department").
void Resolver::join_organisations() {
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    if (leader(id) != id) continue;
    // "Gould" alone may pass for a person: "Gould Inc" tells otherwise.
    const bool lone = spelling.type == MentionType::person && spelling.words() == 1 && spelling.entry == kNoEntry;
    if (spelling.type != MentionType::organisation && !lone) continue;
    const auto tokens = words(spelling);
    const auto joins = [&](std::uint32_t other) {
      const auto full = words(spellings_[other]);
      if (full.size() <= tokens.size() || (spelling.entry != kNoEntry && spellings_[other].entry != kNoEntry))
        return false;
      const auto same = [](const Token& a, const Token& b) { return a.key == b.key; };
      if (std::equal(tokens.begin(), tokens.end(), full.begin(), same)) {
        // "Harvard Medical School" is not all of Harvard.
        const bool part = spelling.entry != kNoEntry && !spelling.ambiguous && is_part_of_body(full.back());
        return !part;
      }
      // "Supreme Court" for "Italian Supreme Court of Cassation".
      if (is_nationality(full.front()) && tokens.size() >= 2 &&
          std::equal(tokens.begin(), tokens.end(), full.begin() + 1, same))
        return true;
      // "Dolphins" for "Miami Dolphins", "State Department" for "US State Department".
      const bool local = has_class(gazetteer_.word_classes(full.front().key), WordClass::place) &&
                         !has_class(gazetteer_.word_classes(tokens.front().key), WordClass::organisation_word);
      return (tokens.size() >= 2 || local) && std::equal(tokens.rbegin(), tokens.rend(), full.rbegin(), same);
    };
    std::uint32_t found = UINT32_MAX;
    std::size_t count = 0;
    bool formal = false;
    for (const std::uint64_t key : {tokens.front().key, tokens.back().key}) {
      const auto others = organisations_.find(key);
      if (others == organisations_.end()) continue;
      for (std::size_t at = 0; at < std::min(others->second.size(), kMaxCompared); ++at) {
        const std::uint32_t other = others->second[at];
        if (other == id || formal || !joins(other) || (found != UINT32_MAX && leader(other) == leader(found))) continue;
        found = other;
        ++count;
        // "Continental Illinois" is "Continental Illinois Corp", not its bank.
        formal = spellings_[other].words() == tokens.size() + 1 && is_legal_form(words(spellings_[other]).back().word);
        if (formal) count = 1;
      }
    }
    if (count != 1 || (lone && words(spellings_[found]).front().key != tokens.front().key)) continue;
    spelling.type = MentionType::organisation;
    // "Supreme Court" beside "Supreme Court of Cassation" is no other country's.
    if (spelling.ambiguous && spellings_[leader(found)].entry == kNoEntry) {
      spelling.entry = kNoEntry;
      spelling.ambiguous = false;
    }
    unite(found, id);
  }
}

/// "Italian Episcopal Conference (CEI)", "CEI (Italian Episcopal Conference)": one is the acronym of the other, in
/// whatever language.
void Resolver::join_bracketed_acronyms(std::span<const Mention> mentions) {
  for (std::size_t at = 1; at < mentions.size(); ++at) {
    const auto is_short = [&](const Mention& mention) {
      return mention.end - mention.begin == 1 && text_->tokens[mention.begin].cap == Cap::upper;
    };
    const std::size_t short_at = is_short(mentions[at]) ? at : at - 1;
    const std::size_t full_at = short_at == at ? at - 1 : at;
    const Mention& full = mentions[full_at];
    const Mention& inner = mentions[at];
    const std::uint32_t open = mentions[at - 1].end;
    const bool bracketed = inner.begin == open + 1 && inner.end < text_->tokens.size() &&
                           text_->tokens[open].word == "(" && text_->tokens[inner.end].word == ")";
    if (!bracketed || !is_short(mentions[short_at]) || full.end - full.begin < 2) continue;
    Spelling& name = spellings_[spelling_of_[full_at]];
    Spelling& letters = spellings_[spelling_of_[short_at]];
    if (name.type != MentionType::organisation || letters.type == MentionType::place) continue;
    if (name.entry != kNoEntry && letters.entry != kNoEntry && name.entry != letters.entry) continue;
    letters.type = MentionType::organisation;
    unite(spelling_of_[full_at], spelling_of_[short_at]);
  }
}

void Resolver::join_acronyms() {
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    const Spelling& spelling = spellings_[id];
    const auto tokens = words(spelling);
    if (tokens.size() != 1 || tokens[0].cap != Cap::upper || spelling.type == MentionType::place) continue;
    for (std::uint32_t other = 0; other < std::min<std::size_t>(spellings_.size(), 4 * kMaxCompared); ++other) {
      const Spelling& full = spellings_[other];
      if (full.type != MentionType::organisation || full.words() < 2 || !is_acronym(tokens[0].word, words(full)))
        continue;
      const bool apart = spelling.entry != kNoEntry && full.entry != kNoEntry && spelling.entry != full.entry;
      const bool named = apart && !spelling.ambiguous &&
                         std::any_of(spellings_.begin(), spellings_.end(), [&](const Spelling& another) {
                           return &another != &spelling && another.entry == spelling.entry && is_live(another);
                         });
      if (named) continue;
      if (apart) spellings_[id].entry = kNoEntry;
      // "Indian Oil Corp" explains another IOC than the gazetteer's.
      if (spelling.entry != kNoEntry && full.entry == kNoEntry && !shares_word(full, spelling.entry))
        spellings_[id].entry = kNoEntry;
      spellings_[id].type = MentionType::organisation;
      unite(other, id);
      break;
    }
  }
}

bool Resolver::shares_word(const Spelling& spelling, std::uint32_t entry) const {
  const std::vector<Token> name = tokenise_name(gazetteer_.entries()[entry].name);
  const auto own = words(spelling);
  return std::any_of(own.begin(), own.end(), [&](const Token& word) {
    return is_capitalised(word.cap) &&
           std::any_of(name.begin(), name.end(), [&](const Token& other) { return word.key == other.key; });
  });
}

void Resolver::join_same_entries() {
  std::unordered_map<std::uint32_t, std::uint32_t> groups;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    if (!is_live(spellings_[id]) || spellings_[id].entry == kNoEntry) continue;
    const auto [place, added] = groups.emplace(spellings_[leader(id)].entry, id);
    if (!added) unite(place->second, id);
  }
}

/// The country that the article's actors belong to most.
std::uint32_t Resolver::main_nation() const {
  std::unordered_map<std::uint32_t, std::uint32_t> counts;
  std::uint32_t main = kNoEntry;
  for (const Spelling& spelling : spellings_) {
    if (!is_live(spelling) || spelling.ambiguous || spelling.entry == kNoEntry) continue;
    const auto& entry = gazetteer_.entries()[spelling.entry];
    const std::uint32_t nation = entry.kind == ActorKind::country ? spelling.entry : entry.nation;
    if (nation == kNoEntry) continue;
    counts[nation] += spelling.count;
    if (main == kNoEntry || counts[nation] > counts[main]) main = nation;
  }
  return main;
}

/// An ambiguous name ("Labour", "Congress") stays only where another spelling names the same actor, or where the
/// article is about the actor's country.
void Resolver::support_ambiguous() {
  std::unordered_map<std::uint32_t, bool> supported;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    if (is_live(spellings_[id]) && !spellings_[id].ambiguous) supported[leader(id)] = true;
  }
  const std::uint32_t nation = main_nation();
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    Spelling& spelling = spellings_[id];
    if (!spelling.ambiguous || supported.contains(leader(id))) continue;
    const auto& entry = gazetteer_.entries()[spelling.entry];
    if (nation != kNoEntry && entry.nation == nation && entry.kind == ActorKind::organisation) continue;
    // What the tagger saw there stays, under its own words.
    const std::uint32_t seen = spelling.votes[0] + spelling.votes[1];
    spelling.entry = kNoEntry;
    if (seen == 0) spelling.type = MentionType::other;
  }
}

std::string Resolver::name_of(std::uint32_t group, ActorKind& kind) const {
  const Spelling* best = nullptr;
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    const Spelling& spelling = spellings_[id];
    if (leader(id) != group || !is_live(spelling)) continue;
    if (spelling.entry != kNoEntry) {
      const auto& entry = gazetteer_.entries()[spelling.entry];
      kind = entry.kind;
      return entry.name;
    }
    const auto rank = [](const Spelling& s) {
      return std::tuple(s.words() > 1, s.plain_count > 0, std::min(s.words(), 4U), s.count);
    };
    if (best == nullptr || rank(*best) < rank(spelling)) best = &spelling;
  }
  if (best == nullptr) return {};
  kind = best->type == MentionType::person ? ActorKind::person : ActorKind::organisation;
  const bool town = (best->team && words(*best).front().word.size() > 4) ||
                    has_class(gazetteer_.word_classes(words(*best).front().key), WordClass::place);
  return shown(words(*best), kind, town);
}

std::uint32_t Resolver::actor_of(std::uint32_t group, std::vector<std::uint32_t>& slots, std::vector<Actor>& actors) {
  if (slots[group] != UINT32_MAX) return slots[group];
  ActorKind kind = ActorKind::organisation;
  std::string name = name_of(group, kind);
  if (name.empty()) return UINT32_MAX;
  const auto known =
      std::find_if(actors.begin(), actors.end(), [&](const Actor& a) { return a.name == name && a.kind == kind; });
  slots[group] = static_cast<std::uint32_t>(known - actors.begin());
  if (known == actors.end()) {
    actors.emplace_back();
    actors.back().name = std::move(name);
    actors.back().kind = kind;
    actors.back().mentions = 0;
  }
  return slots[group];
}

/// In a list of names, whose capitals tell nothing: "Croucher Foundation", "Enver Solomon".
bool Resolver::is_certain_by_form(const Spelling& spelling) const {
  if (!spelling.in_body || spelling.words() < 2 || spelling.words() > 5) return false;
  const auto tokens = words(spelling);
  if (spelling.type == MentionType::person) {
    return has_class(gazetteer_.word_classes(tokens.front().key), WordClass::first_name) &&
           std::none_of(tokens.begin() + 1, tokens.end(), [&](const Token& word) {
             const std::uint32_t classes = gazetteer_.word_classes(word.key);
             return is_glued_sentence(word.word) ||
                    std::any_of(kNotInPersons.begin(), kNotInPersons.end(),
                                [&](WordClass unwanted) { return has_class(classes, unwanted); });
           });
  }
  return has_class(gazetteer_.word_classes(tokens.back().key), WordClass::organisation_word);
}

std::vector<Actor> Resolver::make_actors(std::span<const Mention> mentions) {
  // Names that only sentences in odd case have, and no gazetteer, are mostly no names.
  std::vector<bool> seen_plain(spellings_.size());
  const bool any_plain = std::any_of(text_->sentences.begin(), text_->sentences.end(), [](const Sentence& sentence) {
    return sentence.kind == SentenceKind::normal && !sentence.headline;
  });
  for (std::uint32_t id = 0; id < spellings_.size(); ++id) {
    const Spelling& spelling = spellings_[id];
    if (spelling.plain_count > 0 || spelling.entry != kNoEntry || !any_plain || is_certain_by_form(spelling))
      seen_plain[leader(id)] = true;
  }

  std::vector<Actor> actors;
  std::vector<Presence> presences;
  std::vector<std::uint32_t> slots(spellings_.size(), UINT32_MAX);
  std::uint32_t body_sentence = 0;  // number of the first sentence of the body
  while (body_sentence < text_->sentences.size() && text_->sentences[body_sentence].headline) ++body_sentence;
  for (std::size_t at = 0; at < mentions.size(); ++at) {
    const Mention& mention = mentions[at];
    const std::uint32_t group = leader(spelling_of_[at]);
    if (!is_live(spellings_[spelling_of_[at]]) || !seen_plain[group]) continue;
    const std::uint32_t slot = actor_of(group, slots, actors);
    if (slot == UINT32_MAX) continue;
    presences.resize(actors.size());
    Actor& actor = actors[slot];
    Presence& presence = presences[slot];
    const Sentence& sentence = text_->sentences[mention.sentence];
    if (actor.mentions == 0) {
      presence.first_position = static_cast<double>(mention.begin) / static_cast<double>(text_->tokens.size());
    }
    presence.in_headline = presence.in_headline || sentence.headline;
    presence.in_lead = presence.in_lead || (!sentence.headline && mention.sentence < body_sentence + 2);
    presence.subjects += !sentence.headline && mention.begin <= sentence.begin + 3 ? 1 : 0;
    presence.mentions = ++actor.mentions;
    const std::span<const Token> tokens(text_->tokens.data() + mention.begin, mention.end - mention.begin);
    const char* begin = tokens.front().word.data();
    std::string surface(begin, static_cast<std::size_t>(tokens.back().word.data() + tokens.back().word.size() - begin));
    if (std::find(actor.surfaces.begin(), actor.surfaces.end(), surface) == actor.surfaces.end()) {
      actor.surfaces.push_back(std::move(surface));
    }
  }
  std::uint32_t most = 1;
  for (const Actor& actor : actors) most = std::max(most, actor.mentions);
  for (std::size_t at = 0; at < actors.size(); ++at) actors[at].salience = salience(presences[at], most);
  std::stable_sort(actors.begin(), actors.end(),
                   [](const Actor& a, const Actor& b) { return a.salience > b.salience; });
  for (Actor& actor : actors) actor.salience = std::round(actor.salience * 1000) / 1000;  // more digits tell nothing
  return actors;
}

}  // namespace dateline::indexer

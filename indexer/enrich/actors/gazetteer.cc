#include "indexer/enrich/actors/gazetteer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <fstream>
#include <optional>

#include "common/text.h"
#include "dateline/error.h"
#include "indexer/enrich/actors/country_names.h"

namespace dateline::indexer {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, std::size_t line, const std::string& message) {
  throw Error(ErrorCode::usage, file.string() + ":" + std::to_string(line), message);
}

/// Lines of a file without comments and blank ones, each with its number.
template <typename Visit>
void for_each_line(const fs::path& file, Visit visit) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::io, file.string(), "cannot be read");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    if (!text::is_valid_utf8(line)) fail(file, number, "not valid UTF-8");
    visit(number, std::string_view(line));
  }
  if (in.bad()) throw Error(ErrorCode::io, file.string(), "cannot be read to its end");
}

int parse_year(const fs::path& file, std::size_t line, std::string_view field) {
  field = text::trim(field);
  if (field.empty()) return 0;
  int year = 0;
  // "2021" or "2021-01-20": the year decides.
  const auto digits = field.substr(0, field.find('-', 1));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
  if (error != std::errc{} || end != digits.data() + digits.size() || year < 1 || year > 9999) {
    fail(file, line, "\"" + std::string(field) + "\" is no year");
  }
  return year;
}

std::optional<WordClass> parse_word_class(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, WordClass>, 10> kNames = {{
      {"title", WordClass::title},
      {"first_name", WordClass::first_name},
      {"surname", WordClass::surname},
      {"organisation_word", WordClass::organisation_word},
      {"place_word", WordClass::place_word},
      {"date_word", WordClass::date_word},
      {"place", WordClass::place},
      {"demonym", WordClass::demonym},
      {"common_word", WordClass::common_word},
      {"event_word", WordClass::event_word},
  }};
  for (const auto& [text, word_class] : kNames) {
    if (text == name) return word_class;
  }
  return std::nullopt;
}

/// Words of a name with punctuation at its ends off.
std::span<const Token> trimmed(const std::vector<Token>& words) {
  std::span<const Token> span = words;
  while (!span.empty() && span.front().cap == Cap::punctuation) span = span.subspan(1);
  while (!span.empty() && span.back().cap == Cap::punctuation) span = span.first(span.size() - 1);
  return span;
}

std::string canonical_key(std::string_view name, ActorKind kind) {
  return fold_name(name) + '\t' + std::to_string(static_cast<int>(kind));
}

/// The word a person is called by alone: the last, without "Jr." and the like.
std::uint64_t surname_key(std::string_view name) {
  const auto tokens = tokenise_name(name);
  const auto words = trimmed(tokens);
  if (words.size() < 2) return 0;
  std::size_t last = words.size() - 1;
  static const std::array<std::uint64_t, 5> kSuffixes = {word_key("Jr."), word_key("Jr"), word_key("Sr."),
                                                         word_key("II"), word_key("III")};
  if (last > 1 && std::find(kSuffixes.begin(), kSuffixes.end(), words[last].key) != kSuffixes.end()) --last;
  return words[last].cap == Cap::lower ? 0 : words[last].key;
}

}  // namespace

/// An alias as written in a file: "es,fr:~Name" counts in Spanish and French articles and is ambiguous.
struct Gazetteer::AliasMark {
  LanguageMask languages = kAnyLanguage;
  bool ambiguous = false;
  std::string_view name;

  explicit AliasMark(std::string_view marked) : name(text::trim(marked)) {
    const auto colon = name.find(':');
    if (colon != std::string_view::npos && colon >= 2) {
      LanguageMask mask = 0;
      for (const auto lang : text::split(name.substr(0, colon), ',')) {
        const LanguageMask bit = language_bit(lang);
        mask = bit == 0 || mask == kAnyLanguage ? kAnyLanguage : mask | bit;
      }
      if (mask != kAnyLanguage) {
        languages = mask;
        name.remove_prefix(colon + 1);
      }
    }
    if (name.starts_with('~')) {
      ambiguous = true;
      name.remove_prefix(1);
    }
  }
};

LanguageMask language_bit(std::string_view lang) {
  const auto& languages = name_languages();
  const auto at = std::find(languages.begin(), languages.end(), lang);
  return at == languages.end() ? 0 : LanguageMask{1} << static_cast<unsigned>(at - languages.begin());
}

std::string fold_name(std::string_view name) {
  std::string folded;
  std::string word;
  const auto tokens = tokenise_name(name);
  for (const Token& token : tokens) {
    if (token.cap == Cap::punctuation) continue;
    fold_word(token.word, word);
    std::erase(word, '.');
    std::replace(word.begin(), word.end(), '-', ' ');
    if (word.empty() || (folded.empty() && word == "the")) continue;
    if (!folded.empty()) folded.push_back(' ');
    folded += word;
  }
  if (folded.ends_with(" 's")) folded.resize(folded.size() - 3);
  return folded;
}

std::uint64_t name_hash(std::span<const Token> words) {
  static const std::uint64_t the = word_key("the");
  std::uint64_t hash = 0;
  for (const Token& word : words) {
    if (word.key == 0 || (hash == 0 && word.key == the)) continue;
    hash = mix(hash, word.key);
  }
  return hash;
}

std::uint64_t name_hash(std::string_view name) {
  const auto tokens = tokenise_name(name);
  return name_hash(trimmed(tokens));
}

std::string transliteration_key(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kRules = {{
      {"ph", "f"},
      {"kh", "h"},
      {"gh", "g"},
      {"dh", "d"},
      {"dzh", "j"},
      {"zh", "j"},
      {"ou", "u"},
      {"oo", "u"},
      {"ee", "i"},
      {"ck", "k"},
      {"tch", "ch"},
      {"gue", "ge"},
      {"gui", "gi"},
      {"yo", "e"},
      {"ie", "e"},
      {"ks", "x"},
      {"yu", "iu"},
      {"ya", "ia"},
  }};
  std::string key;
  const std::string folded = fold_name(name);  // the parts point into it
  for (const auto part : text::split(folded, ' ')) {
    std::string word(part);
    if (word == "al" || word == "el" || word == "bin" || word == "ben") continue;
    for (const auto& [from, to] : kRules) {
      for (auto at = word.find(from); at != std::string::npos; at = word.find(from, at + to.size())) {
        word.replace(at, from.size(), to);
      }
    }
    std::string reduced;
    for (char c : word) {
      if (c == 'y' || c == 'j') c = 'i';
      if (c == 'w') c = 'v';
      if (c == 'q' || c == 'c') c = 'k';
      if (c == '\'' || (c == 'h' && !reduced.empty())) continue;
      if (reduced.empty() || reduced.back() != c) reduced.push_back(c);
    }
    if (reduced.empty()) continue;
    if (!key.empty()) key.push_back(' ');
    key += reduced;
  }
  return key.size() < 9 || key.find(' ') == std::string::npos ? std::string{} : key;
}

void Gazetteer::read_folder(const fs::path& folder) {
  const auto given = [&](const char* name) { return fs::exists(folder / name); };
  bool any = false;
  if (given("countries.tsv")) {
    read_actors(folder / "countries.tsv", ActorKind::country);
    add_countries_of_icu();
    any = true;
  }
  if (given("organisations.tsv")) {
    read_actors(folder / "organisations.tsv", ActorKind::organisation);
    any = true;
  }
  if (given("persons.tsv")) {
    read_actors(folder / "persons.tsv", ActorKind::person);
    any = true;
  }
  for (const char* name : {"words.tsv", "names.tsv"}) {
    if (!given(name)) continue;
    read_words(folder / name);
    any = true;
  }
  if (given("overrides.tsv")) {
    read_overrides(folder / "overrides.tsv");
    any = true;
  }
  if (!any)
    throw Error(ErrorCode::io, folder.string(), "no gazetteer there (persons.tsv, organisations.tsv, countries.tsv)");
}

void Gazetteer::read_actors(const fs::path& file, ActorKind kind) {
  const std::size_t columns = kind == ActorKind::country ? 6 : 5;
  for_each_line(file, [&](std::size_t number, std::string_view line) {
    const auto fields = text::split(line, '\t');
    if (fields.size() > columns) fail(file, number, "more than " + std::to_string(columns) + " columns");
    const auto field = [&](std::size_t at) { return at < fields.size() ? text::trim(fields[at]) : std::string_view{}; };
    GazetteerEntry entry;
    entry.name = field(0);
    entry.kind = kind;
    entry.role = field(2);
    entry.from_year = parse_year(file, number, field(3));
    entry.to_year = parse_year(file, number, field(4));
    if (fold_name(entry.name).empty()) fail(file, number, "no name in the first column");
    if (entry.to_year != 0 && entry.to_year < entry.from_year) fail(file, number, "ends before it begins");
    const auto aliases = text::split(field(1), '|');
    const bool name_ambiguous =
        kind != ActorKind::person && std::find(aliases.begin(), aliases.end(), "~") != aliases.end();
    const std::uint32_t id = add_entry(std::move(entry), name_ambiguous);
    for (const auto alias : aliases) add_alias(id, alias);
    for (const auto word : text::split(field(5), '|')) {
      add_word(word, WordClass::demonym);
      nation_of_demonym_.emplace(word_key(text::trim(word)), id);
    }
  });
}

std::uint32_t Gazetteer::add_entry(GazetteerEntry entry, bool name_ambiguous) {
  const auto [place, added] =
      by_canonical_.emplace(canonical_key(entry.name, entry.kind), static_cast<std::uint32_t>(entries_.size()));
  if (!added) return place->second;  // a second file adds aliases to an actor of the first
  const std::string name = entry.name;
  entries_.push_back(std::move(entry));
  add_phrase(place->second, name, kAnyLanguage, name_ambiguous);
  return place->second;
}

void Gazetteer::add_alias(std::uint32_t entry, std::string_view marked) {
  const AliasMark alias(marked);
  if (alias.name.empty()) {
    if (alias.ambiguous) entries_[entry].surname_alone = false;  // a lone "~"
    return;
  }
  auto& known = entries_[entry].aliases;
  const bool repeated =
      alias.name == entries_[entry].name || std::find(known.begin(), known.end(), alias.name) != known.end();
  if (!repeated) known.emplace_back(alias.name);
  add_phrase(entry, alias.name, alias.languages, alias.ambiguous);
}

void Gazetteer::add_phrase(std::uint32_t entry, std::string_view alias, LanguageMask languages, bool ambiguous) {
  const auto tokens = tokenise_name(alias);
  const auto words = trimmed(tokens);
  phrases_.add(words, {.entry = entry, .ambiguous = ambiguous, .languages = languages});
  if (entries_[entry].kind == ActorKind::person && alias.find('-') != std::string_view::npos) {
    std::string apart(alias);  // "Kim Jong-un" is also "Kim Jong Un"
    std::replace(apart.begin(), apart.end(), '-', ' ');
    add_phrase(entry, apart, languages, ambiguous);
  }
  if (ambiguous) return;
  const std::uint64_t hash = name_hash(words);
  if (languages != kAnyLanguage && words.size() == 1) foreign_names_.emplace_back(words.front().key, hash);
  name_filter_[(hash >> 6U) & 1023U] |= std::uint64_t{1} << (hash & 63U);
  const auto [place, added] = by_name_.emplace(hash, entry);
  if (!added && place->second != entry) {
    // Two actors share the name: the one that is called so in full keeps it, else nobody has it alone.
    const bool owns = name_hash(entries_[entry].name) == place->first;
    const bool owned = place->second != kNoEntry && name_hash(entries_[place->second].name) == place->first;
    if (owns && !owned) {
      place->second = entry;
    } else if (!owned) {
      place->second = kNoEntry;
    }
  }
}

void Gazetteer::add_countries_of_icu() {
  std::unordered_map<std::string, std::uint32_t> by_code;
  for (std::uint32_t id = 0; id < entries_.size(); ++id) {
    if (entries_[id].kind == ActorKind::country && !entries_[id].role.empty()) by_code.emplace(entries_[id].role, id);
  }
  for (const auto& [code, lang, name] : country_names()) {
    auto known = by_code.find(code);
    if (known == by_code.end()) {
      const std::uint32_t id = add_entry({.name = name, .kind = ActorKind::country, .role = code, .aliases = {}});
      known = by_code.emplace(code, id).first;
    }
    const bool latin = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const LanguageMask languages = latin ? language_bit(lang) : kAnyLanguage;
    auto& aliases = entries_[known->second].aliases;
    if (name != entries_[known->second].name && std::find(aliases.begin(), aliases.end(), name) == aliases.end()) {
      aliases.push_back(name);
    }
    add_phrase(known->second, name, languages, false);
  }
}

void Gazetteer::read_cameo(const fs::path& file) {
  std::uint32_t current = kNoEntry;
  for_each_line(file, [&](std::size_t number, std::string_view line) {
    line = text::trim(line.substr(0, line.find_first_of(";#")));
    if (line.empty() || line[0] == '[' || line[0] == '<' || line[0] == '!') return;
    const bool synonym = line[0] == '+';
    if (synonym) line.remove_prefix(1);
    std::string name;
    bool start = true;
    for (char c : line) {
      if (c == '_' || c == ' ') {
        if (!name.empty() && name.back() != ' ') name.push_back(' ');
        start = true;
        continue;
      }
      name.push_back(start ? c : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
      start = c == '-' || c == '\'';
    }
    if (fold_name(name).empty()) return;
    while (name.ends_with(' ')) name.pop_back();
    if (synonym) {
      if (current == kNoEntry) fail(file, number, "a synonym before any actor");
      add_alias(current, name);
      return;
    }
    // The format does not say who is a person: two or three plain words that no organisation word is among.
    const auto words = tokenise_name(name);
    const bool organisation =
        words.size() < 2 || words.size() > 4 || std::any_of(words.begin(), words.end(), [&](const Token& word) {
          const auto known = word_classes_.find(word.key);
          return known != word_classes_.end() &&
                 (known->second & (1U << static_cast<unsigned>(WordClass::organisation_word))) != 0;
        });
    const auto named = by_name_.find(name_hash(name));
    if (named != by_name_.end() && named->second != kNoEntry) {
      current = named->second;  // ours already, under our canonical name
      return;
    }
    current = add_entry({.name = name,
                         .kind = organisation ? ActorKind::organisation : ActorKind::person,
                         .role = {},
                         .surname_alone = false,
                         .aliases = {}});
  });
}

void Gazetteer::read_words(const fs::path& file) {
  for_each_line(file, [&](std::size_t number, std::string_view line) {
    const auto tab = line.find('\t');
    const auto word_class = parse_word_class(line.substr(0, tab));
    if (tab == std::string_view::npos || !word_class)
      fail(file, number, "a line wants a class of words, a tab and words");
    for (const auto word : text::split(line.substr(tab + 1), '|')) add_word(word, *word_class);
  });
}

void Gazetteer::add_word(std::string_view word, WordClass word_class) {
  const auto tokens = tokenise_name(text::trim(word));
  const auto words = trimmed(tokens);
  if (words.size() == 1) {
    word_classes_[words[0].key] |= 1U << static_cast<unsigned>(word_class);
  } else {
    phrases_.add(words, {.word_class = word_class});
  }
}

void Gazetteer::read_overrides(const fs::path& file) {
  for_each_line(file, [&](std::size_t number, std::string_view line) {
    const auto fields = text::split(line, '\t');
    if (fields.size() < 2 || text::trim(fields[1]).empty())
      fail(file, number, "a line wants an action, a tab and a name");
    IdentityRule rule{
        .name = std::string(text::trim(fields[1])), .origin = IdentityOrigin::file, .target = {}, .target_kind = {}};
    if (fields[0] == "merge") {
      if (fields.size() != 3 || text::trim(fields[2]).empty()) fail(file, number, "merge wants the name to merge into");
      rule.target = text::trim(fields[2]);
    } else if (fields[0] == "split" && fields.size() == 2) {
      rule.action = IdentityRule::Action::split;
    } else if (fields[0] == "drop" && fields.size() == 2) {
      rule.action = IdentityRule::Action::drop;
    } else {
      fail(file, number, "\"" + std::string(fields[0]) + "\": an action is merge, split or drop");
    }
    overrides_.push_back(std::move(rule));
  });
}

/// A name that a file splits is not another name of an actor, but an actor of the same kind.
void Gazetteer::split_overridden() {
  for (const IdentityRule& rule : overrides_) {
    if (rule.action != IdentityRule::Action::split) continue;
    const auto tokens = tokenise_name(rule.name);
    const auto words = trimmed(tokens);
    const std::uint64_t hash = name_hash(words);
    const auto named = by_name_.find(hash);
    const std::uint32_t old = named == by_name_.end() ? kNoEntry : named->second;
    if (old == kNoEntry || fold_name(entries_[old].name) == fold_name(rule.name)) continue;
    phrases_.remove_actors(words);
    by_name_.erase(named);
    std::erase_if(entries_[old].aliases, [&](const std::string& alias) { return name_hash(alias) == hash; });
    add_entry({.name = rule.name, .kind = entries_[old].kind, .surname_alone = false, .aliases = {}});
  }
}

void Gazetteer::freeze() {
  // "Columbia" is a town, whatever Romanian calls Colombia; where the matcher knows the language, it counts still.
  for (const auto& [word, name] : foreign_names_) {
    const auto known = word_classes_.find(word);
    const bool town =
        known != word_classes_.end() && (known->second & (1U << static_cast<unsigned>(WordClass::place))) != 0;
    if (town) by_name_.erase(name);
  }
  split_overridden();
  find_nations();
  phrases_.freeze();
  index_persons();
  flatten_classes();
}

/// "Russian President", "US party": the role's first word tells whose.
void Gazetteer::find_nations() {
  for (auto& entry : entries_) {
    if (entry.kind == ActorKind::country || entry.role.empty()) continue;
    const auto words = tokenise_name(entry.role);
    if (words.empty()) continue;
    const std::uint32_t country = find(name_hash(std::span(words).first(1)));
    const auto demonym = nation_of_demonym_.find(words[0].key);
    if (demonym != nation_of_demonym_.end()) {
      entry.nation = demonym->second;
    } else if (country != kNoEntry && entries_[country].kind == ActorKind::country) {
      entry.nation = country;
    }
  }
}

void Gazetteer::index_persons() {
  by_surname_.clear();
  by_transliteration_.clear();
  for (std::uint32_t id = 0; id < entries_.size(); ++id) {
    if (entries_[id].kind != ActorKind::person) continue;
    const std::uint64_t key = surname_key(entries_[id].name);
    if (key != 0) {
      by_surname_[key].push_back(id);
      if (entries_[id].surname_alone) word_classes_[key] |= 1U << static_cast<unsigned>(WordClass::surname);
    }
    const auto add = [&](const std::string& name) {
      const std::string transliteration = transliteration_key(name);
      if (transliteration.empty()) return;
      const auto [place, added] = by_transliteration_.emplace(transliteration, id);
      if (!added && place->second != id) place->second = kNoEntry;
    };
    add(entries_[id].name);
    for (const auto& alias : entries_[id].aliases) add(alias);
  }
}

void Gazetteer::flatten_classes() {
  class_table_.assign(std::bit_ceil(word_classes_.size() * 2 + 2), {0, 0});
  const std::size_t mask = class_table_.size() - 1;
  for (const auto& [key, classes] : word_classes_) {
    std::size_t at = key & mask;
    while (class_table_[at].first != 0) at = (at + 1) & mask;
    class_table_[at] = {key, classes};
  }
}

std::uint32_t Gazetteer::find(std::uint64_t name) const {
  if (((name_filter_[(name >> 6U) & 1023U] >> (name & 63U)) & 1U) == 0) return kNoEntry;
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? kNoEntry : found->second;
}

std::uint32_t Gazetteer::find_transliterated(const std::string& key) const {
  const auto found = by_transliteration_.find(key);
  return found == by_transliteration_.end() ? kNoEntry : found->second;
}

const std::vector<std::uint32_t>& Gazetteer::bearers(std::uint64_t key) const {
  static const std::vector<std::uint32_t> kNobody;
  const auto found = by_surname_.find(key);
  return found == by_surname_.end() ? kNobody : found->second;
}

std::vector<std::pair<std::string, std::string>> Gazetteer::aliases() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto add = [&](const std::string& alias, std::uint32_t id) {
    if (find(name_hash(alias)) == id) pairs.emplace_back(text::fold(alias), entries_[id].name);
  };
  for (std::uint32_t id = 0; id < entries_.size(); ++id) {
    add(entries_[id].name, id);
    for (const auto& alias : entries_[id].aliases) add(alias, id);
  }
  // People are asked for by their surname; one that several bear names them all, and the answer says so.
  for (const auto& [key, ids] : by_surname_) {
    for (const std::uint32_t id : ids) {
      const std::vector<std::string_view> words = text::split(entries_[id].name, ' ');
      const auto surname =
          std::find_if(words.rbegin(), words.rend(), [&](std::string_view word) { return word_key(word) == key; });
      if (surname != words.rend()) pairs.emplace_back(text::fold(*surname), entries_[id].name);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace dateline::indexer

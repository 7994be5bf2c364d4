#include "indexer/jobs/actor_learning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kMostArticles = 1'000'000;
/// Names with one key in common than are compared with each other; more say that the key tells nothing.
constexpr std::size_t kMostCompared = 50;
/// Least cosine of the company that two names keep, by how alike they are. Set by reading what three collections of
/// news gave (docs/ACTORS.md).
constexpr double kCompanyOfSpellings = 0.05;
constexpr double kCompanyOfLikeNames = 0.15;
constexpr double kCompanyOfShortNames = 0.10;
constexpr std::size_t kMostArticlesOfCompany = 200;

/// One name that articles hold.
struct Name {
  std::string shown;
  ActorKind kind = ActorKind::person;
  std::vector<std::string> words;  ///< Folded, without full stops.
  std::uint32_t articles = 0;
  std::uint32_t entry = kNoEntry;  ///< Actor of the gazetteer that is called so.
  std::uint32_t head = 0;          ///< The name that this one is merged into; itself if none.
};

std::vector<std::string> words_of(std::string_view shown) {
  std::vector<std::string> words;
  const std::string folded = text::fold(shown);
  for (const std::string_view part : text::split(folded, ' ')) {
    std::string word;
    for (const char c : part) {
      if (c != '.' && c != ',') word.push_back(c);
    }
    if (word == "jr") continue;  // who is called senior is another one
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

/// A company without what its law adds: "Gould Inc." is "Gould".
std::vector<std::string> without_legal_form(std::vector<std::string> words) {
  static constexpr auto kForms =
      std::to_array<std::string_view>({"inc", "corp", "corporation", "co", "company", "ltd", "limited", "plc", "llc",
                                       "sa", "ag", "gmbh", "nv", "spa", "ab", "kk", "incorporated"});
  while (words.size() > 1 && std::find(kForms.begin(), kForms.end(), words.back()) != kForms.end()) words.pop_back();
  if (words.size() > 1 && words.front() == "the") words.erase(words.begin());
  return words;
}

/// The form that a company has in its country's law, if the name ends in it.
std::string_view national_form(const std::vector<std::string>& words) {
  static constexpr auto kForms = std::to_array<std::string_view>({"plc", "sa", "ag", "gmbh", "nv", "spa", "ab", "kk"});
  const auto found = std::find(kForms.begin(), kForms.end(), words.back());
  return found == kForms.end() ? std::string_view{} : *found;
}

/// Consonants of a word, those that transliterations mix up as one: "gaddafi", "qadhafi" -> "kdf".
std::string skeleton(std::string_view word) {
  std::string out;
  for (char c : word) {
    if (std::string_view("aeiouyhj'-").find(c) != std::string_view::npos) continue;
    if (c == 'q' || c == 'c' || c == 'g') c = 'k';
    if (c == 'w') c = 'v';
    if (out.empty() || out.back() != c) out.push_back(c);
  }
  return out;
}

bool is_one_letter_off(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  return a.substr(a.size() == b.size() ? std::min(same + 1, a.size()) : same) == b.substr(same + 1);
}

/// Whether one is the other or its initial.
bool agree(const std::string& a, const std::string& b) {
  return a == b || (a[0] == b[0] && (a.size() == 1 || b.size() == 1));
}

enum class Likeness : std::uint8_t { none, like, spelling };

/// How alike two full names of persons are.
Likeness likeness(const Name& a, const Name& b) {
  const auto& x = a.words;
  const auto& y = b.words;
  const bool same_last = x.back() == y.back();
  const bool middles_agree = x.size() == 2 || y.size() == 2 ||
                             (x.size() == y.size() && std::equal(x.begin() + 1, x.end() - 1, y.begin() + 1, agree));
  if (!middles_agree) return Likeness::none;
  if (same_last && x.front() == y.front()) return Likeness::spelling;
  const std::string key = transliteration_key(a.shown);
  if (!key.empty() && key == transliteration_key(b.shown)) return Likeness::spelling;
  const bool first_alike = agree(x.front(), y.front()) || (std::min(x.front().size(), y.front().size()) >= 5 &&
                                                           is_one_letter_off(x.front(), y.front()));
  if (same_last) return first_alike ? Likeness::like : Likeness::none;
  const bool last_alike = std::min(x.back().size(), y.back().size()) >= 5 && skeleton(x.back()).size() >= 3 &&
                          skeleton(x.back()) == skeleton(y.back());
  return last_alike && x.front() == y.front() ? Likeness::like : Likeness::none;
}

class Learner {
 public:
  Learner(const Xapian::Database& database, const Gazetteer* gazetteer) : database_(database), gazetteer_(gazetteer) {}

  std::vector<IdentityRule> run() {
    read_articles();
    join_spellings();
    join_persons();
    join_companies();
    join_short_names();
    return rules();
  }

 private:
  /// The names of every article, and the articles of every name.
  void read_articles() {
    std::unordered_map<std::string, std::uint32_t> numbers;
    for (auto value = database_.valuestream_begin(schema::slot_actors);
         value != database_.valuestream_end(schema::slot_actors) && articles_.size() < kMostArticles; ++value) {
      const std::string packed = *value;
      std::vector<std::uint32_t> held;
      for (const std::string_view part : schema::unpack_strings(packed)) {
        const auto [known, added] = numbers.try_emplace(std::string{part}, static_cast<std::uint32_t>(names_.size()));
        if (added) add_name(part);
        ++names_[known->second].articles;
        held.push_back(known->second);
      }
      documents_.push_back(value.get_docid());
      articles_.push_back(std::move(held));
    }
    holders_.resize(names_.size());
    for (std::uint32_t article = 0; article < articles_.size(); ++article) {
      for (const std::uint32_t name : articles_[article]) {
        if (holders_[name].size() < kMostArticlesOfCompany) holders_[name].push_back(article);
      }
    }
  }

  void add_name(std::string_view packed) {
    const schema::PackedActor actor = schema::unpack_actor(packed);
    Name name{.shown = std::string{actor.name},
              .kind = kind_of_letter(actor.kind),
              .words = words_of(actor.name),
              .head = static_cast<std::uint32_t>(names_.size())};
    if (gazetteer_ != nullptr) name.entry = gazetteer_->find(name_hash(actor.name));
    names_.push_back(std::move(name));
  }

  /// Better known, more often named, longer.
  [[nodiscard]] bool leads(std::uint32_t a, std::uint32_t b) const {
    const auto rank = [this](std::uint32_t id) {
      const Name& name = names_[id];
      return std::tuple(name.entry != kNoEntry, name.articles, name.shown.size());
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : names_[a].shown < names_[b].shown;
  }

  [[nodiscard]] std::uint32_t head(std::uint32_t name) const {
    while (names_[name].head != name) name = names_[name].head;
    return name;
  }

  /// Two entries of the gazetteer are two actors, whatever they are called.
  [[nodiscard]] bool may_join(std::uint32_t a, std::uint32_t b) const {
    const std::uint32_t first = names_[head(a)].entry;
    const std::uint32_t second = names_[head(b)].entry;
    return head(a) != head(b) && (first == kNoEntry || second == kNoEntry || first == second);
  }

  void join(std::uint32_t a, std::uint32_t b) {
    a = head(a);
    b = head(b);
    if (leads(b, a)) std::swap(a, b);
    names_[b].head = a;
  }

  template <typename Key>
  [[nodiscard]] std::map<std::string, std::vector<std::uint32_t>> blocks(Key key) const {
    std::map<std::string, std::vector<std::uint32_t>> out;
    for (std::uint32_t id = 0; id < names_.size(); ++id) {
      if (const std::optional<std::string> block = key(names_[id])) out[*block].push_back(id);
    }
    std::erase_if(out, [](const auto& block) { return block.second.size() < 2; });
    for (auto& [name, ids] : out) {
      std::sort(ids.begin(), ids.end(), [this](std::uint32_t a, std::uint32_t b) { return leads(a, b); });
    }
    return out;
  }

  /// Names that differ in capitals and accents alone.
  void join_spellings() {
    const auto folded = [](const Name& name) { return std::optional(kind_letter(name.kind) + text::fold(name.shown)); };
    for (const auto& [key, ids] : blocks(folded)) {
      for (std::size_t at = 1; at < ids.size(); ++at) join(ids[0], ids[at]);
    }
  }

  void join_persons() {
    const auto key = [](const Name& name) -> std::optional<std::string> {
      if (name.kind != ActorKind::person || name.words.size() < 2) return std::nullopt;
      return name.words.front().substr(0, 1) + skeleton(name.words.back());
    };
    for (const auto& [block, ids] : blocks(key)) join_alike(ids);
  }

  void join_alike(std::vector<std::uint32_t> ids) {
    ids.resize(std::min(ids.size(), kMostCompared));
    struct Pair {
      std::uint32_t a, b;
      Likeness alike;
    };
    std::vector<Pair> pairs;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> alike_to;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (std::size_t j = i + 1; j < ids.size(); ++j) {
        const Likeness alike = likeness(names_[ids[i]], names_[ids[j]]);
        if (alike == Likeness::none) continue;
        pairs.push_back({ids[i], ids[j], alike});
        alike_to[ids[i]].push_back(ids[j]);
        alike_to[ids[j]].push_back(ids[i]);
      }
    }
    // "George Bush" is alike to both George W. and George H. W., who are not alike: whom it means cannot be told.
    const auto ambiguous = [&](std::uint32_t id) {
      const std::vector<std::uint32_t>& others = alike_to[id];
      for (std::size_t i = 0; i < others.size(); ++i) {
        for (std::size_t j = i + 1; j < others.size(); ++j) {
          if (likeness(names_[others[i]], names_[others[j]]) == Likeness::none) return true;
        }
      }
      return false;
    };
    for (const Pair& pair : pairs) {
      if (!may_join(pair.a, pair.b) || told_apart(pair.a, pair.b) || ambiguous(pair.a) || ambiguous(pair.b)) continue;
      const double needed = pair.alike == Likeness::spelling ? kCompanyOfSpellings : kCompanyOfLikeNames;
      if (company(pair.a, pair.b) >= needed) join(pair.a, pair.b);
    }
  }

  void join_companies() {
    const auto key = [](const Name& name) -> std::optional<std::string> {
      if (name.kind != ActorKind::organisation || name.words.empty()) return std::nullopt;
      std::string joined;
      for (const std::string& word : without_legal_form(name.words)) joined += word + ' ';
      return joined;
    };
    for (const auto& [block, ids] : blocks(key)) {
      const bool plain = block.find(' ') + 1 == block.size();  // one word may be anybody's
      for (std::size_t at = 1; at < ids.size(); ++at) {
        if (!may_join(ids[0], ids[at]) || told_apart(ids[0], ids[at])) continue;
        // "General Electric Co PLC" is not General Electric.
        const bool abroad = national_form(names_[ids[0]].words) != national_form(names_[ids[at]].words);
        const double needed = abroad ? kCompanyOfLikeNames : plain ? kCompanyOfSpellings : 0;
        if (company(ids[0], ids[at]) >= needed) join(ids[0], ids[at]);
      }
    }
  }

  /// A name of one word ("FTU", "Zuckerman") that other articles explain, all by the same actor.
  void join_short_names() {
    std::map<std::string, std::vector<std::uint32_t>> lone;
    for (std::uint32_t id = 0; id < names_.size(); ++id) {
      const Name& name = names_[id];
      if (name.words.size() == 1 && name.kind != ActorKind::country && name.entry == kNoEntry &&
          name.words[0].size() >= 3)
        lone[name.words[0]].push_back(id);
    }
    std::map<std::string, std::map<std::uint32_t, std::uint32_t>> owners = owners_of(lone);
    std::unordered_map<std::string, std::vector<std::uint32_t>> bearers;  // surname -> persons
    for (std::uint32_t id = 0; id < names_.size(); ++id) {
      const Name& name = names_[id];
      if (name.kind == ActorKind::person && name.words.size() > 1) bearers[name.words.back()].push_back(head(id));
    }
    for (const auto& [word, ids] : lone) {
      std::uint32_t all = 0;
      std::uint32_t most = 0;
      std::uint32_t owner = kNoEntry;
      for (const auto& [candidate, count] : owners[word]) {
        all += count;
        if (count > most) most = count, owner = candidate;
      }
      if (most < 2 || most * 10 < all * 9) continue;
      const auto& others = bearers[word];
      if (names_[owner].kind == ActorKind::person &&
          std::any_of(others.begin(), others.end(), [&](std::uint32_t id) { return id != owner; }))
        continue;
      for (const std::uint32_t id : ids) {
        if (names_[id].kind == names_[owner].kind && may_join(id, owner) && !told_apart(id, owner) &&
            company(id, owner) >= kCompanyOfShortNames)
          names_[head(id)].head = owner;
      }
    }
  }

  /// How many articles use each of the words as a short name of which actor.
  [[nodiscard]] std::map<std::string, std::map<std::uint32_t, std::uint32_t>> owners_of(
      const std::map<std::string, std::vector<std::uint32_t>>& lone) const {
    std::map<std::string, std::map<std::uint32_t, std::uint32_t>> owners;
    if (lone.empty()) return owners;
    for (std::size_t article = 0; article < articles_.size(); ++article) {
      // A name of several words and its short form: only then there is something to learn.
      if (articles_[article].empty()) continue;
      for (const Actor& actor : decode_actors(database_.get_document(documents_[article]).get_data())) {
        if (actor.name.find(' ') == std::string::npos || actor.surfaces.size() < 2) continue;
        for (const std::string& surface : actor.surfaces) {
          if (surface.find(' ') != std::string::npos) continue;
          const std::vector<std::string> words = words_of(surface);
          if (words.size() != 1 || !lone.contains(words[0])) continue;
          const auto& held = articles_[article];
          const auto named = std::find_if(held.begin(), held.end(), [&](std::uint32_t id) {
            return names_[id].shown == actor.name && names_[id].kind == actor.kind;
          });
          if (named != held.end()) ++owners[words[0]][head(*named)];
        }
      }
    }
    return owners;
  }

  /// Whether an article names both as two.
  [[nodiscard]] bool told_apart(std::uint32_t a, std::uint32_t b) const {
    const auto& x = holders_[a];
    const auto& y = holders_[b];
    for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
      if (x[i] == y[j]) return true;
      x[i] < y[j] ? ++i : ++j;
    }
    return false;
  }

  /// Cosine of whom the two are named together with, rare company weighing more: 0..1.
  [[nodiscard]] double company(std::uint32_t a, std::uint32_t b) const {
    const auto x = company_of(a);
    const auto y = company_of(b);
    double dot = 0;
    for (const auto& [name, weight] : x) {
      if (const auto found = y.find(name); found != y.end()) dot += weight * found->second;
    }
    const auto length = [](const auto& vector) {
      double sum = 0;
      for (const auto& [name, weight] : vector) sum += weight * weight;
      return std::sqrt(sum);
    };
    const double lengths = length(x) * length(y);
    return lengths > 0 ? dot / lengths : 0;
  }

  [[nodiscard]] std::map<std::uint32_t, double> company_of(std::uint32_t name) const {
    std::map<std::uint32_t, double> weights;
    for (const std::uint32_t article : holders_[name]) {
      for (const std::uint32_t other : articles_[article]) {
        if (other != name) weights[other] += 1;
      }
    }
    for (auto& [other, weight] : weights) {
      weight = std::sqrt(weight) * std::log(static_cast<double>(articles_.size() + 1) / names_[other].articles);
    }
    return weights;
  }

  [[nodiscard]] std::vector<IdentityRule> rules() const {
    std::map<std::string, std::optional<IdentityRule>> by_name;
    for (std::uint32_t id = 0; id < names_.size(); ++id) {
      const Name& to = names_[head(id)];
      if (head(id) == id) continue;
      const auto [place, added] = by_name.try_emplace(
          text::fold(names_[id].shown),
          IdentityRule{.name = text::fold(names_[id].shown), .target = to.shown, .target_kind = to.kind});
      // A name of two kinds that mean two actors is left alone.
      if (!added && place->second && place->second->target != to.shown) place->second.reset();
    }
    std::vector<IdentityRule> out;
    for (auto& [name, rule] : by_name) {
      if (rule) out.push_back(std::move(*rule));
    }
    return out;
  }

  const Xapian::Database& database_;
  const Gazetteer* gazetteer_;
  std::vector<Name> names_;
  std::vector<std::vector<std::uint32_t>> articles_;  ///< Names that each holds.
  std::vector<Xapian::docid> documents_;
  std::vector<std::vector<std::uint32_t>> holders_;  ///< Articles that hold a name, ascending; the first of many.
};

}  // namespace

std::vector<IdentityRule> learn_identities(const Xapian::Database& database, const Gazetteer* gazetteer) {
  return Learner(database, gazetteer).run();
}

}  // namespace dateline::indexer

#include "indexer/extract/authors.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "common/date.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

// Openings of a byline, folded, longest first where one begins another.
constexpr auto kOpenings = std::to_array<std::string_view>({"written by",
                                                            "posted by",
                                                            "published by",
                                                            "reported by",
                                                            "story by",
                                                            "text by",
                                                            "words by",
                                                            "article by",
                                                            "report by",
                                                            "created by",
                                                            "edited by",
                                                            "reviewed by",
                                                            "contributed by",
                                                            "recipe by",
                                                            "photos by",
                                                            "submitted by",
                                                            "guest post by",
                                                            "by",
                                                            "author",
                                                            "authors",
                                                            "von",
                                                            "ein artikel von",
                                                            "ein kommentar von",
                                                            "text",
                                                            "par",
                                                            "ecrit par",
                                                            "publie par",
                                                            "por",
                                                            "escrito por",
                                                            "texto",
                                                            "redaccion de",
                                                            "di",
                                                            "a cura di",
                                                            "door",
                                                            "geschreven door",
                                                            "av",
                                                            "af",
                                                            "skrevet av",
                                                            "tekst",
                                                            "autor",
                                                            "autorin",
                                                            "autorin/autor",
                                                            "autor/autorin",
                                                            "autor/in",
                                                            "autora",
                                                            "auteur",
                                                            "autore",
                                                            "автор",
                                                            "автори",
                                                            "opracowanie",
                                                            "kirjoittaja",
                                                            "yazan"});

// What follows a name and is none: roles, desks, labels. Folded; matched as whole words of a part.
constexpr auto kRoleWords = std::to_array<std::string_view>({"staff",
                                                             "writer",
                                                             "reporter",
                                                             "editor",
                                                             "editors",
                                                             "correspondent",
                                                             "columnist",
                                                             "contributor",
                                                             "contributing",
                                                             "journalist",
                                                             "producer",
                                                             "bureau",
                                                             "chief",
                                                             "senior",
                                                             "managing",
                                                             "executive",
                                                             "photographer",
                                                             "analyst",
                                                             "freelance",
                                                             "intern",
                                                             "director",
                                                             "assistant",
                                                             "associate",
                                                             "deputy",
                                                             "professor",
                                                             "phd",
                                                             "ph.d",
                                                             "ph.d.",
                                                             "md",
                                                             "m.d.",
                                                             "mba",
                                                             "founder",
                                                             "ceo",
                                                             "president",
                                                             "redakteur",
                                                             "redakteurin",
                                                             "korrespondent",
                                                             "korrespondentin",
                                                             "redaktion",
                                                             "reporterin",
                                                             "chefredakteur",
                                                             "volontar",
                                                             "autor",
                                                             "autorin",
                                                             "journaliste",
                                                             "redacteur",
                                                             "redactrice",
                                                             "envoye",
                                                             "envoyee",
                                                             "speciale",
                                                             "correspondant",
                                                             "correspondante",
                                                             "periodista",
                                                             "redactor",
                                                             "redactora",
                                                             "corresponsal",
                                                             "enviado",
                                                             "especial",
                                                             "colaborador",
                                                             "jornalista",
                                                             "reporter's",
                                                             "giornalista",
                                                             "corrispondente",
                                                             "journalistin",
                                                             "verslaggever",
                                                             "redacteurin",
                                                             "special",
                                                             "updated",
                                                             "published",
                                                             "posted",
                                                             "follow",
                                                             "subscribe",
                                                             "share",
                                                             "comments",
                                                             "comment",
                                                             "read",
                                                             "min",
                                                             "mins",
                                                             "minutes",
                                                             "ago",
                                                             "views",
                                                             "view",
                                                             "email",
                                                             "print",
                                                             "photo",
                                                             "photos",
                                                             "video",
                                                             "author",
                                                             "profile",
                                                             "bio",
                                                             "more",
                                                             "about",
                                                             "posts",
                                                             "articles",
                                                             "newsletter",
                                                             "журналист",
                                                             "корреспондент"});

constexpr auto kNotNames = std::to_array<std::string_view>(
    {"admin",     "administrator", "user",       "guest",  "unknown", "anonymous", "none",         "null",
     "undefined", "webmaster",     "n/a",        "author", "editor",  "staff",     "the editor",   "home",
     "login",     "redaktion",     "super user", "news",   "blog",    "webteam",   "key takeaways"});

// Particles that part names in lists.
constexpr auto kConjunctions =
    std::to_array<std::string_view>({" and ", " und ", " et ", " y ", " e ", " og ", " och ", " en ", " & ", " with ",
                                     " mit ", " avec ", " con ", " i "});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view strip_opening(std::string_view s) {
  constexpr std::size_t kMostWords = 4;
  static const auto words_of = [] {
    std::array<std::uint8_t, kOpenings.size()> words{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string_view opening = kOpenings[i];
      words[i] = static_cast<std::uint8_t>(std::count(opening.begin(), opening.end(), ' ') + 1);
      assert(words[i] <= kMostWords);
    }
    return words;
  }();
  for (int round = 0; round < 2; ++round) {
    s = text::trim(s);
    // "ByJane Doe": only the layout parts them.
    if (s.size() > 2 && s.starts_with("By") && s[2] >= 'A' && s[2] <= 'Z') return s.substr(2);
    // Folding may change lengths only beyond ASCII; compare a folded prefix of as many words.
    std::array<std::size_t, kMostWords> ends{};
    std::array<std::string, kMostWords> folded;
    std::size_t end = 0;
    for (std::size_t w = 0; w < kMostWords; ++w) {
      if (end != std::string_view::npos) end = s.find_first_of(" :\xC2", w == 0 ? 0 : end + 1);
      ends[w] = end;
      if (end != std::string_view::npos) folded[w] = text::fold(s.substr(0, end));
    }
    bool cut = false;
    for (std::size_t i = 0; i < kOpenings.size(); ++i) {
      const std::size_t w = words_of[i] - std::size_t{1};
      if (ends[w] == std::string_view::npos || ends[w] == 0 || folded[w] != kOpenings[i]) continue;
      std::string_view rest = s.substr(ends[w]);
      while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':')) rest.remove_prefix(1);
      if (rest.empty()) continue;
      s = rest;
      cut = true;
      break;
    }
    if (!cut) break;
  }
  return s;
}

// Ends a byline: separators that bylines use before dates and roles.
std::string_view cut_tail(std::string_view s) {
  for (const std::string_view separator :
       {" | ", "|",  " • ", "•",    " · ",   "·",    " – ",  " — ",   " - ",    " // ",
        "\n",  " @", " ©",  " in ", " for ", " on ", " at ", " für ", " para ", " pour "}) {
    const std::size_t at = s.find(separator);
    if (at != std::string_view::npos && at > 0) s = s.substr(0, at);
  }
  if (const std::size_t open = s.find('('); open != std::string_view::npos && open > 0) s = s.substr(0, open);
  if (const std::size_t open = s.find('<'); open != std::string_view::npos && open > 0) s = s.substr(0, open);
  if (const std::size_t open = s.find('['); open != std::string_view::npos && open > 0) s = s.substr(0, open);
  return text::trim(s);
}

std::vector<std::string> folded_words(std::string_view s) {
  std::vector<std::string> words;
  const std::string folded = text::fold(s);
  for (const std::string_view w : text::split(folded, ' ')) {
    if (!w.empty()) words.emplace_back(w);
  }
  return words;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// A part of a list that names somebody: few words, no digits, mostly not role words.
bool looks_like_name(std::string_view s) {
  if (s.size() < 2 || s.size() > 80) return false;
  if (std::any_of(s.begin(), s.end(), is_digit)) return false;
  if (s.find("http") != std::string_view::npos || s.find("www.") != std::string_view::npos ||
      s.find('@') != std::string_view::npos || s.find('?') != std::string_view::npos ||
      s.find('!') != std::string_view::npos || s.find('"') != std::string_view::npos ||
      s.find(':') != std::string_view::npos) {
    return false;
  }
  const auto words = folded_words(s);
  if (words.empty() || words.size() > 6) return false;
  if (is_one_of(text::fold(s), kNotNames)) return false;
  return true;
}

// With a name before them these stand for a newsroom: "Gazette Staff".
constexpr auto kHouseWords =
    std::to_array<std::string_view>({"staff", "redaktion", "editors", "bureau", "contributor"});

bool is_role_word(std::string_view word) {
  const std::string folded = text::fold(word);
  std::string_view bare = folded;
  while (!bare.empty() && (bare.back() == '.' || bare.back() == ',')) bare.remove_suffix(1);
  return is_one_of(bare, kRoleWords);
}

// "Jane Doe Staff Writer" -> "Jane Doe"; "Senior Editor" -> nothing; "Times Staff" stays, the house is the author.
std::string_view without_role(std::string_view name) {
  std::size_t words = 0;
  for (std::size_t at = 0; at < name.size(); ++words) {
    const std::size_t end = std::min(name.find(' ', at), name.size());
    if (is_role_word(name.substr(at, end - at))) {
      if (words >= 2) return text::trim(name.substr(0, at));
      const bool house = end == name.size() && is_one_of(text::fold(name.substr(at)), kHouseWords);
      return words == 1 && house ? name : std::string_view();
    }
    at = end + 1;
  }
  return name;
}

// Words that end a byline when the date behind them is cut off: "Jane Doe on", "Jane Doe, am".
std::string_view without_tail_word(std::string_view s) {
  for (bool again = true; again;) {
    again = false;
    s = text::trim(s);
    while (!s.empty() && std::string_view(",;:-|/*.").find(s.back()) != std::string_view::npos &&
           !(s.back() == '.' && s.size() > 2 && s[s.size() - 2] >= 'A' && s[s.size() - 2] <= 'Z')) {
      s = text::trim(s.substr(0, s.size() - 1));
      again = true;
    }
    for (const std::string_view tail : {" on", " at", " in", " am", " le", " el", " il", " the", " vom", " den", " op",
                                        " em", " published", " posted", " updated", " last"}) {
      if (s.size() > tail.size() && text::ascii_iequals(s.substr(s.size() - tail.size()), tail)) {
        s = s.substr(0, s.size() - tail.size());
        again = true;
      }
    }
  }
  return s;
}

std::string tidy(std::string_view s) {
  s = text::trim(s);
  while (!s.empty() && std::string_view(",;:-|/*").find(s.back()) != std::string_view::npos)
    s = text::trim(s.substr(0, s.size() - 1));
  while (!s.empty() && std::string_view(",;:-|/*").find(s.front()) != std::string_view::npos)
    s = text::trim(s.substr(1));
  return std::string(s);
}

void split_list(std::string_view s, std::vector<std::string_view>& parts) {
  for (const std::string_view piece : text::split(s, ',')) {
    for (const std::string_view bit : text::split(piece, ';')) {
      for (std::string_view rest : text::split(bit, '/')) {
        while (true) {
          std::size_t at = std::string_view::npos;
          std::size_t length = 0;
          for (const std::string_view c : kConjunctions) {
            const std::size_t hit = rest.find(c);
            if (hit < at) {
              at = hit;
              length = c.size();
            }
          }
          parts.push_back(rest.substr(0, at));
          if (at == std::string_view::npos) break;
          rest = rest.substr(at + length);
        }
      }
    }
  }
}

}  // namespace

std::vector<std::string> names_in_byline(std::string_view byline) {
  std::string cleaned = text::clean_line(byline.substr(0, 400));
  // Addresses go first: they hold dots and signs.
  for (std::size_t at = cleaned.find('@'); at != std::string::npos; at = cleaned.find('@')) {
    const std::size_t begin = cleaned.rfind(' ', at);
    const std::size_t end = cleaned.find(' ', at);
    cleaned.erase(begin == std::string::npos ? 0 : begin,
                  (end == std::string::npos ? cleaned.size() : end) - (begin == std::string::npos ? 0 : begin));
  }
  if (const auto date = find_date(cleaned)) cleaned.erase(date->begin);
  std::string_view rest = strip_opening(cleaned);
  rest = cut_tail(rest);
  std::vector<std::string_view> parts;
  split_list(rest, parts);
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const std::string_view part : parts) {
    const std::string name = tidy(without_role(tidy(without_tail_word(strip_opening(part)))));
    if (!looks_like_name(name)) continue;
    if (seen.insert(text::fold(name)).second) names.push_back(name);
  }
  return names;
}

namespace {

// The sorts of signals, for the model.
enum Kind : std::size_t {
  kJson,
  kOtherJson,
  kOrganisation,
  kMetaAuthor,
  kArticleAuthor,
  kOtherMeta,
  kCard,
  kItemprop,
  kRel,
  kClass,
  kByline,
  kAddress,
  kSignature,
  kKinds
};

constexpr int kNewsArticle = 4;  // PageMetadata::article_rank

constexpr auto kMetaKeys = std::to_array<std::pair<std::string_view, Kind>>({{"author", kMetaAuthor},
                                                                             {"article:author", kArticleAuthor},
                                                                             {"parsely-author", kOtherMeta},
                                                                             {"sailthru.author", kOtherMeta},
                                                                             {"dc.creator", kOtherMeta},
                                                                             {"dcterms.creator", kOtherMeta},
                                                                             {"byl", kOtherMeta},
                                                                             {"citation_author", kOtherMeta},
                                                                             {"article:author_name", kOtherMeta},
                                                                             {"og:article:author", kArticleAuthor},
                                                                             {"article.author", kOtherMeta},
                                                                             {"cxenseparse:author", kOtherMeta},
                                                                             {"authors", kOtherMeta},
                                                                             {"byline", kOtherMeta},
                                                                             {"creator", kOtherMeta}});

bool is_known_meta(std::string_view name) {
  return std::any_of(kMetaKeys.begin(), kMetaKeys.end(), [&](const auto& row) { return row.first == name; });
}

bool is_lower_start(const std::string& name) {
  return name.front() >= 'a' && name.front() <= 'z';
}

std::string key_of(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& n : names) keys.push_back(squeeze(n));
  std::sort(keys.begin(), keys.end());
  std::string joined;
  for (const std::string& k : keys) joined += (joined.empty() ? "" : "|") + k;
  return joined;
}

class Finder {
 public:
  Finder(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, std::optional<std::size_t> title_block)
      : tree_(tree),
        list_(list),
        page_(page),
        title_(title_block ? list.blocks[*title_block].first_text : HtmlTree::kNoNode) {
    statements();
    elements();
    bylines();
    signatures();
  }

  ValueTable values() const {
    std::vector<Evidence> evidence;
    for (const Raw& r : raw_) evidence.push_back({r.key, r.kind, r.score});
    const std::string site = squeeze(page_.site);
    const std::string host = squeeze(page_.host);
    return tabulate(evidence, page_, kKinds, 10, [&](const std::string& key, std::vector<float>& row) {
      const Raw& one = *std::find_if(raw_.begin(), raw_.end(), [&](const Raw& r) { return r.key == key; });
      float subsets = 0, supersets = 0, words = 0, single = 0, lower = 0, longest = 0;
      std::array<bool, kKinds> sub{}, super{};
      for (const Raw& r : raw_) {
        if (r.key == key) continue;
        if (contains(one.names, r.names)) sub[r.kind] = true;
        if (contains(r.names, one.names)) super[r.kind] = true;
      }
      for (std::size_t k = 0; k < kKinds; ++k) {
        subsets += sub[k] ? 1.F : 0.F;
        supersets += super[k] ? 1.F : 0.F;
      }
      for (const std::string& n : one.names) {
        const auto w = static_cast<float>(1 + std::count(n.begin(), n.end(), ' '));
        words += w;
        longest = std::max(longest, w);
        single += w < 2 ? 1.F : 0.F;
        lower += is_lower_start(n) ? 1.F : 0.F;
      }
      const auto n = static_cast<float>(one.names.size());
      row.push_back(n);
      row.push_back(words / n);
      row.push_back(longest);
      row.push_back(single / n);
      row.push_back(lower / n);
      row.push_back(subsets);
      row.push_back(supersets);
      row.push_back(is_name_of(key, site) ? 1.F : 0.F);
      row.push_back(is_in_host(key, host) ? 1.F : 0.F);
      row.push_back(static_cast<float>(key.size()) / n);
    });
  }

  PageAuthors choose(const BoostedTrees& model) const {
    PageAuthors result;
    const ValueTable table = values();
    std::unordered_map<std::string, double> probability;
    for (std::size_t v = 0; v < table.keys.size(); ++v) {
      const double log_odds = static_cast<double>(model.score(table.features.row(v))) + prior(table.keys[v]);
      probability[table.keys[v]] = 1 / (1 + std::exp(-log_odds));
    }
    std::vector<const Raw*> ranked;
    for (const Raw& r : raw_) ranked.push_back(&r);
    std::stable_sort(ranked.begin(), ranked.end(), [&](const Raw* a, const Raw* b) {
      const double pa = probability.at(a->key), pb = probability.at(b->key);
      return pa != pb ? pa > pb : a->kind < b->kind;
    });
    for (const Raw* r : ranked) {
      std::string joined;
      for (const std::string& n : r->names) joined += (joined.empty() ? "" : ", ") + n;
      const bool chosen = r == ranked.front() && probability.at(r->key) >= kLeastProbability;
      result.candidates.push_back({"author", r->signal, std::move(joined), probability.at(r->key), chosen});
      if (chosen) {
        result.names = r->names;
        result.signal = r->signal;
      }
    }
    return result;
  }

 private:
  static constexpr double kLeastProbability = 0.15;

  struct Raw {
    std::string signal;
    std::vector<std::string> names;
    std::string key;
    Kind kind;
    double score = 0;
  };

  static bool is_name_of(const std::string& key, const std::string& site) {
    return !site.empty() && (site.find(key) != std::string::npos || key.find(site) != std::string::npos);
  }
  static bool is_in_host(const std::string& key, const std::string& host) {
    return key.size() >= 3 && host.find(key) != std::string::npos;
  }

  // Log-odds that the labelled pages are too few to teach: for whom a news article states, against the house where
  // another signal names somebody.
  double prior(const std::string& key) const {
    const std::string site = squeeze(page_.site), host = squeeze(page_.host);
    const auto is_house = [&](const std::string& k) { return is_name_of(k, site) || is_in_host(k, host); };
    if (!is_house(key)) {
      const bool stated =
          page_.article_rank() == kNewsArticle &&
          std::any_of(raw_.begin(), raw_.end(), [&](const Raw& r) { return r.kind == kJson && r.key == key; });
      return stated ? 1 : 0;
    }
    const bool somebody = std::any_of(raw_.begin(), raw_.end(), [&](const Raw& r) {
      const bool names = r.kind == kJson || r.kind == kMetaAuthor || r.kind == kArticleAuthor || r.kind == kOtherMeta ||
                         r.kind == kItemprop || r.kind == kRel || r.kind == kByline;
      return names && r.score > -3 && !is_house(r.key);
    });
    return somebody ? -0.7 : 0;
  }

  static bool contains(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return some.size() < all.size() && std::all_of(some.begin(), some.end(), [&](const std::string& n) {
             return std::find(all.begin(), all.end(), n) != all.end();
           });
  }

  void add(std::string signal, Kind kind, std::vector<std::string> names, double score) {
    if (names.empty() || names.size() > 40 || raw_.size() > 150) return;
    std::string key = key_of(names);
    if (key.empty()) return;
    raw_.push_back({std::move(signal), std::move(names), std::move(key), kind, score});
  }

  static std::vector<std::string> names_of(const std::vector<std::string>& bylines) {
    std::vector<std::string> names;
    for (const std::string& b : bylines) {
      for (std::string& n : names_in_byline(b)) {
        if (std::find(names.begin(), names.end(), n) == names.end()) names.push_back(std::move(n));
      }
    }
    return names;
  }

  void statements() {
    std::size_t position = 0;
    for (const StructuredArticle& a : page_.structured.articles) {
      if (position > 5) break;
      const double score = -static_cast<double>(position);
      const Kind kind = position == 0 ? kJson : kOtherJson;
      // A list that mixes persons and agencies is meant as a whole.
      auto both = a.authors;
      both.insert(both.end(), a.organisations.begin(), a.organisations.end());
      if (a.authors.empty()) {
        add("json-ld author organisation", kOrganisation, names_of(both), score);
      } else {
        add("json-ld author", kind, names_of(both), score);
        if (!a.organisations.empty()) {
          add("json-ld author, persons", kOtherJson, names_of(a.authors), score - 0.5);
          add("json-ld author organisation", kOrganisation, names_of(a.organisations), score - 0.5);
        }
      }
      ++position;
    }
    double score = 0;
    for (const auto& [key, kind] : kMetaKeys) {
      std::vector<std::string> values;
      for (const auto& [name, value] : page_.metas) {
        if (name == key && value.find("://") == std::string::npos) values.push_back(value);
      }
      add("meta " + std::string(key), kind, names_of(values), score);
      score -= 0.1;
    }
    // Keys that we do not know: "article:byline", "xy_authors".
    for (const auto& [name, value] : page_.metas) {
      if ((name.find("author") == std::string::npos && name.find("byline") == std::string::npos) ||
          is_known_meta(name) || value.size() > 120 || value.find("://") != std::string::npos)
        continue;
      add("meta " + name, kOtherMeta, names_in_byline(value), -2);
    }
    // Labels that social cards show: twitter:label1 "Written by", twitter:data1 the name.
    for (const char* n : {"1", "2"}) {
      const std::string label = text::fold(page_.meta(std::string("twitter:label") + n));
      for (const char* word : {"written by", "verfasst von", "escrito por", "ecrit par", "scritto da", "author", "by",
                               "geschreven door", "skrevet av", "napisane przez", "автор"}) {
        if (label.find(word) == std::string::npos) continue;
        add("meta twitter:data", kCard, names_in_byline(page_.meta(std::string("twitter:data") + n)), 0);
        break;
      }
    }
  }

  bool outside(Index i) const {
    constexpr auto kOutside = static_cast<unsigned>(Context::nav) | static_cast<unsigned>(Context::footer);
    if ((list_.context[i] & kOutside) != 0) return true;
    constexpr RoleMask kRoles = bit(Role::related) | bit(Role::comment) | bit(Role::sidebar) | bit(Role::footer) |
                                bit(Role::embed) | bit(Role::caption);
    int up = 0;
    for (Index k = i; k != HtmlTree::kNoNode && up < 10; k = tree_.node(k).parent, ++up) {
      const RoleMask roles = list_.roles[k];
      if ((roles & kRoles) != 0 && (roles & (bit(Role::article_body) | bit(Role::author))) == 0 &&
          tree_.node(k).tag != Tag::body && tree_.node(k).tag != Tag::html)
        return true;
    }
    return false;
  }

  double closeness(Index i) const {
    if (title_ == HtmlTree::kNoNode) return 0;
    const double distance = i >= title_ ? static_cast<double>(i - title_) : 2.0 * static_cast<double>(title_ - i);
    return distance < 30 ? 2 : distance < 60 ? 1.5 : distance < 150 ? 1 : distance < 400 ? 0 : -1.5;
  }

  // Elements marked as author: microdata, rel, classes. Each is a candidate by itself, once as its text reads and once
  // with its parts apart ("By" "Jane Doe" "Editor" in three elements without a space between); names of one kind that
  // stand near each other are a list.
  void elements() {
    struct List {
      std::vector<std::string> names;
      double score = -20;
      Index last = 0;
      bool joined = false;
    };
    std::array<List, kKinds> lists;
    std::array<bool, kKinds> closed{};
    int found = 0;
    for (Index i = 0; i < tree_.size() && found < 60; ++i) {
      const HtmlTree::Node& node = tree_.node(i);
      if (node.tag == Tag::text || node.attribute_count == 0) continue;
      if (node.tag == Tag::meta || node.tag == Tag::link || node.end - i > 120) continue;
      const std::string_view property = tree_.attribute(i, Attr::itemprop);
      const bool is_itemprop = property.find("author") != std::string_view::npos || property == "creator";
      const bool is_rel = node.tag == Tag::a && tree_.attribute(i, Attr::rel).find("author") != std::string_view::npos;
      const bool is_address = node.tag == Tag::a && is_author_address(tree_.attribute(i, Attr::href));
      const bool is_class = (list_.roles[i] & bit(Role::author)) != 0;
      if (!is_itemprop && !is_rel && !is_class && !is_address) continue;
      const Kind kind = is_itemprop ? kItemprop : is_rel ? kRel : is_address ? kAddress : kClass;
      std::string shown;
      if (is_itemprop) shown = item_name(i);
      if (shown.empty()) shown = text::clean_line(tree_.text_of(i, 400));
      if (shown.empty()) continue;
      ++found;
      const double score = closeness(i) - (outside(i) ? 4 : 0) + (is_class ? class_evidence(i) : 0);
      const char* signal = kind == kItemprop  ? "itemprop author"
                           : kind == kRel     ? "rel author"
                           : kind == kAddress ? "author link"
                                              : "byline class";
      auto apart = names_apart(i);
      if (shown.size() < 250) add_shown(signal, kind, shown, score);
      add(signal, kind, apart, score - 0.3);
      List& list = lists[kind];
      // "Jane" "Doe" in two elements of one link are one name.
      if (auto whole = names_in_byline(shown); whole.size() == 1 && apart.size() > 1 && kind != kClass)
        apart = std::move(whole);
      if (apart.empty() || closed[kind]) continue;
      if (list.names.empty()) {
        list = {std::move(apart), score, i, false};
      } else if (i - list.last < 90 && score > list.score - 2) {
        for (std::string& n : apart) {
          if (std::find(list.names.begin(), list.names.end(), n) == list.names.end())
            list.names.push_back(std::move(n));
        }
        list.last = i;
        list.joined = true;
      } else {
        closed[kind] = true;
      }
    }
    for (std::size_t k = 0; k < kKinds; ++k) {
      if (lists[k].joined) add("author elements", static_cast<Kind>(k), lists[k].names, lists[k].score - 0.6);
    }
  }

  void add_shown(const char* signal, Kind kind, const std::string& shown, double score) {
    auto names = names_in_byline(shown);
    std::size_t letters = 0;
    for (const std::string& n : names) letters += n.size();
    if (shown.size() > 2 * letters + 30) score -= 1.5;
    add(signal, kind, std::move(names), score);
  }

  // Links to a person's page: /author/jane-doe, /by/…, /people/….
  static bool is_author_address(std::string_view href) {
    constexpr auto kFolders = std::to_array<std::string_view>(
        {"author",   "authors", "autor",  "autoren",     "auteur",       "auteurs",    "by",          "profile",
         "profiles", "people",  "staff",  "contributor", "contributors", "journalist", "journalists", "writer",
         "writers",  "autores", "autore", "bios",        "person",       "redacteur",  "team"});
    for (std::size_t at = href.find('/'); at != std::string_view::npos;) {
      const std::size_t end = href.find('/', at + 1);
      if (end == std::string_view::npos || end + 1 >= href.size()) return false;
      if (is_one_of(href.substr(at + 1, end - at - 1), kFolders)) return true;
      at = end;
    }
    return false;
  }

  double class_evidence(Index i) const {
    double score = 0;
    const std::string_view name = tree_.attribute(i, Attr::class_);
    if (name.find("name") != std::string_view::npos) score += 0.5;
    if (name.find("byline") != std::string_view::npos) score += 0.5;
    if (name.find("bio") != std::string_view::npos || name.find("about") != std::string_view::npos ||
        name.find("profile") != std::string_view::npos)
      score -= 1.5;
    return score;
  }

  std::string item_name(Index i) const {
    std::string joined;
    for (Index k = i; k < tree_.node(i).end; ++k) {
      if (tree_.attribute(k, Attr::itemprop) != "name") continue;
      std::string name(tree_.attribute(k, Attr::content));
      if (name.empty()) name = tree_.text_of(k, 200);
      name = text::clean_line(name);
      if (name.empty()) continue;
      if (!joined.empty()) joined += ", ";
      joined += name;
    }
    return joined;
  }

  std::vector<std::string> names_apart(Index i) const {
    std::vector<std::string> parts;
    for (Index k = i; k < tree_.node(i).end && parts.size() < 30; ++k) {
      if (tree_.node(k).tag == Tag::text && tree_.node(k).text.size() < 200) {
        std::string part = text::clean_line(tree_.node(k).text);
        if (part.size() > 2) parts.push_back(std::move(part));
      }
    }
    return names_of(parts);
  }

  // "By Jane Doe" in a short block.
  void bylines() {
    int found = 0;
    for (std::size_t b = 0; b < list_.blocks.size() && found < 30; ++b) {
      const Block& block = list_.blocks[b];
      if (block.text.size() > 200 || block.text.size() < 5) continue;
      const std::string_view rest = strip_opening(block.text);
      if (rest.size() == block.text.size()) continue;
      // "By night the police had counted …" opens a sentence.
      if (block.text.size() > 40 && rest.front() >= 'a' && rest.front() <= 'z') continue;
      ++found;
      add("byline text", kByline, names_in_byline(block.text),
          closeness(block.first_text) - (outside(block.first_text) ? 4 : 0));
      if (block.text.size() < 12 && b + 1 < list_.blocks.size() && list_.blocks[b + 1].text.size() < 80) {
        add("byline text", kByline, names_in_byline(list_.blocks[b + 1].text), closeness(block.first_text) - 1);
      }
    }
  }

  // A name alone, set off by its type, below the last paragraph.
  void signatures() {
    int found = 0;
    std::size_t prose = 0;  // characters of the paragraphs before
    for (std::size_t b = 1; b < list_.blocks.size() && found < 6; ++b) {
      const Block& before = list_.blocks[b - 1];
      if (2 * before.link_characters < before.characters && before.characters >= 80) prose += before.characters;
      const Block& block = list_.blocks[b];
      if (block.text.size() > 60 || block.characters < 4 || before.characters < 80 || prose < 400) continue;
      if (10 * (block.strong_characters + block.emphasis_characters) < 9 * block.characters) continue;
      const auto words = std::count(block.text.begin(), block.text.end(), ' ') + 1;
      if (words > 5 || std::string_view(".?!:").find(block.text.back()) != std::string_view::npos) continue;
      if ((block.context & static_cast<std::uint16_t>(Context::heading)) != 0 || block.hidden) continue;
      ++found;
      // Sub-heads look alike, but more follows them.
      std::size_t after = 0;
      for (std::size_t k = b + 1; k < std::min(b + 4, list_.blocks.size()); ++k) {
        const Block& next = list_.blocks[k];
        if (2 * next.link_characters < next.characters && next.characters >= 80) ++after;
      }
      add("signature", kSignature, names_in_byline(block.text),
          -static_cast<double>(after) - (outside(block.first_text) ? 4 : 0));
    }
  }

  const HtmlTree& tree_;
  const BlockList& list_;
  const PageMetadata& page_;
  Index title_;
  std::vector<Raw> raw_;
};

}  // namespace

PageAuthors find_authors(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                         std::optional<std::size_t> title_block, const BoostedTrees& model) {
  return Finder(tree, list, page, title_block).choose(model);
}

ValueTable author_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                         std::optional<std::size_t> title_block) {
  return Finder(tree, list, page, title_block).values();
}

}  // namespace dateline::indexer

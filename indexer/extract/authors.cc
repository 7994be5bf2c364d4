#include "indexer/extract/authors.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "common/date.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

// Openings of a byline, folded, longest first where one begins another.
constexpr auto kOpenings = std::to_array<std::string_view>({
    "written by", "posted by", "published by", "reported by", "story by", "text by", "words by", "article by", "report by", "created by", "edited by", "reviewed by",
    "contributed by", "submitted by", "guest post by", "by", "author", "authors", "von", "ein artikel von", "ein kommentar von", "text", "par", "ecrit par", "publie par", "por", "escrito por", "texto", "redaccion de",
    "di", "a cura di", "door", "geschreven door", "av", "af", "skrevet av", "tekst", "autor", "autora", "auteur", "autore", "автор", "автори", "opracowanie", "kirjoittaja", "yazan"});

// What follows a name and is none: roles, desks, labels. Folded; matched as whole words of a part.
constexpr auto kRoleWords = std::to_array<std::string_view>({
    "staff", "writer", "reporter", "editor", "editors", "correspondent", "columnist", "contributor", "contributing", "journalist", "producer", "bureau", "chief", "senior", "managing", "executive",
    "photographer", "analyst", "freelance", "intern", "director", "assistant", "associate", "deputy", "professor", "phd", "ph.d", "ph.d.", "md", "m.d.", "mba", "founder", "ceo", "president",
    "redakteur", "redakteurin", "korrespondent", "korrespondentin", "redaktion", "reporterin", "chefredakteur", "volontar", "autor", "autorin", "journaliste", "redacteur", "redactrice", "envoye", "correspondant", "correspondante",
    "periodista", "redactor", "redactora", "corresponsal", "enviado", "especial", "colaborador", "jornalista", "reporter's", "giornalista", "corrispondente", "journalistin", "verslaggever", "redacteurin",
    "special", "updated", "published", "posted", "follow", "subscribe", "share", "comments", "comment", "read", "min", "mins", "minutes", "ago", "views", "view", "email", "print", "photo", "photos", "video",
    "author", "profile", "bio", "more", "about", "posts", "articles", "newsletter", "журналист", "корреспондент"});

constexpr auto kNotNames = std::to_array<std::string_view>({"admin", "administrator", "user", "guest", "unknown", "anonymous", "none", "null", "undefined", "webmaster", "n/a", "author", "editor", "staff", "the editor", "home", "login", "redaktion", "super user", "news", "blog", "webteam"});

// Particles that part names in lists.
constexpr auto kConjunctions = std::to_array<std::string_view>({" and ", " und ", " et ", " y ", " e ", " og ", " och ", " en ", " & ", " with ", " mit ", " avec ", " con ", " i "});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view strip_opening(std::string_view s) {
  for (int round = 0; round < 2; ++round) {
    s = text::trim(s);
    bool cut = false;
    for (const std::string_view opening : kOpenings) {
      // Folding may change lengths only beyond ASCII; compare a folded prefix of as many words.
      std::size_t end = 0;
      const auto words = static_cast<std::size_t>(std::count(opening.begin(), opening.end(), ' ')) + 1;
      for (std::size_t w = 0; w < words && end != std::string_view::npos; ++w) end = s.find_first_of(" :\xC2", w == 0 ? 0 : end + 1);
      if (end == std::string_view::npos || end == 0) continue;
      if (text::fold(s.substr(0, end)) != opening) continue;
      std::string_view rest = s.substr(end);
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
  for (const std::string_view separator : {" | ", "|", " • ", "•", " · ", "·", " – ", " — ", " - ", " // ", "\n", " @", " ©", " in ", " for ", " on ", " at ", " für ", " para ", " pour "}) {
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

bool is_one_of(std::string_view word, std::span<const std::string_view> list) { return std::find(list.begin(), list.end(), word) != list.end(); }

// A part of a list that names somebody: few words, no digits, mostly not role words.
bool looks_like_name(std::string_view s) {
  if (s.size() < 2 || s.size() > 80) return false;
  if (std::any_of(s.begin(), s.end(), is_digit)) return false;
  if (s.find("http") != std::string_view::npos || s.find("www.") != std::string_view::npos || s.find('@') != std::string_view::npos || s.find('?') != std::string_view::npos ||
      s.find('!') != std::string_view::npos || s.find('"') != std::string_view::npos || s.find(':') != std::string_view::npos) {
    return false;
  }
  const auto words = folded_words(s);
  if (words.empty() || words.size() > 6) return false;
  if (is_one_of(text::fold(s), kNotNames)) return false;
  const auto roles = static_cast<std::size_t>(std::count_if(words.begin(), words.end(), [](const std::string& w) {
    std::string_view bare = w;
    while (!bare.empty() && (bare.back() == '.' || bare.back() == ',')) bare.remove_suffix(1);
    return is_one_of(bare, kRoleWords);
  }));
  return roles == 0;
}

std::string tidy(std::string_view s) {
  s = text::trim(s);
  while (!s.empty() && std::string_view(",;:-|/*").find(s.back()) != std::string_view::npos) s = text::trim(s.substr(0, s.size() - 1));
  while (!s.empty() && std::string_view(",;:-|/*").find(s.front()) != std::string_view::npos) s = text::trim(s.substr(1));
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
    cleaned.erase(begin == std::string::npos ? 0 : begin, (end == std::string::npos ? cleaned.size() : end) - (begin == std::string::npos ? 0 : begin));
  }
  if (const auto date = find_date(cleaned)) cleaned.erase(date->begin);
  std::string_view rest = strip_opening(cleaned);
  rest = cut_tail(rest);
  std::vector<std::string_view> parts;
  split_list(rest, parts);
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const std::string_view part : parts) {
    std::string name = tidy(strip_opening(part));
    if (!looks_like_name(name)) continue;
    if (seen.insert(text::fold(name)).second) names.push_back(std::move(name));
  }
  return names;
}

namespace {

class Finder {
 public:
  Finder(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, std::optional<std::size_t> title_block)
      : tree_(tree), list_(list), page_(page), title_(title_block ? list.blocks[*title_block].first_text : HtmlTree::kNoNode) {}

  PageAuthors run() {
    statements();
    elements();
    bylines();
    return choose();
  }

 private:
  struct Raw {
    std::string signal;
    std::vector<std::string> names;
    double score = 0;
    double total = 0;
  };

  void add(std::string signal, std::vector<std::string> names, double score) {
    if (names.empty() || names.size() > 40) return;
    const std::string site = squeeze(page_.site);
    const bool is_site = names.size() == 1 && !site.empty() && squeeze(names.front()) == site;
    if (is_site) score -= 4;
    raw_.push_back({std::move(signal), std::move(names), score});
  }

  std::vector<std::string> names_of(const std::vector<std::string>& bylines) const {
    std::vector<std::string> names;
    for (const std::string& b : bylines) {
      for (std::string& n : names_in_byline(b)) {
        if (std::find(names.begin(), names.end(), n) == names.end()) names.push_back(std::move(n));
      }
    }
    return names;
  }

  void statements() {
    for (const StructuredArticle& a : page_.structured.articles) {
      const double penalty = &a == &page_.structured.articles.front() ? 0 : 2;
      add("json-ld author", names_of(a.authors), 8 - penalty);
      if (a.authors.empty()) add("json-ld author organisation", names_of(a.organisations), 5 - penalty);
    }
    for (const auto& [key, score] : std::initializer_list<std::pair<const char*, double>>{
             {"author", 6.5}, {"article:author", 5.5}, {"parsely-author", 7}, {"sailthru.author", 7}, {"dc.creator", 6.5}, {"dcterms.creator", 6.5}, {"byl", 7}, {"citation_author", 7}, {"article:author_name", 7},
             {"og:article:author", 5.5}, {"article.author", 6.5}, {"cxenseparse:author", 6.5}, {"authors", 6.5}, {"byline", 7}, {"creator", 6}, {"twitter:creator", 1}}) {
      std::vector<std::string> values;
      for (const auto& [name, value] : page_.metas) {
        if (name == key && value.find("://") == std::string::npos) values.push_back(value);
      }
      add(std::string("meta ") + key, names_of(values), score);
    }
    // Labels that social cards show: twitter:label1 "Written by", twitter:data1 the name.
    for (const char* n : {"1", "2"}) {
      const std::string label = text::fold(page_.meta(std::string("twitter:label") + n));
      if (label.find("written by") != std::string::npos || label.find("verfasst von") != std::string::npos || label.find("escrito por") != std::string::npos || label.find("ecrit par") != std::string::npos ||
          label.find("scritto da") != std::string::npos || label.find("author") != std::string::npos) {
        add("meta twitter:data", names_in_byline(page_.meta(std::string("twitter:data") + n)), 7);
      }
    }
  }

  bool outside(Index i) const {
    constexpr auto kOutside = static_cast<unsigned>(Context::nav) | static_cast<unsigned>(Context::footer);
    if ((list_.context[i] & kOutside) != 0) return true;
    constexpr RoleMask kRoles = bit(Role::related) | bit(Role::comment) | bit(Role::sidebar) | bit(Role::footer) | bit(Role::embed) | bit(Role::caption);
    int up = 0;
    for (Index k = i; k != HtmlTree::kNoNode && up < 10; k = tree_.node(k).parent, ++up) {
      const RoleMask roles = list_.roles[k];
      if ((roles & kRoles) != 0 && (roles & (bit(Role::article_body) | bit(Role::author))) == 0 && tree_.node(k).tag != Tag::body && tree_.node(k).tag != Tag::html) return true;
    }
    return false;
  }

  double closeness(Index i) const {
    if (title_ == HtmlTree::kNoNode) return 0;
    const double distance = i >= title_ ? static_cast<double>(i - title_) : 2.0 * static_cast<double>(title_ - i);
    return distance < 60 ? 1.5 : distance < 150 ? 1 : distance < 400 ? 0 : -1.5;
  }

  // Elements marked as author: microdata, rel, classes. The innermost marked elements count; names of one kind that
  // stand near each other are one list.
  void elements() {
    struct Marked {
      std::vector<std::string> names;
      double best = -10;
      Index last = 0;
    };
    Marked itemprop, rel, classes;
    int found = 0;
    for (Index i = 0; i < tree_.size() && found < 60; ++i) {
      const HtmlTree::Node& node = tree_.node(i);
      if (node.tag == Tag::text || node.attribute_count == 0) continue;
      const std::string_view property = tree_.attribute(i, Attr::itemprop);
      const bool is_itemprop = property == "author" || property == "creator" || property.find("author ") != std::string_view::npos;
      const bool is_rel = tree_.attribute(i, Attr::rel).find("author") != std::string_view::npos && node.tag == Tag::a;
      const bool is_class = (list_.roles[i] & bit(Role::author)) != 0 && !is_itemprop && !is_rel;
      if (!is_itemprop && !is_rel && !is_class) continue;
      if (node.tag == Tag::meta || node.tag == Tag::link || node.end - i > 200) continue;
      ++found;
      std::string shown;
      if (is_itemprop) shown = item_name(i);
      if (shown.empty()) shown = text::clean_line(tree_.text_of(i, 300));
      if (shown.empty() || shown.size() > 200) continue;
      auto names = names_in_byline(shown);
      if (names.empty()) continue;
      double score = (is_itemprop ? 6.5 : is_rel ? 5.5 : 4) + closeness(i) - (outside(i) ? 4 : 0);
      if (is_class) score += class_evidence(i, shown, names);
      Marked& into = is_itemprop ? itemprop : is_rel ? rel : classes;
      const bool near = !into.names.empty() && i - into.last < 40 && !outside(i);
      if (score > into.best + 1e-9 && !(near && score < into.best + 1)) {
        into.names = names;
        into.best = score;
      } else if (near) {
        for (std::string& n : names) {
          if (std::find(into.names.begin(), into.names.end(), n) == into.names.end()) into.names.push_back(std::move(n));
        }
      }
      into.last = i;
    }
    add("itemprop author", itemprop.names, itemprop.best);
    add("rel author", rel.names, rel.best);
    add("byline class", classes.names, classes.best);
  }

  double class_evidence(Index i, std::string_view shown, const std::vector<std::string>& names) const {
    double score = 0;
    const std::string_view name = tree_.attribute(i, Attr::class_);
    if (name.find("name") != std::string_view::npos) score += 0.5;
    if (name.find("byline") != std::string_view::npos) score += 0.5;
    if (name.find("bio") != std::string_view::npos || name.find("about") != std::string_view::npos || name.find("profile") != std::string_view::npos) score -= 1.5;
    std::size_t letters = 0;
    for (const std::string& n : names) letters += n.size();
    if (shown.size() > 2 * letters + 30) score -= 1.5;
    if (names.size() == 1 && names.front().find(' ') == std::string::npos) score -= 1;
    return score;
  }

  std::string item_name(Index i) const {
    std::string joined;
    for (Index k = i; k < tree_.node(i).end; ++k) {
      if (tree_.attribute(k, Attr::itemprop) == "name") {
        std::string name(tree_.attribute(k, Attr::content));
        if (name.empty()) name = tree_.text_of(k, 200);
        name = text::clean_line(name);
        if (name.empty()) continue;
        if (!joined.empty()) joined += ", ";
        joined += name;
      }
    }
    return joined;
  }

  // "By Jane Doe" in a short block near the headline.
  void bylines() {
    for (std::size_t b = 0; b < list_.blocks.size(); ++b) {
      const Block& block = list_.blocks[b];
      if (block.text.size() > 160 || block.text.size() < 5) continue;
      const std::string_view stripped = strip_opening(block.text);
      if (stripped.size() == block.text.size()) continue;
      const auto names = names_in_byline(block.text);
      if (names.empty() || names.size() > 6) continue;
      const bool plausible = std::all_of(names.begin(), names.end(), [](const std::string& n) { return n.find(' ') != std::string::npos && !(n.front() >= 'a' && n.front() <= 'z'); });
      double score = (plausible ? 4.5 : 2) + closeness(block.first_text) - (outside(block.first_text) ? 4 : 0);
      add("byline text", names, score);
      if (raw_.size() > 100) break;
    }
  }

  PageAuthors choose() {
    PageAuthors result;
    const auto keys = [](const std::vector<std::string>& names) {
      std::vector<std::string> k;
      for (const std::string& n : names) k.push_back(squeeze(n));
      std::sort(k.begin(), k.end());
      return k;
    };
    for (Raw& r : raw_) {
      r.total = r.score;
      const auto own = keys(r.names);
      std::unordered_set<std::string> supporters;
      for (const Raw& other : raw_) {
        if (other.signal == r.signal || !supporters.insert(other.signal).second) continue;
        const auto theirs = keys(other.names);
        if (theirs == own) r.total += 0.25 * std::max(other.score, 0.0);
        else if (std::includes(own.begin(), own.end(), theirs.begin(), theirs.end())) r.total += 0.1 * std::max(other.score, 0.0);
      }
    }
    std::stable_sort(raw_.begin(), raw_.end(), [](const Raw& a, const Raw& b) { return a.total > b.total; });
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      std::string joined;
      for (const std::string& n : raw_[i].names) joined += (joined.empty() ? "" : ", ") + n;
      result.candidates.push_back({"author", raw_[i].signal, joined, raw_[i].total, i == 0 && raw_[i].total >= 2});
    }
    if (!raw_.empty() && raw_.front().total >= 2) {
      result.names = raw_.front().names;
      result.signal = raw_.front().signal;
    }
    return result;
  }

  const HtmlTree& tree_;
  const BlockList& list_;
  const PageMetadata& page_;
  Index title_;
  std::vector<Raw> raw_;
};

}  // namespace

PageAuthors find_authors(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, std::optional<std::size_t> title_block) {
  return Finder(tree, list, page, title_block).run();
}

}  // namespace dateline::indexer

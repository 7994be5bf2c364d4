#include "indexer/extract/block_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;
constexpr std::size_t kRoles = static_cast<std::size_t>(Role::count);
constexpr int kFar = 12;  // levels or blocks beyond which distance says nothing

// Collects one row, or the names of its columns.
class Row {
 public:
  Row(std::vector<float>* values, std::vector<std::string>* names) : values_(values), names_(names) {}
  void add(std::string_view name, double value) {
    if (values_ != nullptr) values_->push_back(static_cast<float>(value));
    if (names_ != nullptr) names_->emplace_back(name);
  }

 private:
  std::vector<float>* values_;
  std::vector<std::string>* names_;
};

// What the characters of a block look like.
struct Shape {
  std::uint32_t words = 0;
  std::uint32_t sentences = 0;
  std::uint32_t commas = 0;
  std::uint32_t digits = 0;
  std::uint32_t capitals = 0;  // words that begin with a capital
  std::uint32_t bars = 0;      // | · • / between words
  std::uint32_t letters = 0;
  std::uint32_t upper = 0;
  bool clock = false;
  bool year = false;
  bool at_sign = false;
  bool copyright = false;
  bool address = false;
  char first = 'o';
  int last =
      0;  // 0 other, 1 full stop or alike, 2 question or exclamation, 3 colon, 4 ellipsis, 5 quote, 6 bracket, 7 comma
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

int class_of_end(std::string_view s) {
  static constexpr std::array<std::pair<std::string_view, int>, 22> kEnds{{
      {"...", 4}, {"…", 4}, {".\"", 1}, {".”", 1}, {".»", 1}, {".)", 1}, {".", 1}, {"。", 1},
      {"।", 1},   {"۔", 1}, {"？", 2},  {"！", 2}, {"?", 2},  {"!", 2},  {":", 3}, {"：", 3},
      {"\"", 5},  {"”", 5}, {"“", 5},   {"»", 5},  {")", 6},  {",", 7},
  }};
  for (const auto& [end, kind] : kEnds) {
    if (s.ends_with(end)) return kind;
  }
  return 0;
}

Shape shape_of(std::string_view s) {
  Shape shape;
  bool in_word = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    const auto byte = static_cast<unsigned char>(c);
    const char next = i + 1 < s.size() ? s[i + 1] : ' ';
    if (byte >= 0x80 || is_lower(c) || is_upper(c) || is_digit(c)) {
      if (!in_word) {
        ++shape.words;
        if (is_upper(c)) ++shape.capitals;
      }
      in_word = true;
      if (is_upper(c) || is_lower(c)) ++shape.letters;
      if (is_upper(c)) ++shape.upper;
      if (is_digit(c)) ++shape.digits;
      if (byte >= 0xE3 && byte <= 0xE9 && i % 6 == 0) in_word = false;  // two ideographs are about a word
      if (byte == 0xE3 && s.compare(i, 3, "。") == 0) ++shape.sentences;
      if (byte == 0xE3 && s.compare(i, 3, "、") == 0) ++shape.commas;
      if (byte == 0xC2 && s.compare(i, 2, "©") == 0) shape.copyright = true;
      if (byte == 0xC2 && s.compare(i, 2, "·") == 0) ++shape.bars;
      if (byte == 0xE2 && s.compare(i, 3, "•") == 0) ++shape.bars;
    } else {
      if ((c == '.' || c == '!' || c == '?') &&
          (next == ' ' || next == '"' || static_cast<unsigned char>(next) >= 0x80))
        ++shape.sentences;
      if (c == ',' && next == ' ') ++shape.commas;
      if (c == '|' || (c == '/' && next == ' ')) ++shape.bars;
      if (c == '@') shape.at_sign = true;
      if (c == ':' && i > 0 && is_digit(s[i - 1]) && is_digit(next)) shape.clock = true;
      if (c == ':' && next == '/' && i >= 4) shape.address = true;
      if (c != '\'' && c != '-') in_word = false;
    }
    if (is_digit(c) && (i == 0 || !is_digit(s[i - 1])) && (s.compare(i, 2, "19") == 0 || s.compare(i, 2, "20") == 0) &&
        i + 4 <= s.size() && is_digit(s[i + 2]) && is_digit(s[i + 3]) && (i + 4 == s.size() || !is_digit(s[i + 4]))) {
      shape.year = true;
    }
  }
  if (!s.empty()) {
    const char c = s.front();
    shape.first = is_lower(c)                             ? 'l'
                  : is_upper(c)                           ? 'u'
                  : is_digit(c)                           ? 'd'
                  : static_cast<unsigned char>(c) >= 0x80 ? 'x'
                                                          : 'o';
  }
  shape.last = class_of_end(s);
  return shape;
}

// Share of `words` whose trigrams (or, of a shorter text, all words in a row) occur in `known`.
class Overlap {
 public:
  explicit Overlap(std::string_view text) {
    const auto words = word_hashes(text);
    for (std::size_t n = 1; n <= 3; ++n) {
      for (std::size_t i = 0; i + n <= words.size(); ++i) grams_.insert(gram(words, i, n));
    }
  }
  [[nodiscard]] bool empty() const { return grams_.empty(); }
  [[nodiscard]] double of(const std::vector<std::uint64_t>& words) const {
    if (grams_.empty()) return -1;
    if (words.empty()) return 0;
    const std::size_t n = std::min<std::size_t>(3, words.size());
    std::size_t hits = 0;
    const std::size_t total = words.size() - n + 1;
    for (std::size_t i = 0; i < total; ++i) hits += grams_.count(gram(words, i, n));
    return static_cast<double>(hits) / static_cast<double>(total);
  }

 private:
  static std::uint64_t gram(const std::vector<std::uint64_t>& words, std::size_t at, std::size_t n) {
    std::uint64_t h = n;
    for (std::size_t i = at; i < at + n; ++i) h = (h ^ words[i]) * 0x9E3779B97F4A7C15ULL + (h >> 29U);
    return h;
  }
  std::unordered_set<std::uint64_t> grams_;
};

int kind_of_tag(Tag tag) {
  switch (tag) {
    case Tag::p:
      return 0;
    case Tag::h1:
      return 1;
    case Tag::h2:
      return 2;
    case Tag::h3:
      return 3;
    case Tag::h4:
    case Tag::h5:
    case Tag::h6:
      return 4;
    case Tag::blockquote:
      return 5;
    case Tag::div:
      return 6;
    case Tag::section:
    case Tag::article:
    case Tag::main:
    case Tag::body:
      return 7;
    case Tag::li:
      return 8;
    case Tag::dd:
    case Tag::dt:
      return 9;
    case Tag::td:
    case Tag::th:
      return 10;
    case Tag::pre:
      return 11;
    case Tag::figcaption:
      return 12;
    default:
      return 13;
  }
}

double log_of(double x) {
  return std::log1p(x);
}
double ratio(double a, double b) {
  return b > 0 ? a / b : 0;
}

class PageFeatures {
 public:
  PageFeatures(const HtmlTree& tree, const BlockList& list, const PageStatements& page, const WordWeights& weights)
      : tree_(tree),
        list_(list),
        blocks_(list.blocks),
        weights_(weights),
        in_body_(page.article_body),
        in_description_(page.description),
        article_rank_(page.article_rank) {
    const std::size_t n = blocks_.size();
    shapes_.reserve(n);
    words_.reserve(n);
    good_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      shapes_.push_back(shape_of(blocks_[i].text));
      words_.push_back(word_hashes(blocks_[i].text));
      good_[i] = goodness(i);
    }
    title_words_ = word_hashes(page.title);
    sum_up();
    find_title();
    find_candidate();
    find_common_words();
    find_repeated_headings();
    group();
  }

  void write(std::size_t i, Row& row) const {
    write_text(i, row);
    write_place(i, row);
    write_roles(i, row);
    write_tree(i, row);
    write_neighbours(i, row);
    write_list(i, row);
    write_learnt_words(i, row);
  }

 private:
  static float weight_of(std::span<const WordWeight> table, std::uint32_t hash) {
    const auto it = std::lower_bound(table.begin(), table.end(), hash,
                                     [](const WordWeight& w, std::uint32_t h) { return w.hash < h; });
    return it != table.end() && it->hash == hash ? it->weight : 0;
  }

  struct NameScore {
    float sum = 0, least = 0, most = 0;
  };

  // Of an element's class and id.
  const NameScore& name_score(Index e) const {
    const std::string_view classes = tree_.attribute(e, Attr::class_);
    const std::string_view id = tree_.attribute(e, Attr::id);
    const auto [it, is_new] = name_scores_.try_emplace({classes, id});
    if (is_new) {
      for (const std::string_view value : {classes, id}) {
        for (const std::uint32_t hash : name_word_hashes(value.substr(0, 200))) {
          const float w = weight_of(weights_.classes, hash);
          it->second.sum += w;
          it->second.least = std::min(it->second.least, w);
          it->second.most = std::max(it->second.most, w);
        }
      }
    }
    return it->second;
  }

  void write_learnt_words(std::size_t i, Row& row) const {
    double sum = 0, least = 0, most = 0;
    const std::size_t n = std::min<std::size_t>(words_[i].size(), 40);
    for (std::size_t k = 0; k < n; ++k) {
      const double w = static_cast<double>(weight_of(weights_.text, static_cast<std::uint32_t>(words_[i][k])));
      sum += w;
      least = std::min(least, w);
      most = std::max(most, w);
    }
    row.add("learnt words", ratio(sum, static_cast<double>(n)));
    row.add("learnt words, sum", sum);
    row.add("learnt words, least", least);
    row.add("learnt words, most", most);
    double names = 0, names_least = 0, names_most = 0, own = 0;
    Index e = blocks_[i].element;
    for (int up = 0; up < 8 && e != HtmlTree::kNoNode; ++up, e = tree_.node(e).parent) {
      const NameScore& s = name_score(e);
      if (up == 0) own = static_cast<double>(s.sum);
      names += static_cast<double>(s.sum);
      names_least = std::min(names_least, static_cast<double>(s.least));
      names_most = std::max(names_most, static_cast<double>(s.most));
    }
    row.add("learnt names, own", own);
    row.add("learnt names", names);
    row.add("learnt names, least", names_least);
    row.add("learnt names, most", names_most);
  }

  // Characters that count as prose: those of sentence-like blocks outside links.
  double goodness(std::size_t i) const {
    const Block& b = blocks_[i];
    if (b.hidden || b.characters < 40) return 0;
    const double link_share = ratio(b.link_characters, b.characters);
    if (link_share > 0.5) return 0;
    const Shape& s = shapes_[i];
    if (s.sentences + s.commas == 0 && s.last == 0 && b.characters < 120) return 0;
    return b.characters * (1 - link_share);
  }

  void sum_up() {
    const Index n = tree_.size();
    good_below_.assign(n, 0);
    all_below_.assign(n, 0);
    links_below_.assign(n, 0);
    blocks_below_.assign(n, 0);
    good_blocks_below_.assign(n, 0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const Index e = blocks_[i].element;
      good_below_[e] += static_cast<float>(good_[i]);
      all_below_[e] += static_cast<float>(blocks_[i].characters);
      links_below_[e] += static_cast<float>(blocks_[i].link_characters);
      blocks_below_[e] += 1;
      good_blocks_below_[e] += good_[i] > 0 ? 1.F : 0.F;
      total_good_ += good_[i];
      total_ += blocks_[i].characters;
    }
    for (Index i = n; i-- > 1;) {
      const Index p = tree_.node(i).parent;
      if (p == HtmlTree::kNoNode) continue;
      good_below_[p] += good_below_[i];
      all_below_[p] += all_below_[i];
      links_below_[p] += links_below_[i];
      blocks_below_[p] += blocks_below_[i];
      good_blocks_below_[p] += good_blocks_below_[i];
    }
  }

  // The block that shows the headline: an h1 that says it, else any block that does, else the first h1.
  void find_title() {
    int best = 0;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const Tag tag = heading_of(i);
      const bool says = !title_words_.empty() && words_[i] == title_words_;
      const int score = (says ? 4 : 0) + (tag == Tag::h1 ? 2 : is_heading(tag) ? 1 : 0);
      const bool counts = says || tag == Tag::h1;
      if (counts && score > best) {
        best = score;
        title_block_ = static_cast<std::ptrdiff_t>(i);
      }
    }
  }

  Tag heading_of(std::size_t i) const {
    Index e = blocks_[i].element;
    for (int up = 0; up < 3 && e != HtmlTree::kNoNode; ++up, e = tree_.node(e).parent) {
      if (is_heading(tree_.node(e).tag)) return tree_.node(e).tag;
    }
    return Tag::other;
  }

  // The element whose near descendants hold most prose, as Readability scores.
  void find_candidate() {
    std::vector<float> score(tree_.size(), 0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (good_[i] <= 0) continue;
      const double points = 1 + shapes_[i].commas + std::min(good_[i] / 100, 5.0);
      Index e = blocks_[i].element;
      if (tree_.node(e).tag == Tag::p || tree_.node(e).tag == Tag::li) e = tree_.node(e).parent;
      double share = 1;
      for (int up = 0; up < 4 && e != HtmlTree::kNoNode; ++up, e = tree_.node(e).parent) {
        score[e] += static_cast<float>(points * share);
        share *= up == 0 ? 0.5 : 0.66;
      }
    }
    float best = 0;
    for (Index i = 0; i < tree_.size(); ++i) {
      if (score[i] == 0) continue;
      const RoleMask roles = list_.roles[i];
      double factor = 1 - ratio(links_below_[i], all_below_[i]);
      if ((roles & bit(Role::article_body)) != 0) factor *= 1.5;
      if ((roles & (bit(Role::comment) | bit(Role::related) | bit(Role::sidebar) | bit(Role::footer) |
                    bit(Role::consent))) != 0)
        factor *= 0.5;
      const float value = static_cast<float>(score[i] * factor);
      if (value > best) {
        best = value;
        candidate_ = i;
      }
    }
    // Climb while the parent adds prose of weight: bodies cut in several siblings.
    candidate_up_ = candidate_;
    for (Index e = candidate_; e != HtmlTree::kNoNode; e = tree_.node(e).parent) {
      candidate_up_ = e;
      if (good_below_[e] >= 0.65 * total_good_) break;
    }
  }

  // Function words in any language: what the page's prose repeats most.
  void find_common_words() {
    std::unordered_map<std::uint64_t, std::uint32_t> counts;
    std::size_t total = 0;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (good_[i] <= 0) continue;
      for (const std::uint64_t w : words_[i]) ++counts[w];
      total += words_[i].size();
    }
    std::vector<std::pair<std::uint32_t, std::uint64_t>> ranked;
    for (const auto& [word, count] : counts) {
      if (count >= 3 && count * 250 > total) ranked.emplace_back(count, word);
    }
    std::sort(ranked.rbegin(), ranked.rend());
    for (std::size_t i = 0; i < std::min<std::size_t>(ranked.size(), 25); ++i) common_.insert(ranked[i].second);
  }

  // Blocks whose elements have the same tag and class under the same kind of parent belong together.
  std::uint64_t signature(std::size_t i) const {
    std::uint64_t h = 7;
    Index e = blocks_[i].element;
    for (int up = 0; up < 3 && e != HtmlTree::kNoNode; ++up, e = tree_.node(e).parent) {
      h = (h ^ static_cast<std::uint64_t>(tree_.node(e).tag)) * 0x9E3779B97F4A7C15ULL;
      h = (h ^ std::hash<std::string_view>{}(tree_.attribute(e, Attr::class_))) * 0x9E3779B97F4A7C15ULL;
    }
    return h;
  }

  struct Group {
    double characters = 0, good = 0, links = 0, blocks = 0, headings = 0;
  };

  // Blocks that say what a heading says elsewhere: the entries of a table of contents.
  void find_repeated_headings() {
    std::unordered_set<std::uint64_t> headings;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (is_heading(heading_of(i))) headings.insert(text_key(i));
    }
    says_heading_.reserve(blocks_.size());
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      says_heading_.push_back(!is_heading(heading_of(i)) && headings.count(text_key(i)) != 0);
  }

  void group() {
    signatures_.reserve(blocks_.size());
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      signatures_.push_back(signature(i));
      Group& g = groups_[signatures_.back()];
      g.characters += blocks_[i].characters;
      g.good += good_[i];
      g.links += blocks_[i].link_characters;
      g.blocks += 1;
      ++repeats_[text_key(i)];
      if (const Index own = list_of(tree_, blocks_[i]); own != HtmlTree::kNoNode) {
        Group& list = lists_[own];
        list.characters += blocks_[i].characters;
        list.links += blocks_[i].link_characters;
        list.blocks += 1;
        list.headings += says_heading_[i] ? 1 : 0;
      }
    }
    good_before_.resize(blocks_.size() + 1, 0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) good_before_[i + 1] = good_before_[i] + good_[i];
    previous_good_.assign(blocks_.size(), kFar);
    next_good_.assign(blocks_.size(), kFar);
    int distance = kFar;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      previous_good_[i] = distance;
      distance = good_[i] > 0 ? 1 : std::min(distance + 1, kFar);
    }
    distance = kFar;
    for (std::size_t i = blocks_.size(); i-- > 0;) {
      next_good_[i] = distance;
      distance = good_[i] > 0 ? 1 : std::min(distance + 1, kFar);
    }
  }

  std::uint64_t text_key(std::size_t i) const {
    std::uint64_t h = words_[i].size();
    for (const std::uint64_t w : words_[i]) h = (h ^ w) * 0x9E3779B97F4A7C15ULL;
    return h;
  }

  void write_text(std::size_t i, Row& row) const {
    const Block& b = blocks_[i];
    const Shape& s = shapes_[i];
    const double words = std::max<double>(1, s.words);
    row.add("tag", kind_of_tag(tree_.node(b.element).tag));
    row.add("heading", is_heading(heading_of(i)) ? static_cast<int>(heading_of(i)) - static_cast<int>(Tag::h1) + 1 : 0);
    row.add("characters", b.characters);
    row.add("words", s.words);
    row.add("link share", ratio(b.link_characters, b.characters));
    row.add("links", b.links);
    row.add("words a link", b.links == 0 ? 100 : s.words / static_cast<double>(b.links));
    row.add("strong share", ratio(b.strong_characters, b.characters));
    row.add("emphasis share", ratio(b.emphasis_characters, b.characters));
    row.add("sentences", s.sentences);
    row.add("commas a word", s.commas / words);
    row.add("digits a character", ratio(s.digits, b.characters));
    row.add("capital words", s.capitals / words);
    row.add("upper letters", ratio(s.upper, s.letters));
    row.add("word length", ratio(b.characters, words));
    row.add("bars a word", s.bars / words);
    row.add("end", s.last);
    row.add("first", s.first == 'l' ? 0 : s.first == 'u' ? 1 : s.first == 'd' ? 2 : s.first == 'x' ? 3 : 4);
    row.add("clock", s.clock);
    row.add("year", s.year);
    row.add("at sign", s.at_sign);
    row.add("copyright", s.copyright);
    row.add("address", s.address);
    row.add("hidden", b.hidden);
    row.add("after break", b.after_break);
    std::size_t common = 0;
    for (const std::uint64_t w : words_[i]) common += common_.count(w);
    row.add("common words", ratio(static_cast<double>(common), static_cast<double>(words_[i].size())));
    row.add("in articleBody", in_body_.of(words_[i]));
    row.add("in description", in_description_.of(words_[i]));
    row.add("is title", !title_words_.empty() && words_[i] == title_words_);
    row.add("repeats", repeats_.at(text_key(i)));
  }

  // Where the link leads that the block begins in: 0 no link, 1 into the page, 2 into the site, 3 anywhere.
  int kind_of_link(std::size_t i) const {
    Index e = tree_.node(blocks_[i].first_text).parent;
    for (int up = 0; up < kFar && e != HtmlTree::kNoNode; ++up, e = tree_.node(e).parent) {
      if (tree_.node(e).tag != Tag::a) continue;
      const std::string_view href = tree_.attribute(e, Attr::href);
      return href.starts_with('#') ? 1 : href.find("://") == std::string_view::npos ? 2 : 3;
    }
    return 0;
  }

  void write_list(std::size_t i, Row& row) const {
    static const Group kNone;
    const auto it = lists_.find(list_of(tree_, blocks_[i]));
    const Group& list = it == lists_.end() ? kNone : it->second;
    row.add("list items", log_of(list.blocks));
    row.add("list mean length", log_of(ratio(list.characters, list.blocks)));
    row.add("list link share", ratio(list.links, list.characters));
    row.add("list headings", ratio(list.headings, list.blocks));
    row.add("says heading", says_heading_[i]);
    row.add("kind of link", kind_of_link(i));
    row.add("article rank", article_rank_);
  }

  void write_place(std::size_t i, Row& row) const {
    const double n = static_cast<double>(blocks_.size());
    row.add("blocks", log_of(n));
    row.add("page prose", log_of(total_good_));
    row.add("prose share of page", ratio(total_good_, total_));
    row.add("place", static_cast<double>(i) / n);
    row.add("prose before", ratio(good_before_[i], total_good_));
    row.add("prose before, characters", log_of(good_before_[i]));
    row.add("prose after, characters", log_of(total_good_ - good_before_[i + 1]));
    const double from_title =
        title_block_ < 0 ? -50
                         : std::clamp(static_cast<double>(static_cast<std::ptrdiff_t>(i) - title_block_), -20.0, 200.0);
    row.add("blocks from title", from_title);
    const double prose_from_title =
        title_block_ < 0 ? -1 : good_before_[i] - good_before_[static_cast<std::size_t>(title_block_)];
    row.add("prose from title", prose_from_title < 0 ? -1 : log_of(prose_from_title));
    row.add("previous prose", previous_good_[i]);
    row.add("next prose", next_good_[i]);
  }

  void write_roles(std::size_t i, Row& row) const {
    std::array<int, kRoles> distance{};
    distance.fill(kFar);
    RoleMask near = 0;
    int level = 0;
    Index e = list_.blocks[i].element;
    // Inline elements that hold the whole block speak for it too.
    const Index first = blocks_[i].first_text;
    for (Index k = tree_.node(first).parent; k != e && k != HtmlTree::kNoNode; k = tree_.node(k).parent)
      near |= list_.roles[k];
    for (; e != HtmlTree::kNoNode; e = tree_.node(e).parent, ++level) {
      RoleMask roles = list_.roles[e] | (level == 0 ? near : RoleMask{0});
      for (std::size_t r = 0; roles != 0; ++r, roles >>= 1U) {
        if ((roles & 1U) != 0) distance[r] = std::min(distance[r], std::min(level, kFar - 1));
      }
    }
    static constexpr std::array<std::string_view, kRoles> kNames{
        "article_body", "article", "content",       "comment",        "related",  "share",      "navigation",
        "footer",       "header",  "advertisement", "subscribe",      "caption",  "author",     "date",
        "topic",        "sidebar", "consent",       "hidden",         "headline", "standfirst", "list",
        "embed",        "quote",   "form",          "contents_table", "product",  "note",       "tool"};
    for (std::size_t r = 0; r < kRoles; ++r) row.add(kNames[r], distance[r]);
    const std::uint16_t context = blocks_[i].context;
    static constexpr std::array<std::string_view, 16> kContexts{
        "in a",      "in h",      "in li",   "in quote",   "in figure", "in table",  "in nav",      "in aside",
        "in footer", "in header", "in form", "in article", "in main",   "in strong", "in emphasis", "in small"};
    for (unsigned k = 0; k < 16; ++k) row.add(kContexts[k], (context >> k) & 1U);
    row.add("depth", tree_.node(blocks_[i].element).depth);
  }

  void write_tree(std::size_t i, Row& row) const {
    const Index e = blocks_[i].element;
    Index up = e;
    static constexpr std::array<std::array<std::string_view, 5>, 4> kNames{{
        {"own prose share", "own link share", "own blocks", "own prose blocks", "own tag"},
        {"parent prose share", "parent link share", "parent blocks", "parent prose blocks", "parent tag"},
        {"grandparent prose share", "grandparent link share", "grandparent blocks", "grandparent prose blocks",
         "grandparent tag"},
        {"third prose share", "third link share", "third blocks", "third prose blocks", "third tag"},
    }};
    for (const auto& names : kNames) {
      row.add(names[0], ratio(good_below_[up], total_good_));
      row.add(names[1], ratio(links_below_[up], all_below_[up]));
      row.add(names[2], log_of(blocks_below_[up]));
      row.add(names[3], ratio(good_blocks_below_[up], blocks_below_[up]));
      row.add(names[4], kind_of_tag(tree_.node(up).tag));
      if (tree_.node(up).parent != HtmlTree::kNoNode) up = tree_.node(up).parent;
    }
    row.add("in candidate", distance_within(e, candidate_));
    row.add("in climbed candidate", distance_within(e, candidate_up_));
    // Levels up until the ancestor holds the candidate too.
    int levels = 0;
    for (Index k = e; k != HtmlTree::kNoNode && levels < kFar && !(k <= candidate_ && candidate_ < tree_.node(k).end);
         k = tree_.node(k).parent)
      ++levels;
    row.add("levels to candidate", levels);
    const std::ptrdiff_t before = static_cast<std::ptrdiff_t>(e) - static_cast<std::ptrdiff_t>(candidate_);
    row.add("side of candidate", before < 0 ? -1 : e < tree_.node(candidate_).end ? 0 : 1);
    row.add("candidate prose share", ratio(good_below_[candidate_], total_good_));
    const Group& g = groups_.at(signatures_[i]);
    row.add("group blocks", log_of(g.blocks));
    row.add("group prose share", ratio(g.good, total_good_));
    row.add("group link share", ratio(g.links, g.characters));
    row.add("group mean length", log_of(ratio(g.characters, g.blocks)));
    row.add("group prose", ratio(g.good, g.characters));
  }

  double distance_within(Index e, Index ancestor) const {
    if (e < ancestor || e >= tree_.node(ancestor).end) return -1;
    return std::min<int>(tree_.node(e).depth - tree_.node(ancestor).depth, kFar);
  }

  void write_neighbours(std::size_t i, Row& row) const {
    static constexpr std::array<std::pair<int, std::array<std::string_view, 5>>, 4> kOffsets{{
        {-2, {"-2 characters", "-2 link share", "-2 prose", "-2 tag", "-2 same group"}},
        {-1, {"-1 characters", "-1 link share", "-1 prose", "-1 tag", "-1 same group"}},
        {1, {"+1 characters", "+1 link share", "+1 prose", "+1 tag", "+1 same group"}},
        {2, {"+2 characters", "+2 link share", "+2 prose", "+2 tag", "+2 same group"}},
    }};
    for (const auto& [offset, names] : kOffsets) {
      const std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + offset;
      const bool exists = k >= 0 && k < static_cast<std::ptrdiff_t>(blocks_.size());
      const auto at = static_cast<std::size_t>(exists ? k : 0);
      row.add(names[0], exists ? static_cast<double>(blocks_[at].characters) : -1.0);
      row.add(names[1], exists ? ratio(blocks_[at].link_characters, blocks_[at].characters) : -1);
      row.add(names[2], exists && good_[at] > 0);
      row.add(names[3], exists ? kind_of_tag(tree_.node(blocks_[at].element).tag) : -1);
      row.add(names[4], exists && signatures_[at] == signatures_[i]);
    }
    const std::size_t from = i < 5 ? 0 : i - 5;
    const std::size_t to = std::min(blocks_.size(), i + 6);
    double characters = 0;
    for (std::size_t k = from; k < to; ++k) characters += blocks_[k].characters;
    row.add("window prose", ratio(good_before_[to] - good_before_[from], characters));
    row.add("window prose, characters", log_of(good_before_[to] - good_before_[from]));
  }

  const HtmlTree& tree_;
  const BlockList& list_;
  const std::vector<Block>& blocks_;
  struct PairHash {
    std::size_t operator()(const std::pair<std::string_view, std::string_view>& p) const {
      return std::hash<std::string_view>{}(p.first) * 31 + std::hash<std::string_view>{}(p.second);
    }
  };

  const WordWeights& weights_;
  mutable std::unordered_map<std::pair<std::string_view, std::string_view>, NameScore, PairHash> name_scores_;
  Overlap in_body_, in_description_;
  int article_rank_;
  std::vector<Shape> shapes_;
  std::vector<std::vector<std::uint64_t>> words_;
  std::vector<double> good_, good_before_;
  std::vector<std::uint64_t> title_words_;
  std::vector<float> good_below_, all_below_, links_below_, blocks_below_, good_blocks_below_;
  double total_good_ = 0, total_ = 0;
  std::ptrdiff_t title_block_ = -1;
  Index candidate_ = 0, candidate_up_ = 0;
  std::unordered_set<std::uint64_t> common_;
  std::vector<bool> says_heading_;
  std::unordered_map<Index, Group> lists_;
  std::vector<std::uint64_t> signatures_;
  std::unordered_map<std::uint64_t, Group> groups_;
  std::unordered_map<std::uint64_t, std::uint32_t> repeats_;
  std::vector<int> previous_good_, next_good_;
};

class Surroundings {
 public:
  Surroundings(const HtmlTree& tree, const BlockList& list, std::span<const float> verdicts)
      : tree_(tree), blocks_(list.blocks), verdicts_(verdicts) {
    const std::size_t n = blocks_.size();
    kept_below_.assign(tree.size(), 0);
    all_below_.assign(tree.size(), 0);
    kept_before_.assign(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const double kept = static_cast<double>(verdicts[i]) * blocks_[i].characters;
      kept_below_[blocks_[i].element] += static_cast<float>(kept);
      all_below_[blocks_[i].element] += static_cast<float>(blocks_[i].characters);
      kept_before_[i + 1] = kept_before_[i] + kept;
      auto& group = groups_[key(i)];
      group.first += kept;
      group.second += blocks_[i].characters;
    }
    for (Index i = tree.size(); i-- > 1;) {
      const Index p = tree.node(i).parent;
      kept_below_[p] += kept_below_[i];
      all_below_[p] += all_below_[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (verdicts[i] < 0.5) continue;
      if (first_ < 0) first_ = static_cast<std::ptrdiff_t>(i);
      last_ = static_cast<std::ptrdiff_t>(i);
    }
  }

  void write(std::size_t i, Row& row) const {
    static constexpr std::array<std::pair<int, std::string_view>, 9> kOffsets{{{-4, "verdict -4"},
                                                                               {-3, "verdict -3"},
                                                                               {-2, "verdict -2"},
                                                                               {-1, "verdict -1"},
                                                                               {0, "verdict"},
                                                                               {1, "verdict +1"},
                                                                               {2, "verdict +2"},
                                                                               {3, "verdict +3"},
                                                                               {4, "verdict +4"}}};
    for (const auto& [offset, name] : kOffsets) {
      const std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + offset;
      row.add(name,
              k >= 0 && k < static_cast<std::ptrdiff_t>(blocks_.size()) ? verdicts_[static_cast<std::size_t>(k)] : -1);
    }
    const double total = kept_before_.back();
    row.add("kept on page", log_of(total));
    row.add("kept before", ratio(kept_before_[i], total));
    row.add("kept after, characters", log_of(total - kept_before_[i + 1]));
    row.add("kept before, characters", log_of(kept_before_[i]));
    row.add(
        "blocks from first kept",
        first_ < 0 ? -99 : std::clamp<double>(static_cast<double>(static_cast<std::ptrdiff_t>(i) - first_), -30, 100));
    row.add(
        "blocks to last kept",
        last_ < 0 ? -99 : std::clamp<double>(static_cast<double>(last_ - static_cast<std::ptrdiff_t>(i)), -30, 100));
    const auto& group = groups_.at(key(i));
    row.add("kept of group", ratio(group.first, group.second));
    row.add("group share of kept", ratio(group.first, total));
    Index up = blocks_[i].element;
    static constexpr std::array<std::array<std::string_view, 2>, 5> kNames{
        {{"kept of own", "own share of kept"},
         {"kept of parent", "parent share of kept"},
         {"kept of grandparent", "grandparent share of kept"},
         {"kept of third", "third share of kept"},
         {"kept of fourth", "fourth share of kept"}}};
    for (const auto& names : kNames) {
      row.add(names[0], ratio(kept_below_[up], all_below_[up]));
      row.add(names[1], ratio(kept_below_[up], total));
      if (tree_.node(up).parent != HtmlTree::kNoNode) up = tree_.node(up).parent;
    }
    const double own = static_cast<double>(verdicts_[i]) * blocks_[i].characters;
    const std::size_t from = i < 8 ? 0 : i - 8;
    const std::size_t to = std::min(blocks_.size(), i + 9);
    double characters = 0;
    for (std::size_t k = from; k < to; ++k) characters += blocks_[k].characters;
    row.add("kept near", ratio(kept_before_[to] - kept_before_[from] - own, characters - blocks_[i].characters));
    // Nearest ancestor that holds another kept block, in levels.
    int levels = 0;
    for (Index e = blocks_[i].element; levels < kFar; ++levels) {
      if (kept_below_[e] - own > 60) break;
      if (tree_.node(e).parent == HtmlTree::kNoNode) break;
      e = tree_.node(e).parent;
    }
    row.add("levels to kept", levels);
  }

 private:
  std::uint64_t key(std::size_t i) const {
    const Index e = blocks_[i].element;
    const Index p = tree_.node(e).parent;
    std::uint64_t h = static_cast<std::uint64_t>(tree_.node(e).tag) * 0x9E3779B97F4A7C15ULL;
    h ^= std::hash<std::string_view>{}(tree_.attribute(e, Attr::class_));
    if (p != HtmlTree::kNoNode)
      h = h * 0x9E3779B97F4A7C15ULL ^ std::hash<std::string_view>{}(tree_.attribute(p, Attr::class_));
    return h;
  }

  const HtmlTree& tree_;
  const std::vector<Block>& blocks_;
  std::span<const float> verdicts_;
  std::vector<float> kept_below_, all_below_;
  std::vector<double> kept_before_;
  std::unordered_map<std::uint64_t, std::pair<double, double>> groups_;
  std::ptrdiff_t first_ = -1, last_ = -1;
};

// One block in a page of nothing else, to ask for the columns' names.
struct Specimen {
  Specimen() : tree(guard_html("<p>text")), list(cut_blocks(tree)) {}
  HtmlTree tree;
  BlockList list;
};

}  // namespace

FeatureTable block_features(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                            const WordWeights& words) {
  FeatureTable table(block_feature_names().size());
  table.values().reserve(table.columns() * list.blocks.size());
  if (list.blocks.empty()) return table;
  const PageFeatures features(tree, list, page, words);
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    Row row(&table.values(), nullptr);
    features.write(i, row);
  }
  return table;
}

void for_each_surroundings(const HtmlTree& tree, const BlockList& list, const FeatureTable& first,
                           std::span<const float> verdicts,
                           const std::function<void(const FeatureTable& rows)>& visit) {
  constexpr std::size_t kRows = 512;
  if (list.blocks.empty()) return;
  const Surroundings surroundings(tree, list, verdicts);
  FeatureTable table(surroundings_feature_names().size());
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    const auto base = first.row(i);
    table.values().insert(table.values().end(), base.begin(), base.end());
    Row row(&table.values(), nullptr);
    surroundings.write(i, row);
    if (table.rows() < kRows && i + 1 < list.blocks.size()) continue;
    visit(table);
    table.values().clear();
  }
}

const std::vector<std::string>& block_feature_names() {
  static const auto names = [] {
    const Specimen one;
    std::vector<std::string> list;
    Row row(nullptr, &list);
    const PageStatements page;
    const WordWeights words;
    PageFeatures(one.tree, one.list, page, words).write(0, row);
    return list;
  }();
  return names;
}

const std::vector<std::string>& surroundings_feature_names() {
  static const auto names = [] {
    const Specimen one;
    std::vector<std::string> list = block_feature_names();
    Row row(nullptr, &list);
    const std::vector<float> verdicts{1};
    Surroundings(one.tree, one.list, verdicts).write(0, row);
    return list;
  }();
  return names;
}

}  // namespace dateline::indexer

#include "indexer/extract/title.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

constexpr auto kSeparators =
    std::to_array<std::string_view>({" | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " ~ ", " / ",
                                     " > ", " ❘ ", " ∣ ", "|", "｜", " -- ", " − "});

constexpr int kNewsArticle = 4;      // PageMetadata::article_rank
constexpr double kPutOutOdds = 6;    // log-odds for what a news article puts out as its headline
constexpr double kSiteNameOdds = 2;  // against the site's name
constexpr double kHeadingOdds = 1;   // for a lower heading in the place of an h1

struct Cut {
  std::string_view left, right;
  std::string_view separator;
};

// The last (or first) separator of a title.
bool cut_at(std::string_view title, bool last, Cut& cut) {
  std::size_t best = std::string_view::npos;
  for (const std::string_view separator : kSeparators) {
    const std::size_t at = last ? title.rfind(separator) : title.find(separator);
    if (at == std::string_view::npos || at == 0) continue;
    if (best == std::string_view::npos || (last ? at > best : at < best)) {
      best = at;
      cut = {text::trim(title.substr(0, at)), text::trim(title.substr(at + separator.size())), separator};
    }
  }
  return best != std::string_view::npos;
}

std::size_t word_count(std::string_view s) {
  return 1 + static_cast<std::size_t>(std::count(s.begin(), s.end(), ' '));
}

bool names_site(std::string_view part, const PageMetadata& page, const std::vector<std::string>& affixes) {
  const std::string name = squeeze(part);
  if (name.empty()) return true;
  for (const std::string& affix : affixes) {
    if (squeeze(affix) == name) return true;
  }
  const std::string site = squeeze(page.site);
  if (!site.empty() && (name == site || (name.size() >= 4 && site.find(name) != std::string::npos) ||
                        (site.size() >= 4 && name.find(site) != std::string::npos && name.size() < 3 * site.size()))) {
    return true;
  }
  const std::string host = squeeze(page.host);
  if (name.size() >= 3 && host.find(name) != std::string::npos) return true;
  // "The New Paper" of thenewpaper.example, "Daily Mail Online" of dailymail.example.
  const std::string label = squeeze(std::string_view(page.host).substr(0, page.host.find('.')));
  return label.size() >= 4 && name.find(label) != std::string::npos && name.size() < 2 * label.size() + 8;
}

// The sorts of signals, for the model.
enum Kind : std::size_t {
  kFirstH1,
  kLaterH1,
  kItemprop,
  kHeadline,
  kName,
  kOtherHeadline,
  kOpenGraph,
  kTwitter,
  kOtherMeta,
  kTitleElement,
  kTitleCut,
  kTitleFirstPart,
  kRawOpenGraph,
  kRawTitleElement,
  kLowerHeading,
  kHeadingPart,
  kKinds
};

struct Source {
  std::string signal;
  std::string text;
  std::string key;
  Kind kind;
  double score;
};

std::string cut_left(std::string_view title) {
  Cut cut;
  return cut_at(title, true, cut) ? std::string(cut.left) : std::string();
}

class Collector {
 public:
  Collector(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
            const std::vector<std::string>& affixes)
      : tree_(tree), list_(list), page_(page), affixes_(affixes) {
    headings();
    name_above_headline();
    statements();
    lower_headings();
    find_displayed();
    choose_by_rule();
    find_contest();
  }

  const std::vector<Source>& sources() const { return sources_; }

  /// What desks put out as the headline of a news article, whatever else the page shows. The labelled pages hold too
  /// few articles whose headlines differ for a model to learn it from.
  bool is_put_out(const Source& s) const { return s.key == put_out_ && page_.article_rank() == kNewsArticle; }
  /// The site's name, alone or before a headline that a lower heading shows.
  bool is_site_name(const Source& s) const {
    return s.key == name_and_headline_ || names_site(s.text, page_, affixes_);
  }
  /// Without an h1, a line that the page shows as a heading and its title holds.
  bool stands_for_h1(const Source& s) const {
    return headings_ == 0 && s.kind == kLowerHeading && s.key.size() >= 8 &&
           squeeze(page_.document_title).find(s.key) != std::string::npos;
  }

  ValueTable values() const {
    std::vector<Evidence> evidence;
    for (const Source& s : sources_) evidence.push_back({s.key, s.kind, s.score});
    const std::string host = squeeze(page_.host);
    return tabulate(evidence, page_, kKinds, 32, [&](const std::string& key, std::vector<float>& row) {
      const Source* one = nullptr;
      float inside = 0, around = 0;
      std::array<bool, kKinds> inside_kind{}, around_kind{};
      for (const Source& s : sources_) {
        if (s.key == key) {
          if (one == nullptr) one = &s;
        } else if (key.size() >= 8 && s.key.find(key) != std::string::npos) {
          inside_kind[s.kind] = true;
        } else if (s.key.size() >= 8 && key.find(s.key) != std::string::npos) {
          around_kind[s.kind] = true;
        }
      }
      for (std::size_t k = 0; k < kKinds; ++k) {
        inside += inside_kind[k] ? 1.F : 0.F;
        around += around_kind[k] ? 1.F : 0.F;
      }
      const auto shown = displayed_.find(key);
      row.push_back(shown == displayed_.end() ? 0.F : shown->second.heading ? 2.F : 1.F);
      row.push_back(shown == displayed_.end() ? -1.F : shown->second.place);
      row.push_back(shown == displayed_.end() ? 0.F : shown->second.times);
      const Displayed none;
      const Displayed& d = shown == displayed_.end() ? none : shown->second;
      row.push_back(d.headline ? 1.F : 0.F);
      row.push_back(d.linked ? 1.F : 0.F);
      row.push_back(d.prose);
      row.push_back(d.level);
      row.push_back(most_prose_ - d.prose);
      row.push_back(said_in_prose(*one));
      row.push_back(contest(key));
      row.push_back(contest_overlap_);
      row.push_back(inside);
      row.push_back(around);
      row.push_back(inside_kind[kRawTitleElement] ? 1.F : 0.F);
      row.push_back(inside_kind[kRawOpenGraph] ? 1.F : 0.F);
      row.push_back(around_kind[kFirstH1] ? 1.F : 0.F);
      row.push_back(inside_kind[kFirstH1] ? 1.F : 0.F);
      row.push_back(static_cast<float>(key.size()));
      row.push_back(static_cast<float>(word_count(one->text)));
      row.push_back(names_site(one->text, page_, affixes_) ? 1.F : 0.F);
      row.push_back(key.size() >= 4 && host.find(key) != std::string::npos ? 1.F : 0.F);
      Cut cut;
      row.push_back(cut_at(one->text, true, cut) ? static_cast<float>(word_count(cut.right)) : 0.F);
      row.push_back(static_cast<float>(headings_));
      add_rivals(key, *one, row);
      row.push_back(static_cast<float>(one->text.back() == '.' ? 1 : one->text.back() == '?' ? 2 : 0));
      const auto rank = static_cast<float>(page_.article_rank());
      row.push_back(key == put_out_ ? 1.F : 0.F);
      row.push_back(key == put_out_ ? rank : -1 - rank);
      row.push_back(key == shown_ ? 1.F : 0.F);
    });
  }

 private:
  void add(std::string signal, std::string_view raw, Kind kind, double score) {
    std::string cleaned = text::clean_line(raw);
    if (cleaned.empty() || cleaned.size() > 600) return;
    std::string key = squeeze(cleaned);
    if (key.empty()) return;
    sources_.push_back({std::move(signal), std::move(cleaned), std::move(key), kind, score});
  }

  // How much a heading stands where headlines stand.
  double place(Index i) const {
    double score = 0;
    const std::uint16_t context = list_.context[i];
    const auto in = [&](Context c) { return (context & static_cast<std::uint16_t>(c)) != 0; };
    if (in(Context::article)) score += 1;
    if (in(Context::main)) score += 1;
    if (in(Context::aside)) score -= 2;
    if (in(Context::nav) || in(Context::footer)) score -= 3;
    if (in(Context::link)) score -= 0.5;
    RoleMask roles = 0;
    int up = 0;
    for (Index k = i; k != HtmlTree::kNoNode && up < 4; k = tree_.node(k).parent, ++up) roles |= list_.roles[k];
    if ((roles & (bit(Role::headline) | bit(Role::article) | bit(Role::article_body))) != 0) score += 0.5;
    if ((roles & (bit(Role::related) | bit(Role::consent) | bit(Role::sidebar) | bit(Role::navigation) |
                  bit(Role::subscribe))) != 0)
      score -= 1;
    std::size_t link_text = 0, all_text = 0;
    for (Index k = i; k < tree_.node(i).end; ++k) {
      if (tree_.node(k).tag != Tag::text) continue;
      all_text += tree_.node(k).text.size();
      if ((list_.context[k] & static_cast<std::uint16_t>(Context::link)) != 0) link_text += tree_.node(k).text.size();
    }
    if (2 * link_text > all_text) score -= 1;
    return score;
  }

  void headings() {
    for (Index i = 0; i < tree_.size() && headings_ < 12; ++i) {
      const Tag tag = tree_.node(i).tag;
      const std::string_view itemprop = tree_.attribute(i, Attr::itemprop);
      const bool property =
          itemprop.find("headline") != std::string_view::npos || (itemprop == "name" && is_heading(tag));
      if (tag == Tag::meta && itemprop.find("headline") != std::string_view::npos) {
        add("itemprop headline", tree_.attribute(i, Attr::content), kItemprop, 0);
        continue;
      }
      if (tag != Tag::h1 && !(property && tag != Tag::meta && tag != Tag::link)) continue;
      const double score = place(i);
      const std::string text = tree_.text_of(i, 700);
      if (tag == Tag::h1) add("h1", text, headings_ == 0 ? kFirstH1 : kLaterH1, score);
      if (property) add("itemprop headline", text, kItemprop, score);
      // An h1 without text is a logo.
      if (tag == Tag::h1 && !squeeze(text).empty()) {
        ++headings_;
        parts(i, score);
      }
    }
  }

  // A blog's h1 may be its name, which its pages' titles hold beside the headline that an h2 shows.
  void name_above_headline() {
    const Source* h1 = first(kFirstH1);
    const std::string title = squeeze(page_.document_title);
    if (h1 == nullptr || h1->key.size() >= title.size()) return;
    for (Index i = 0, seen = 0; i < tree_.size() && seen < 20; ++i) {
      const Tag tag = tree_.node(i).tag;
      if (tag != Tag::h2 && tag != Tag::h3) continue;
      ++seen;
      const std::string key = squeeze(tree_.text_of(i, 700));
      if (key.size() <= h1->key.size() || (title != h1->key + key && title != key + h1->key)) continue;
      affixes_.push_back(h1->text);
      name_and_headline_ = title;
      return;
    }
  }

  const Source* first(Kind kind) const {
    const auto it = std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.kind == kind; });
    return it == sources_.end() ? nullptr : &*it;
  }

  // Two choices by rule: what the page puts out for others to show, without what its heading does not say; and the
  // heading that its title says too.
  void choose_by_rule() {
    const auto key_of = [&](Kind kind) {
      const Source* s = first(kind);
      return s == nullptr ? std::string() : s->key;
    };
    const std::string graph = key_of(kOpenGraph), headline = key_of(kHeadline);
    const std::string raw_graph = key_of(kRawOpenGraph), raw_title = key_of(kRawTitleElement);
    put_out_ = graph;
    shown_ = !headline.empty() ? headline : !graph.empty() ? graph : key_of(kFirstH1);
    std::string said;  // the longest part of `graph` that is stated alone
    bool is_shown = false;
    for (const Source& s : sources_) {
      const bool h1 = s.kind == kFirstH1 || s.kind == kLaterH1;
      if ((!h1 && s.kind != kHeadline) || s.key.size() < 8) continue;
      if (s.key.size() > said.size() && graph.find(s.key) != std::string::npos) said = s.key;
      if (h1 && !is_shown && !names_site(s.text, page_, affixes_) &&
          (raw_title.find(s.key) != std::string::npos || raw_graph.find(s.key) != std::string::npos)) {
        shown_ = s.key;
        is_shown = true;
      }
    }
    if (graph != headline && !said.empty()) put_out_ = said;
    const Source* stated = first(kOpenGraph);
    if (stated != nullptr && names_site(stated->text, page_, affixes_)) put_out_.clear();
  }

  // A heading of several elements may hold a kicker beside the headline: its longest part is a candidate too.
  void parts(Index i, double score) {
    std::string_view longest;
    int count = 0;
    for (Index k = i; k < tree_.node(i).end; ++k) {
      const std::string_view t = text::trim(tree_.node(k).text);
      if (tree_.node(k).tag != Tag::text || t.empty()) continue;
      ++count;
      if (t.size() > longest.size()) longest = t;
    }
    if (count > 1 && count < 5) add("h1, longest part", longest, kHeadingPart, score);
  }

  void statements() {
    bool first = true;
    int others = 0;
    for (const StructuredArticle& a : page_.structured.articles) {
      const bool page_type = a.type == "WebPage" || a.type == "ItemPage" || a.type == "VideoObject";
      add("json-ld headline", a.headline, first && !page_type ? kHeadline : kOtherHeadline, 0);
      add("json-ld name", without_site_name(a.name, page_, affixes_), kName, first ? 0 : -1);
      first = false;
      if (++others > 6) break;
    }
    const std::string_view og = page_.meta("og:title");
    add("meta og:title", without_site_name(og, page_, affixes_), kOpenGraph, 0);
    add("meta og:title, whole", og, kRawOpenGraph, 0);
    add("meta twitter:title", without_site_name(page_.meta("twitter:title"), page_, affixes_), kTwitter, 0);
    for (const auto& [key, score] : std::initializer_list<std::pair<const char*, double>>{{"dc.title", 1},
                                                                                          {"sailthru.title", 2},
                                                                                          {"parsely-title", 3},
                                                                                          {"citation_title", 4},
                                                                                          {"headline", 5},
                                                                                          {"title", 0},
                                                                                          {"article.headline", 5},
                                                                                          {"dcterms.title", 1},
                                                                                          {"cxenseparse:title", 2}}) {
      add(std::string("meta ") + key, without_site_name(page_.meta(key), page_, affixes_), kOtherMeta, score);
    }
    const std::string& element = page_.document_title;
    add("title element", without_site_name(element, page_, affixes_), kTitleElement, 0);
    add("title element, whole", element, kRawTitleElement, 0);
    const std::string cut = cut_left(element);
    add("title element, cut", cut, kTitleCut, static_cast<double>(std::min<std::size_t>(word_count(cut), 12)));
    Cut front;
    if (cut_at(element, false, front))
      add("title element, first part", front.left, kTitleFirstPart,
          static_cast<double>(std::min<std::size_t>(word_count(front.left), 12)));
  }

  // Any heading that says what the metadata says: a blog's h1 may be the blog's name. Without an h1, the first.
  void lower_headings() {
    const std::size_t stated = sources_.size();
    int seen = 0;
    for (Index i = 0; i < tree_.size() && seen < 60; ++i) {
      const Tag tag = tree_.node(i).tag;
      if (tag != Tag::h2 && tag != Tag::h3) continue;
      ++seen;
      const std::string text = text::clean_line(tree_.text_of(i, 700));
      const std::string key = squeeze(text);
      const bool said =
          key.size() >= 8 &&
          std::any_of(sources_.begin(), sources_.begin() + static_cast<std::ptrdiff_t>(stated), [&](const Source& s) {
            return s.kind != kFirstH1 && s.kind != kLaterH1 && s.key.find(key) != std::string::npos;
          });
      const bool first = headings_ == 0 && seen <= 3;
      if (said || first) add(std::string(name_of(tag)), text, kLowerHeading, place(i) + (said ? 5 : 0));
    }
    if (headings_ == 0 && seen == 0) bold_lines();
  }

  // Pages without heading elements print their headline in bold.
  void bold_lines() {
    int found = 0;
    for (const Block& b : list_.blocks) {
      if (found >= 3) break;
      const bool bold = 10 * b.strong_characters >= 9 * b.characters && 2 * b.link_characters < b.characters;
      const std::size_t words = bold ? word_count(b.text) : 0;
      if (words < 4 || words > 25 || b.hidden) continue;
      ++found;
      add("bold line", b.text, kLowerHeading, place(b.element));
    }
  }

  // Which proposed titles the page shows as a block of its own: what search engines are fed is often not shown.
  void find_displayed() {
    read_prose();
    std::unordered_map<std::size_t, std::vector<std::pair<std::vector<std::uint64_t>, std::string>>>
        wanted;  // by number of words
    for (const Source& s : sources_) {
      auto words = word_hashes(s.text);
      const std::size_t n = words.size();
      wanted[n].emplace_back(std::move(words), s.key);
    }
    for (std::size_t b = 0; b < list_.blocks.size(); ++b) {
      const Block& block = list_.blocks[b];
      if (block.text.size() > 400) continue;
      const auto words = word_hashes(block.text);
      const auto it = wanted.find(words.size());
      if (it == wanted.end()) continue;
      const bool heading = (block.context & static_cast<std::uint16_t>(Context::heading)) != 0;
      std::string_view last;
      for (const auto& [candidate, key] : it->second) {
        if (candidate != words || last == key) continue;
        last = key;
        Displayed& d = displayed_[key];
        if (d.times < 1 || (heading && !d.heading))
          d.place = static_cast<float>(b) / static_cast<float>(list_.blocks.size());
        d.heading = d.heading || heading;
        d.headline = d.headline || is_headline(block);
        d.linked = d.linked || 2 * block.link_characters > block.characters;
        d.prose = std::max(d.prose, prose_after(b));
        d.level = std::min(d.level, level_of(block));
        d.times += 1;
        most_prose_ = std::max(most_prose_, d.prose);
      }
    }
  }

  // Where the page's only h1 and og:title say different things: 1 for the heading, 2 for what is put out, 3 for others.
  void find_contest() {
    const Source* h1 = nullptr;
    for (const Source& s : sources_) {
      if ((s.kind != kFirstH1 && s.kind != kLaterH1) || names_site(s.text, page_, affixes_) || s.score < -0.75)
        continue;
      if (h1 != nullptr && h1->key != s.key) return;
      h1 = &s;
    }
    const Source* graph = first(kOpenGraph);
    if (graph == nullptr) graph = first(kTitleElement);
    if (h1 == nullptr || graph == nullptr || says_most_of(graph->key, h1->key) || says_most_of(h1->key, graph->key))
      return;
    sole_ = h1->key;
    graph_ = graph->key;
    const auto a = word_hashes(h1->text), b = word_hashes(graph->text);
    std::size_t common = 0;
    for (const std::uint64_t w : a) common += std::find(b.begin(), b.end(), w) != b.end() ? 1U : 0U;
    contest_overlap_ = static_cast<float>(common) / static_cast<float>(std::max<std::size_t>({a.size(), b.size(), 1}));
  }

  static bool says_most_of(const std::string& whole, const std::string& part) {
    return whole.find(part) != std::string::npos && 2 * part.size() >= whole.size();
  }

  float contest(const std::string& key) const {
    if (sole_.empty()) return 0;
    return key == sole_ ? 1 : key == graph_ ? 2 : 3;
  }

  // The words of the page's first paragraphs.
  void read_prose() {
    constexpr std::size_t kMost = 4000;
    std::size_t read = 0;
    for (const Block& b : list_.blocks) {
      if (b.characters < 100 || 2 * b.link_characters > b.characters || read > kMost) continue;
      const std::string_view text = std::string_view(b.text).substr(0, kMost);
      read += text.size();
      for (const std::uint64_t w : word_hashes(text)) prose_words_.insert(w);
    }
  }

  // The share of a title's words that the page's paragraphs hold too: what the article is about.
  float said_in_prose(const Source& s) const {
    const auto words = word_hashes(s.text);
    if (words.empty() || prose_words_.empty()) return -1;
    const auto said =
        std::count_if(words.begin(), words.end(), [&](std::uint64_t w) { return prose_words_.count(w) != 0; });
    return static_cast<float>(said) / static_cast<float>(words.size());
  }

  float prose_after(std::size_t b) const {
    constexpr std::size_t kNear = 16;
    constexpr std::uint32_t kParagraph = 100;
    float prose = 0;
    for (std::size_t k = b + 1; k < std::min(b + kNear, list_.blocks.size()); ++k) {
      const Block& next = list_.blocks[k];
      if (next.characters >= kParagraph && 2 * next.link_characters < next.characters && !next.hidden)
        prose += static_cast<float>(std::min(next.characters, 1000U));
    }
    return prose;
  }

  bool is_headline(const Block& block) const {
    RoleMask roles = 0;
    Index k = tree_.node(block.first_text).parent;
    for (int up = 0; k != HtmlTree::kNoNode && up < 3; k = tree_.node(k).parent, ++up) roles |= list_.roles[k];
    return (roles & bit(Role::headline)) != 0;
  }

  float level_of(const Block& block) const {
    constexpr std::array kLevels{Tag::h1, Tag::h2, Tag::h3, Tag::h4, Tag::h5, Tag::h6};
    Index k = block.element;
    for (int up = 0; k != HtmlTree::kNoNode && up < 3; k = tree_.node(k).parent, ++up) {
      const auto it = std::find(kLevels.begin(), kLevels.end(), tree_.node(k).tag);
      if (it != kLevels.end()) return static_cast<float>(it - kLevels.begin() + 1);
    }
    return 9;
  }

  // How many sorts of signals agree on the strongest other title, and how alike this one is to what the main signals
  // say.
  void add_rivals(const std::string& key, const Source& one, std::vector<float>& row) const {
    std::unordered_map<std::string_view, std::array<bool, kKinds>> kinds;
    for (const Source& s : sources_) {
      if (s.key != key) kinds[s.key][s.kind] = true;
    }
    float strongest = 0;
    for (const auto& [other, said] : kinds)
      strongest = std::max(strongest, static_cast<float>(std::count(said.begin(), said.end(), true)));
    row.push_back(strongest);
    const auto own = word_hashes(one.text);
    for (const Kind kind : {kFirstH1, kHeadline, kOpenGraph, kTitleElement}) {
      const auto it = std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.kind == kind; });
      if (it == sources_.end()) {
        row.push_back(-1);
        continue;
      }
      const auto other = word_hashes(it->text);
      std::size_t common = 0;
      for (const std::uint64_t w : own) common += std::find(other.begin(), other.end(), w) != other.end() ? 1U : 0U;
      row.push_back(static_cast<float>(common) /
                    static_cast<float>(std::max<std::size_t>({own.size(), other.size(), 1})));
    }
  }

  struct Displayed {
    bool heading = false;
    bool headline = false;  // marked as one
    bool linked = false;
    float place = 0;
    float times = 0;
    float prose = 0;  // characters of paragraphs soon after it
    float level = 9;  // of the heading element
  };

  const HtmlTree& tree_;
  const BlockList& list_;
  const PageMetadata& page_;
  std::vector<std::string> affixes_;
  std::vector<Source> sources_;
  std::string put_out_, shown_, name_and_headline_;
  std::unordered_set<std::uint64_t> prose_words_;
  std::string sole_, graph_;
  float contest_overlap_ = -1;
  float most_prose_ = 0;  // after any proposed title
  std::unordered_map<std::string, Displayed> displayed_;
  int headings_ = 0;
};

}  // namespace

std::string without_site_name(std::string_view title, const PageMetadata& page,
                              const std::vector<std::string>& affixes) {
  std::string_view rest = text::trim(title);
  for (int round = 0; round < 3; ++round) {
    Cut cut;
    if (cut_at(rest, true, cut) && !cut.left.empty() && names_site(cut.right, page, affixes) &&
        squeeze(cut.left).size() >= 4) {
      rest = cut.left;
      continue;
    }
    if (cut_at(rest, false, cut) && !cut.right.empty() && names_site(cut.left, page, affixes) &&
        squeeze(cut.right).size() >= 8) {
      rest = cut.right;
      continue;
    }
    // "Headline: The Daily"
    const std::size_t colon = rest.rfind(": ");
    if (colon != std::string_view::npos && colon > 12 && word_count(rest.substr(colon + 2)) <= 4 &&
        names_site(rest.substr(colon + 2), page, affixes)) {
      rest = text::trim(rest.substr(0, colon));
      continue;
    }
    break;
  }
  return std::string(rest);
}

std::vector<Candidate> title_candidates(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                        const std::vector<std::string>& affixes, const BoostedTrees& model) {
  const Collector collector(tree, list, page, affixes);
  const ValueTable table = collector.values();
  std::unordered_map<std::string, double> log_odds;
  for (std::size_t v = 0; v < table.keys.size(); ++v) log_odds[table.keys[v]] = model.score(table.features.row(v));
  std::vector<Candidate> candidates;
  std::unordered_set<std::string_view> headings;
  for (const Source& s : collector.sources()) {
    if (collector.stands_for_h1(s) && headings.insert(s.key).second) log_odds[s.key] += kHeadingOdds;
  }
  for (const Source& s : collector.sources()) {
    const double odds = log_odds.at(s.key) + (collector.is_put_out(s) ? kPutOutOdds : 0) -
                        (collector.is_site_name(s) ? kSiteNameOdds : 0);
    candidates.push_back({"title", s.signal, s.text, 1 / (1 + std::exp(-odds)), false});
  }
  // Of one title's spellings the one with most words: elements of a heading run together ("Harbour" "Oil falls").
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : word_count(a.value) > word_count(b.value);
  });
  if (!candidates.empty()) candidates.front().chosen = true;
  return candidates;
}

ValueTable title_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page) {
  const std::vector<std::string> none;
  return Collector(tree, list, page, none).values();
}

}  // namespace dateline::indexer

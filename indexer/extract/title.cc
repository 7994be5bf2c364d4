#include "indexer/extract/title.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

constexpr auto kSeparators = std::to_array<std::string_view>({" | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " ~ ", " / ", " > ", " ❘ ", " ∣ ", "|"});

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

std::size_t word_count(std::string_view s) { return 1 + static_cast<std::size_t>(std::count(s.begin(), s.end(), ' ')); }

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

bool is_displayed_heading(const HtmlTree& tree, const BlockList& list, Index i) {
  constexpr auto kOutside = static_cast<unsigned>(Context::nav) | static_cast<unsigned>(Context::footer) | static_cast<unsigned>(Context::aside);
  if ((list.context[i] & kOutside) != 0) return false;
  for (Index k = i, up = 0; k != HtmlTree::kNoNode && up < 4; k = tree.node(k).parent, ++up) {
    if ((list.roles[k] & (bit(Role::related) | bit(Role::consent) | bit(Role::sidebar) | bit(Role::navigation))) != 0) return false;
  }
  return true;
}

struct Source {
  std::string signal;
  std::string text;
  std::string key;
  double prior;
};

}  // namespace

std::string without_site_name(std::string_view title, const PageMetadata& page, const std::vector<std::string>& affixes) {
  std::string_view rest = text::trim(title);
  for (int round = 0; round < 3; ++round) {
    Cut cut;
    if (cut_at(rest, true, cut) && !cut.left.empty() && names_site(cut.right, page, affixes) && squeeze(cut.left).size() >= 4) {
      rest = cut.left;
      continue;
    }
    if (cut_at(rest, false, cut) && !cut.right.empty() && names_site(cut.left, page, affixes) && squeeze(cut.right).size() >= 8) {
      rest = cut.right;
      continue;
    }
    // "Headline: The Daily"
    const std::size_t colon = rest.rfind(": ");
    if (colon != std::string_view::npos && colon > 12 && word_count(rest.substr(colon + 2)) <= 4 && names_site(rest.substr(colon + 2), page, affixes)) {
      rest = text::trim(rest.substr(0, colon));
      continue;
    }
    break;
  }
  return std::string(rest);
}

std::vector<Candidate> title_candidates(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, const std::vector<std::string>& affixes) {
  std::vector<Source> sources;
  const auto add = [&](std::string signal, std::string_view raw, double prior) {
    std::string cleaned = text::clean_line(raw);
    if (cleaned.empty() || cleaned.size() > 600) return;
    std::string key = squeeze(cleaned);
    if (key.empty()) return;
    sources.push_back({std::move(signal), std::move(cleaned), std::move(key), prior});
  };
  int headings = 0;
  for (Index i = 0; i < tree.size() && headings < 12; ++i) {
    const Tag tag = tree.node(i).tag;
    const std::string_view itemprop = tree.attribute(i, Attr::itemprop);
    const bool heading_property = itemprop == "headline" || (itemprop == "name" && is_heading(tag));
    if (tag != Tag::h1 && !(heading_property && tag != Tag::meta && tag != Tag::link)) continue;
    if (!is_displayed_heading(tree, list, i)) continue;
    ++headings;
    add(tag == Tag::h1 ? "h1" : "itemprop headline", tree.text_of(i, 700), tag == Tag::h1 ? 1.0 : 0.9);
  }
  if (!page.structured.articles.empty()) {
    const StructuredArticle& article = page.structured.articles.front();
    add("json-ld headline", article.headline.empty() && article.type != "WebPage" ? article.name : article.headline, 1.0);
  }
  for (const auto& [key, prior] : std::initializer_list<std::pair<const char*, double>>{
           {"og:title", 0.9}, {"twitter:title", 0.7}, {"dc.title", 0.8}, {"sailthru.title", 0.8}, {"parsely-title", 0.9}, {"citation_title", 1.0}, {"headline", 0.9}, {"title", 0.6}}) {
    const std::string_view value = page.meta(key);
    if (!value.empty()) add(std::string("meta ") + key, without_site_name(value, page, affixes), prior);
  }
  add("title element", without_site_name(page.document_title, page, affixes), 0.6);
  {
    Cut cut;
    if (cut_at(page.document_title, true, cut) && word_count(cut.left) >= 3) add("title element, cut", cut.left, 0.3);
  }
  // Any heading that says what the metadata says: a blog's h1 may be the blog's name.
  for (Index i = 0; i < tree.size(); ++i) {
    const Tag tag = tree.node(i).tag;
    if (tag != Tag::h2 && tag != Tag::h3) continue;
    const std::string text = text::clean_line(tree.text_of(i, 700));
    const std::string key = squeeze(text);
    const bool said = key.size() >= 8 && std::any_of(sources.begin(), sources.end(), [&](const Source& s) { return s.signal != "h1" && s.key == key; });
    if (said) {
      add(std::string(name_of(tag)), text, 0.8);
      break;
    }
  }

  std::vector<Candidate> candidates;
  for (const Source& s : sources) {
    double score = s.prior;
    for (const Source& other : sources) {
      if (&other == &s) continue;
      if (other.key == s.key) score += 0.6 * other.prior;
      else if (s.key.size() >= 10 && other.key.find(s.key) != std::string::npos) score += 0.3 * other.prior;
      else if (other.key.size() >= 10 && s.key.find(other.key) != std::string::npos) score += 0.15 * other.prior;
    }
    if (names_site(s.text, page, affixes) && sources.size() > 1) score -= 2;
    if (s.key.size() < 6) score -= 0.5;
    candidates.push_back({"title", s.signal, s.text, score, false});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  if (!candidates.empty()) candidates.front().chosen = true;
  return candidates;
}

}  // namespace dateline::indexer

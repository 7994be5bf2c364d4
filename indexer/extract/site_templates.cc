#include "indexer/extract/site_templates.h"

#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace dateline::indexer {
namespace {

// Less likely blocks are not taken anyway.
constexpr float kHardlyBody = 0.02F;
constexpr std::size_t kBeginning = 100;

// The parts of a title at its first and last separator.
std::vector<std::string> edges_of(std::string_view title) {
  std::vector<std::string> edges;
  for (const std::string_view separator : {" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", ": "}) {
    const std::size_t last = title.rfind(separator);
    if (last == std::string_view::npos) continue;
    edges.emplace_back(text::trim(title.substr(last + separator.size())));
    const std::size_t first = title.find(separator);
    edges.emplace_back(text::trim(title.substr(0, first)));
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::erase(edges, std::string());
  return edges;
}

std::uint64_t hash_of_words(std::string_view text) {
  const auto words = word_hashes(text);
  return XXH3_64bits(words.data(), words.size() * sizeof(words[0]));
}

std::string beginning_of(std::string_view text) {
  std::size_t end = std::min(text.size(), kBeginning);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text::clean_line(text.substr(0, end));
}

}  // namespace

bool SiteLearner::wants(std::string_view host, std::uint64_t page) const {
  if (host.empty()) return false;
  const std::uint64_t key = XXH3_64bits(host.data(), host.size());
  const auto it = sites_.find(key);
  if (it == sites_.end()) return sites_.size() < kSites || key < sites_.rbegin()->first;
  return it->second.pages.size() < kPages || page < it->second.pages.rbegin()->first;
}

void SiteLearner::learn(std::uint64_t page, const PageOutline& outline) {
  if (!wants(outline.host, page)) return;
  Site& site = sites_[XXH3_64bits(outline.host.data(), outline.host.size())];
  site.host = outline.host;
  // Versions of one article share their body: they count once.
  for (auto it = site.pages.begin(); it != site.pages.end(); ++it) {
    if (it->second.title != outline.title) continue;
    if (it->first <= page) return;
    site.pages.erase(it);
    break;
  }
  Sample sample{outline.title, {}, edges_of(outline.document_title)};
  for (const PageOutline::Block& block : outline.blocks) {
    if (block.text == 0 || block.verdict < kHardlyBody) continue;
    sample.texts.push_back(block.text);
    for (const auto& [other, known] : site.pages) {
      if (!std::binary_search(known.texts.begin(), known.texts.end(), block.text)) continue;
      site.beginnings.try_emplace(block.text, block.beginning);
      break;
    }
  }
  std::sort(sample.texts.begin(), sample.texts.end());
  sample.texts.erase(std::unique(sample.texts.begin(), sample.texts.end()), sample.texts.end());
  site.pages.insert_or_assign(page, std::move(sample));
  if (site.pages.size() > kPages) site.pages.erase(std::prev(site.pages.end()));
  if (sites_.size() > kSites) sites_.erase(std::prev(sites_.end()));
}

SiteTemplates SiteLearner::templates() const {
  SiteTemplates templates;
  for (const auto& [key, site] : sites_) {
    if (site.pages.size() < kFewestPages) continue;
    std::map<std::uint64_t, std::size_t> texts;
    std::map<std::string, std::size_t> edges;
    for (const auto& [hash, page] : site.pages) {
      for (const std::uint64_t text : page.texts) ++texts[text];
      for (const std::string& edge : page.edges) ++edges[edge];
    }
    SiteTemplate& known = templates[site.host];
    known.pages = site.pages.size();
    for (const auto& [text, pages] : texts) {
      if (pages >= kFewestPages) known.texts[text] = site.beginnings.at(text);
    }
    for (const auto& [edge, pages] : edges) {
      if (pages >= kFewestPages && pages * 2 >= known.pages) known.affixes.push_back(edge);
    }
  }
  return templates;
}

std::string serialise(const SiteTemplate& site) {
  nlohmann::json texts = nlohmann::json::object();
  for (const auto& [hash, beginning] : site.texts) texts[std::to_string(hash)] = beginning;
  const nlohmann::json all{{"pages", site.pages}, {"texts", texts}, {"affixes", site.affixes}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<SiteTemplate> parse_site_template(std::string_view serialised) {
  const nlohmann::json all = nlohmann::json::parse(serialised, nullptr, false);
  if (!all.is_object()) return std::nullopt;
  SiteTemplate site;
  try {
    site.pages = all.at("pages").get<std::size_t>();
    for (const auto& [hash, beginning] : all.at("texts").items())
      site.texts[std::stoull(hash)] = beginning.get<std::string>();
    site.affixes = all.at("affixes").get<std::vector<std::string>>();
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return site;
}

PageOutline outline_of(const BlockList& list, const PageMetadata& page, std::string_view title,
                       const std::vector<float>& verdicts) {
  PageOutline outline;
  outline.host = page.host;
  outline.title = title;
  outline.document_title = page.document_title;
  outline.blocks.reserve(list.blocks.size());
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    const Block& b = list.blocks[i];
    const bool links = 2 * b.link_characters > b.characters;
    outline.blocks.push_back(
        {links ? 0 : hash_of_words(b.text), verdicts[i], b.characters, links ? std::string() : beginning_of(b.text)});
  }
  return outline;
}

std::vector<bool> vetoed_blocks(const SiteTemplate& site, const PageOutline& outline) {
  std::vector<bool> vetoed(outline.blocks.size());
  double body = 0;
  double lost = 0;
  for (std::size_t i = 0; i < vetoed.size(); ++i) {
    const PageOutline::Block& b = outline.blocks[i];
    vetoed[i] = site.repeats(b.text);
    if (b.verdict < 0.5F) continue;
    body += b.characters;
    if (vetoed[i]) lost += b.characters;
  }
  if (lost > 0.5 * body) vetoed.assign(vetoed.size(), false);
  return vetoed;
}

}  // namespace dateline::indexer

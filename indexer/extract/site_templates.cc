#include "indexer/extract/site_templates.h"

#include <xxhash.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::uint32_t kFewestPages = 3;

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

}  // namespace

void SiteTemplates::learn(const PageOutline& page) {
  if (page.host.empty()) return;
  SiteTemplate& site = sites_[page.host];
  if (site.pages >= kPages) return;
  // Versions of one article share their body: they count once.
  if (++titles_[page.host][page.title] > 1) return;
  ++site.pages;
  std::unordered_set<std::uint64_t> texts;
  for (const PageOutline::Block& block : page.blocks) {
    if (block.text != 0 && texts.insert(block.text).second) ++site.texts[block.text];
  }
  for (const std::string& edge : edges_of(page.document_title)) ++site.affixes[edge];
}

const SiteTemplate* SiteTemplates::find(std::string_view host) const {
  const auto it = sites_.find(host);
  return it == sites_.end() || it->second.pages < kFewestPages ? nullptr : &it->second;
}

std::string SiteTemplates::serialise() const {
  // Objects of nlohmann::json are ordered by key: the same knowledge gives the same bytes.
  nlohmann::json all = nlohmann::json::object();
  for (const auto& [host, site] : sites_) {
    if (site.pages < kFewestPages) continue;
    nlohmann::json texts = nlohmann::json::object();
    for (const auto& [hash, pages] : site.texts) {
      if (pages > 1) texts[std::to_string(hash)] = pages;
    }
    nlohmann::json affixes = nlohmann::json::object();
    for (const auto& [affix, pages] : site.affixes) {
      if (pages > 1) affixes[affix] = pages;
    }
    all[host] = {{"pages", site.pages}, {"texts", texts}, {"affixes", affixes}};
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<SiteTemplates> SiteTemplates::parse(std::string_view serialised) {
  const nlohmann::json all = nlohmann::json::parse(serialised, nullptr, false);
  if (!all.is_object()) return std::nullopt;
  SiteTemplates result;
  try {
    for (const auto& [host, value] : all.items()) {
      SiteTemplate& site = result.sites_[host];
      site.pages = value.at("pages").get<std::uint32_t>();
      for (const auto& [hash, pages] : value.at("texts").items())
        site.texts[std::stoull(hash)] = pages.get<std::uint32_t>();
      for (const auto& [affix, pages] : value.at("affixes").items()) site.affixes[affix] = pages.get<std::uint32_t>();
    }
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return result;
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
    outline.blocks.push_back({links ? 0 : hash_of_words(b.text), verdicts[i], b.characters});
  }
  return outline;
}

std::vector<bool> vetoed_blocks(const SiteTemplate& site, const PageOutline& outline) {
  std::vector<bool> vetoed(outline.blocks.size());
  double body = 0;
  double lost = 0;
  for (std::size_t i = 0; i < vetoed.size(); ++i) {
    const PageOutline::Block& b = outline.blocks[i];
    vetoed[i] = is_repeated(site, b.text);
    if (b.verdict < 0.5F) continue;
    body += b.characters;
    if (vetoed[i]) lost += b.characters;
  }
  if (lost > 0.5 * body) vetoed.assign(vetoed.size(), false);
  return vetoed;
}

bool is_repeated(const SiteTemplate& site, std::uint64_t text) {
  const auto it = site.texts.find(text);
  return it != site.texts.end() && it->second >= kFewestPages;
}

std::vector<std::string> title_affixes(const SiteTemplate& site) {
  std::vector<std::string> affixes;
  for (const auto& [affix, pages] : site.affixes) {
    if (pages >= kFewestPages && pages * 2 >= site.pages) affixes.push_back(affix);
  }
  return affixes;
}

}  // namespace dateline::indexer

// What the pages of one site have in common: learnt from several pages, used on each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "indexer/extract/blocks.h"
#include "indexer/extract/metadata.h"

namespace dateline::indexer {

/// What a page adds to the knowledge of its site.
struct PageOutline {
  std::string host;
  std::string title;           ///< The title that was chosen.
  std::string document_title;  ///< The title element as it stands.
  struct Block {
    std::uint64_t text = 0;  ///< Hash of its words; 0 for links, which tease what is body on another page.
    float verdict = 0;       ///< How likely it is body, judged from its page alone.
    std::uint32_t characters = 0;
  };
  std::vector<Block> blocks;
};

/// What is known of one site.
struct SiteTemplate {
  std::uint32_t pages = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> texts;  ///< Pages that show a text, by hash.
  std::map<std::string, std::uint32_t> affixes;  ///< What its titles end or begin with, and on how many pages.
};

/// Learns from the first kPages pages with different titles of each site; later ones change nothing, so that what is
/// learnt is bounded. Not safe from many threads while learning.
class SiteTemplates {
 public:
  static constexpr std::uint32_t kPages = 40;

  void learn(const PageOutline& page);
  /// Nothing if fewer than three pages of the site were seen.
  [[nodiscard]] const SiteTemplate* find(std::string_view host) const;
  [[nodiscard]] const std::map<std::string, SiteTemplate, std::less<>>& sites() const { return sites_; }

  /// A text that `parse` reads; the same knowledge gives the same text. Keeps what repeats alone.
  [[nodiscard]] std::string serialise() const;
  [[nodiscard]] static std::optional<SiteTemplates> parse(std::string_view serialised);

 private:
  std::map<std::string, SiteTemplate, std::less<>> sites_;
  std::map<std::string, std::map<std::string, std::uint32_t>, std::less<>> titles_;
};

/// `verdicts` are the page's own, one a block.
[[nodiscard]] PageOutline outline_of(const BlockList& list, const PageMetadata& page, std::string_view title,
                                     const std::vector<float>& verdicts);

/// Which blocks of a page its site repeats and that are therefore no body. None if that would take most of what looks
/// like body: then the pages are versions of one article rather than a site with a template.
[[nodiscard]] std::vector<bool> vetoed_blocks(const SiteTemplate& site, const PageOutline& outline);

/// True if the site shows this text on several pages: a menu, a promotion, a legal line.
[[nodiscard]] bool is_repeated(const SiteTemplate& site, std::uint64_t text);
/// What the site's titles end or begin with.
[[nodiscard]] std::vector<std::string> title_affixes(const SiteTemplate& site);

}  // namespace dateline::indexer

// What the pages of one site have in common: learnt from several pages, used on each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
    std::string beginning;  ///< Of its text, to be shown.
  };
  std::vector<Block> blocks;
};

/// What is known of one site.
struct SiteTemplate {
  std::size_t pages = 0;                       ///< It was learnt from so many.
  std::map<std::uint64_t, std::string> texts;  ///< Texts that several pages show, by hash, and how they begin.
  std::vector<std::string> affixes;            ///< What its titles end or begin with, sorted.

  /// True if the site shows this text on several pages: a promotion, an address, a legal line.
  [[nodiscard]] bool repeats(std::uint64_t text) const { return texts.count(text) != 0; }
};

/// The known sites, by host.
using SiteTemplates = std::map<std::string, SiteTemplate, std::less<>>;

/// A text that `parse_site_template` reads; the same knowledge gives the same text.
[[nodiscard]] std::string serialise(const SiteTemplate& site);
[[nodiscard]] std::optional<SiteTemplate> parse_site_template(std::string_view serialised);

/// Learns sites from their pages, in any order with the same result: of each site the kPages pages with different
/// titles whose bytes have the smallest hashes are looked at (a bottom-k sample), so that a page that would not be
/// among them need not be parsed, and memory is bounded.
class SiteLearner {
 public:
  static constexpr std::size_t kPages = 32;
  static constexpr std::size_t kFewestPages = 3;
  static constexpr std::size_t kSites = 4096;  ///< Of more sites, those whose hosts have the smallest hashes.

  /// False if a page with this hash of its bytes would change nothing.
  [[nodiscard]] bool wants(std::string_view host, std::uint64_t page) const;
  void learn(std::uint64_t page, const PageOutline& outline);
  /// Sites of which at least kFewestPages pages were seen.
  [[nodiscard]] SiteTemplates templates() const;

 private:
  struct Sample {
    std::string title;
    std::vector<std::uint64_t> texts;  // sorted
    std::vector<std::string> edges;
  };
  struct Site {
    std::string host;
    std::map<std::uint64_t, Sample> pages;            // by hash of the page
    std::map<std::uint64_t, std::string> beginnings;  // of texts that two pages showed
  };
  std::map<std::uint64_t, Site> sites_;  // by hash of the host
};

/// `verdicts` are the page's own, one a block.
[[nodiscard]] PageOutline outline_of(const BlockList& list, const PageMetadata& page, std::string_view title,
                                     const std::vector<float>& verdicts);

/// Which blocks of a page its site repeats and that are therefore no body. None if that would take most of what looks
/// like body: then the pages are versions of one article rather than a site with a template.
[[nodiscard]] std::vector<bool> vetoed_blocks(const SiteTemplate& site, const PageOutline& outline);

}  // namespace dateline::indexer

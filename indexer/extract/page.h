// A news page's bytes -> its article.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "indexer/extract/metadata.h"
#include "indexer/extract/site_templates.h"

namespace dateline::indexer {

struct PageHints {
  std::string_view url;      ///< Where the page came from; may be empty.
  std::string_view charset;  ///< As the protocol declared it; may be empty.
};

struct ExtractOptions {
  std::size_t max_bytes = std::size_t{10} << 20;  ///< Larger pages are refused.
  /// Dates later than this are impossible; by default nothing is.
  std::chrono::sys_seconds latest = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};
  const SiteTemplates* templates = nullptr;  ///< What is known of sites; may be null.
  bool explain = false;                      ///< Fill `candidates`.
  bool outline = false;                      ///< Fill `outline`, for SiteLearner.
};

struct ExtractedPage {
  Article article;  ///< `source` is the site's name, else the address's host.
  std::string site;
  std::vector<Signal> signals;
  std::vector<Candidate> candidates;
  PageOutline outline;
  std::string refusal;  ///< Why nothing was extracted: "larger than 10 MiB", "not HTML", "no text"; else empty.
};

/// Never throws for what a page contains, takes time linear in its size, and needs no network. Safe from many threads
/// as long as nobody teaches options.templates meanwhile.
[[nodiscard]] ExtractedPage extract_page(std::string_view bytes, const PageHints& hints = {},
                                         const ExtractOptions& options = {});

/// Shows a page to a learner of sites. A page of a site that is known already, or that the learner does not want, is
/// not even parsed; one whose address and canonical link name different hosts teaches nothing.
void teach(SiteLearner& learner, std::string_view bytes, const PageHints& hints = {},
           const ExtractOptions& options = {});

}  // namespace dateline::indexer

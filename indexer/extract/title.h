// Which of a page's titles is its headline.
#pragma once

#include <string>
#include <vector>

#include "indexer/extract/blocks.h"
#include "indexer/extract/metadata.h"
#include "indexer/extract/value_ranking.h"

namespace dateline::indexer {

/// All candidates, best first as the model judges; the best is marked chosen. `site_affixes` are texts that the site's
/// titles end or begin with.
[[nodiscard]] std::vector<Candidate> title_candidates(const HtmlTree& tree, const BlockList& list,
                                                      const PageMetadata& page,
                                                      const std::vector<std::string>& site_affixes,
                                                      const BoostedTrees& model);

/// For training: the distinct titles proposed (squeezed) and their features.
[[nodiscard]] ValueTable title_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page);

/// `title` without the site's name before or behind a separator, if there is one: "Oil falls | The Daily" -> "Oil
/// falls".
[[nodiscard]] std::string without_site_name(std::string_view title, const PageMetadata& page,
                                            const std::vector<std::string>& site_affixes);

}  // namespace dateline::indexer

// Who wrote a page's article.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/blocks.h"
#include "indexer/extract/metadata.h"
#include "indexer/extract/value_ranking.h"

namespace dateline::indexer {

struct PageAuthors {
  std::vector<std::string> names;
  std::string signal;
  std::vector<Candidate> candidates;  ///< Best first; value is the names joined by ", ".
};

[[nodiscard]] PageAuthors find_authors(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                       std::optional<std::size_t> title_block, const BoostedTrees& model);

/// For training: the distinct sets of names proposed (sorted, squeezed, joined by "|") and their features.
[[nodiscard]] ValueTable author_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                       std::optional<std::size_t> title_block);

/// The names in a byline: "By JANE DOE and John Roe, Staff Writers | May 2, 2021" -> {"JANE DOE", "John Roe"}.
/// Roles, dates, addresses and labels in many languages are left out. Empty if nothing looks like a name.
[[nodiscard]] std::vector<std::string> names_in_byline(std::string_view byline);

}  // namespace dateline::indexer

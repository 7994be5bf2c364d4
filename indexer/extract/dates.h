// When a page's article was published and last changed.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "indexer/extract/blocks.h"
#include "indexer/extract/metadata.h"
#include "indexer/extract/value_ranking.h"

namespace dateline::indexer {

struct PageDates {
  std::optional<Timestamp> published;
  std::optional<Timestamp> modified;
  std::string published_signal;
  std::string modified_signal;
  std::vector<Candidate> candidates;  ///< Best first; fields "published" and "modified".
};

/// `title_block` is the index of the block that shows the headline, or nothing. Dates after `latest` are impossible.
/// A published date is never taken from a statement of modification.
/// The model of `models` chooses between the days that signals propose.
[[nodiscard]] PageDates find_dates(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                   std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                                   std::string_view url, std::chrono::sys_seconds latest, const BoostedTrees& model);

/// For training: the days that are proposed as published, and their features.
[[nodiscard]] ValueTable published_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                          std::span<const std::string_view> scripts,
                                          std::optional<std::size_t> title_block, std::string_view url,
                                          std::chrono::sys_seconds latest);

/// The day in an address such as /2021/12/30/… or /20211230-…, if any.
[[nodiscard]] std::optional<Timestamp> date_in_url(std::string_view url);

}  // namespace dateline::indexer

// The articles that a query finds, one after the other, as the index keeps them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "dateline/article.h"

namespace dateline::indexer {

struct Selection {
  std::filesystem::path index;
  std::string query;      ///< Empty: all articles.
  std::string zone;       ///< Of dates in the query; empty: UTC.
  bool withheld = false;  ///< Also articles under embargo, hidden, withheld and canceled ones.
};

/// Calls `visit` with each article, in the order in which they were indexed. Memory does not grow with their number.
/// Gives how many were left out since they are not for readers. Warnings of the query are told to `diagnostics`.
/// Throws Error: query (with a position), index_missing, index_schema, index_corrupt, io.
std::size_t for_each_article(const Selection& selection, const Clock& clock, Diagnostics& diagnostics,
                             const std::function<void(const Article&)>& visit);

}  // namespace dateline::indexer

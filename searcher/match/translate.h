// A query for another engine, in the languages and with the aliases of an index.
#pragma once

#include <filesystem>
#include <string>

#include "common/clock.h"

namespace dateline::searcher {

/// Search body, JSON. Without an index at `index` a word stands for its own form and stem in no language. Throws
/// Error(query) also for what the other engine cannot be told exactly.
[[nodiscard]] std::string search_body_for_opensearch(const std::filesystem::path& index, const std::string& query,
                                                     const std::string& zone, const Clock& clock);

}  // namespace dateline::searcher

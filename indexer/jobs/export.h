// Every article of an index that may be shown, written out.
#pragma once

#include <cstdint>
#include <filesystem>

#include "common/clock.h"

namespace dateline::indexer {

struct ExportReport {
  std::size_t articles = 0;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// Writes mapping.json and articles-0001.ndjson, … for OpenSearch's _bulk, each of at most `most_bytes` but for a
/// single longer article, into a folder that is missing or empty. Hidden and embargoed articles are left out.
ExportReport export_to_opensearch(const std::filesystem::path& index, const std::filesystem::path& folder,
                                  std::uint64_t most_bytes, const Clock& clock);

}  // namespace dateline::indexer

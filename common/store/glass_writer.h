// Sealed databases: glass tables laid down in sorted order, without going through Xapian's inverter, which is a map
// in a map that is walked for every posting. Stock Xapian opens, checks, compacts and changes the result as its own.
//
// Documents become runs (glass_run.h), as many as memory asks for; write_database() merges the runs. Which document
// gets which docid, or none, is only said then, so that a build may number by date and drop what it has replaced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/store/glass_run.h"
#include "common/store/glass_table.h"

namespace dateline::glass {

struct DatabaseContent {
  std::span<const Run> runs;
  /// A list a run: the docid of each of its documents, 0 for one that is left out. Ascending within a run; no docid
  /// is given twice.
  std::span<const std::vector<std::uint32_t>> docids;
  std::map<std::string, std::string> metadata;
};

/// Where the positions go.
enum class Positions : std::uint8_t {
  table,  ///< Xapian's own, which stock programs read.
  lists,  ///< position_lists.h: a fourth of the size.
};

struct DatabaseOptions {
  Positions positions = Positions::table;
  std::uint32_t block_size = kBlockSize;
  unsigned threads = 1;  ///< What is written does not depend on it. More than four are not used.
};

/// Writes a database that is there in whole, and durable, when this returns. `folder` must not exist. Throws Error(io).
void write_database(const std::filesystem::path& folder, const DatabaseContent& content,
                    const DatabaseOptions& options = {});

}  // namespace dateline::glass

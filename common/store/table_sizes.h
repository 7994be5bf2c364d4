// Where the bytes of a generation are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dateline {

struct TableSize {
  std::string what;  ///< "positions", "text", …
  std::uint64_t bytes = 0;
};

/// What a generation's folder holds, in a fixed order, the parts that it lacks left out; what has no name of its own is
/// "other". The sum is that of its files. Throws Error(io).
[[nodiscard]] std::vector<TableSize> table_sizes(const std::filesystem::path& generation);

}  // namespace dateline

#include "common/store/table_sizes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dateline/error.h"

namespace dateline {
namespace {

struct Name {
  std::string_view file;
  std::string_view what;
};

constexpr std::array kNames =
    std::to_array<Name>({{"postlist.glass", "postings, positions, values, facts of the index"},
                         {"position.glass", "positions of articles added later"},
                         {"termlist.glass", "terms of articles"},
                         {"docdata.glass", "text"},
                         {"ledger", "ledger"},
                         {"ledger-wal", "ledger"}});
constexpr std::string_view kOther = "other";

}  // namespace

std::vector<TableSize> table_sizes(const std::filesystem::path& generation) {
  std::vector<TableSize> sizes;
  const auto add = [&](std::string_view what, std::uint64_t bytes) {
    const auto at = std::find_if(sizes.begin(), sizes.end(), [&](const TableSize& size) { return size.what == what; });
    if (at != sizes.end()) {
      at->bytes += bytes;
    } else {
      sizes.push_back({std::string{what}, bytes});
    }
  };
  for (const Name& name : kNames) add(name.what, 0);
  try {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(generation)) {
      if (!entry.is_regular_file()) continue;
      const std::string file = entry.path().filename();
      const auto known =
          std::find_if(kNames.begin(), kNames.end(), [&](const Name& name) { return name.file == file; });
      add(known != kNames.end() ? known->what : kOther, entry.file_size());
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCode::io, generation.string(), error.code().message());
  }
  std::erase_if(sizes, [](const TableSize& size) { return size.bytes == 0; });
  return sizes;
}

}  // namespace dateline

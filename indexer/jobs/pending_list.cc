#include "indexer/jobs/pending_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>

#include "common/durable_file.h"

namespace dateline::indexer {
namespace {

constexpr const char* kFile = "pending";

}  // namespace

std::set<std::string> read_pending(const std::filesystem::path& generation) {
  std::set<std::string> identities;
  std::ifstream list(generation / kFile);
  for (std::string identity; std::getline(list, identity);) identities.insert(std::move(identity));
  return identities;
}

void write_pending(const std::filesystem::path& generation, const std::set<std::string>& identities) {
  if (identities.empty()) {
    std::error_code ignored;  // Left behind it only costs reading these articles again.
    std::filesystem::remove(generation / kFile, ignored);
    return;
  }
  write_atomically(generation / kFile, fmt::format("{}\n", fmt::join(identities, "\n")));
}

}  // namespace dateline::indexer

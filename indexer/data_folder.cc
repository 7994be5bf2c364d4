#include "indexer/data_folder.h"

#include <cstdlib>

namespace dateline::indexer {
namespace fs = std::filesystem;

fs::path data_folder(const fs::path& given) {
  if (!given.empty()) return given;
  if (const char* named = std::getenv("DATELINE_DATA"); named != nullptr && *named != '\0')
    return named;  // NOLINT(concurrency-mt-unsafe)
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path().parent_path() / "share" / "dateline";
  if (!error && fs::is_directory(beside, error)) return beside;
  return DATELINE_INSTALLED_DATA;
}

}  // namespace dateline::indexer

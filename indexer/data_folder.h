// Where the data files that ship with the programs are (gazetteers, models).
#pragma once

#include <filesystem>

namespace dateline::indexer {

/// `given` if not empty; else $DATELINE_DATA; else ../share/dateline beside the folder of the running program, which is
/// where an install and a build tree both have it; else the folder it was configured to be installed in.
[[nodiscard]] std::filesystem::path data_folder(const std::filesystem::path& given);

}  // namespace dateline::indexer

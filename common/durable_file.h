// Small files that are there in whole or not at all, also after a power cut.
#pragma once

#include <filesystem>
#include <string_view>

namespace dateline {

/// Temporary file, fsync, rename, fsync of the folder. Throws Error(io).
void write_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes all files and names below a folder durable. Throws Error(io).
void fsync_tree(const std::filesystem::path& folder);

/// Makes the names in a folder durable. Throws Error(io).
void fsync_folder(const std::filesystem::path& folder);

}  // namespace dateline

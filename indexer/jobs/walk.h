// The files below the paths that a job was given, in byte order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace dateline::indexer {

struct WalkedFile {
  std::filesystem::path path;  ///< As shown: the given path and what was found below it.
  std::string key;             ///< As the ledger knows it: absolute, without symbolic links in the given path.
  std::uint64_t size = 0;
  bool below_folder = false;  ///< Found by walking; else given itself.
};

struct WalkEvents {
  std::function<void(const WalkedFile&)> file;
  /// A path that cannot be read, with the reason.
  std::function<void(const std::filesystem::path&, const std::string&)> refused;
  /// A path that is passed over (hidden, a link, a README), for --verbose.
  std::function<void(const std::filesystem::path&, const std::string&)> passed_over;
};

/// Visits a file, or every regular file below a folder. Hidden entries are passed over, so are symbolic links below
/// the folder: one that stays inside leads to what is walked anyway, one that leaves it must not be followed. Files
/// that describe a folder (README, LICENSE, COPYING with any ending) are no articles, and a folder that
/// is an index is none either.
void walk(const std::filesystem::path& given, const WalkEvents& events);

/// Bytes of the files that walk() visits for all the paths, leaving out standard input and what cannot be read.
[[nodiscard]] std::uint64_t total_bytes(const std::vector<std::string>& paths);

/// The ledger's key of a given path.
[[nodiscard]] std::string path_key(const std::filesystem::path& given);

}  // namespace dateline::indexer

// Waiting for files to change below folders, by the kernel's inotify.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace dateline::indexer {

class FolderWatch {
 public:
  /// Watches files, and folders with all that is below them. Throws Error(io), also when the system's limit of watches
  /// is reached.
  explicit FolderWatch(const std::vector<std::string>& paths);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// Returns true once something has changed and then been quiet for `quiet`, or after ten times that; false after
  /// `most` without a change, or when `stop` is set.
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most, const std::atomic<bool>& stop);

 private:
  void add(const std::filesystem::path& path);
  bool take_events();
  int fd_;
  std::vector<std::filesystem::path> folders_;  ///< By watch descriptor.
};

}  // namespace dateline::indexer

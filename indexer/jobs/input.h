// An input that is open: its bytes, hashed as they are read, and its state on disk.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "indexer/jobs/ledger.h"
#include "indexer/readers/byte_source.h"

namespace dateline::indexer {

class InputFile {
 public:
  /// Throws Error(io) with the system's reason when the file cannot be opened. A file that was found below a folder
  /// must still be a regular one: a link or pipe put in its place meanwhile is refused.
  InputFile(const std::filesystem::path& path, bool below_folder);
  /// Standard input.
  InputFile();
  /// What was fetched from an address.
  InputFile(std::string url, std::string content);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] const FileState& state() const { return state_; }
  /// Regular, so that it can be read twice.
  [[nodiscard]] bool can_rewind() const { return regular_; }
  /// Hash of the whole content, in a pass of its own; reading starts at the beginning afterwards.
  [[nodiscard]] std::uint64_t hash_content();
  [[nodiscard]] ByteSource& source() { return *source_; }
  /// Hash of what has been read through source(), which is the content once its end was reached.
  [[nodiscard]] std::uint64_t hash_read() const;
  [[nodiscard]] std::uint64_t bytes_read() const;

 private:
  class HashingSource;
  int fd_ = -1;
  bool owned_ = false;
  bool regular_ = false;
  std::string name_;
  std::string content_;  ///< Of an address.
  FileState state_;
  std::unique_ptr<HashingSource> hashing_;
  ByteSource* source_ = nullptr;
};

}  // namespace dateline::indexer

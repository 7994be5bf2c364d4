// One B-tree of a glass database, laid down from entries that come in order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/glass_encoding.h"

namespace dateline::glass {

/// Where a finished tree begins, for the version file.
struct TableRoot {
  std::uint32_t block = 0;
  std::uint32_t level = 0;
  std::uint64_t entries = 0;
  std::uint32_t blocks = 0;  ///< Of the whole file.
};

inline constexpr std::uint32_t kBlockSize = 8192;

class TableWriter {
 public:
  /// Makes the file. `block_size`: a power of two, 2048 to 65536. Throws Error(io).
  TableWriter(std::filesystem::path path, std::uint32_t block_size = kBlockSize);
  ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  /// Keys of 1 to 255 bytes, strictly ascending bytewise. `compressed`: the tag is a raw deflate stream. Throws
  /// Error(io), Error(usage) for a tag of over 100 MB.
  void add(std::string_view key, std::string_view tag, bool compressed = false);

  /// Writes what is left and syncs the file.
  [[nodiscard]] TableRoot finish();

 private:
  /// A block that is being filled: the directory grows upwards, items downwards.
  struct Block {
    std::vector<char> bytes;
    std::uint32_t directory_end = 0;
    std::uint32_t lowest_item = 0;
    [[nodiscard]] std::uint32_t free() const { return lowest_item - directory_end; }
  };
  struct Branch {
    Block block;
    std::string first_key;  // separator of the first child, which the block itself leaves out
    std::uint32_t first_component = 0;
  };

  void start(Block& block, std::uint32_t level) const;
  static char* new_item(Block& block, std::uint32_t size);
  void put_component(std::string_view key, std::string_view tag, std::uint32_t number, bool last, bool compressed);
  void close_leaf();
  void enter(std::size_t level, std::string_view separator, std::uint32_t component, std::uint32_t child);
  std::uint32_t write_block(Block& block);
  void flush();

  std::filesystem::path path_;
  int file_ = -1;
  std::uint32_t block_size_;
  std::uint32_t max_item_;
  std::uint32_t blocks_ = 0;
  std::uint64_t entries_ = 0;
  std::string out_;  // blocks not yet handed to the system
  Block leaf_;
  std::string previous_key_;    // last key of the leaf before
  std::string leaf_separator_;  // of the leaf being filled; empty for the first
  std::uint32_t leaf_component_ = 0;
  std::string last_key_;
  std::vector<std::unique_ptr<Branch>> branches_;  // by level, from 1
};

}  // namespace dateline::glass

// One B-tree of a glass database, laid down from entries that come in order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
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

/// A file of blocks, one behind another. All functions throw Error(io).
class BlockFile {
 public:
  /// Makes the file. `block_size`: a power of two, 2048 to 65536.
  explicit BlockFile(std::filesystem::path path, std::uint32_t block_size = kBlockSize);
  ~BlockFile();
  BlockFile(const BlockFile&) = delete;
  BlockFile& operator=(const BlockFile&) = delete;

  /// Gives the number of the block.
  std::uint32_t append(std::string_view block);
  /// Appends all blocks of a file of the same block size.
  void append_all(BlockFile& other);
  void sync();
  /// Takes the file's name away: it goes with the object.
  void unlink();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint32_t block_size() const { return block_size_; }
  [[nodiscard]] std::uint32_t blocks() const { return blocks_; }

 private:
  void flush();

  std::filesystem::path path_;
  std::uint32_t block_size_;
  int file_ = -1;
  std::uint32_t blocks_ = 0;
  std::string out_;  // blocks not yet handed to the system
};

/// A block that is being filled: the directory grows upwards, items downwards.
class Block {
 public:
  Block(std::uint32_t size, std::uint32_t level);
  void clear();
  /// Bytes of a new item, for which there must be room.
  char* new_item(std::uint32_t size);
  [[nodiscard]] bool has_room(std::uint32_t size) const;
  /// The largest item there is room for.
  [[nodiscard]] std::uint32_t room() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] const char* last_item() const { return bytes_.data() + lowest_item_; }
  std::uint32_t append_to(BlockFile& file);

 private:
  [[nodiscard]] std::uint32_t free() const { return lowest_item_ - directory_end_; }

  std::string bytes_;
  std::uint32_t level_;
  std::uint32_t directory_end_ = 0;
  std::uint32_t lowest_item_ = 0;
};

/// The leaves for a range of a table's keys. No leaf names another block: the leaves of several ranges can be laid down
/// beside each other, each in a file of its own, before write_tree() makes them one table.
class LeafWriter {
 public:
  enum class Range : std::uint8_t { first, later };
  LeafWriter(BlockFile& file, Range range);

  /// Keys of 1 to 255 bytes, strictly ascending bytewise. `compressed`: the tag is a raw deflate stream. Throws
  /// Error(io), Error(usage) for a tag of over 100 MB.
  void add(std::string_view key, std::string_view tag, bool compressed = false);
  /// After the last entry.
  void finish();
  /// Puts all that its own file has, which must be nothing but these leaves, behind what is in `file`.
  void move_to(BlockFile& file);

 private:
  friend TableRoot write_tree(BlockFile& file, std::span<const LeafWriter* const> ranges);
  struct Leaf {
    std::uint32_t block = 0;
    std::uint32_t component = 0;  // that it begins with
    std::uint64_t separator_end = 0;
  };

  void put_component(std::string_view key, std::string_view tag, std::uint32_t number, bool last, bool compressed);
  void close_leaf();

  BlockFile* file_;
  std::uint32_t max_item_;
  std::uint64_t entries_ = 0;
  Block block_;
  std::uint32_t component_ = 0;  // that the block begins with
  std::vector<Leaf> leaves_;
  std::string separators_;    // one behind another; none for the first leaf, which depends on the range before
  std::string previous_key_;  // last key of the leaf before
  std::string first_key_;
  std::string last_key_;
};

/// Adds the branches above the finished leaves of all ranges, which are in `file`, and syncs it. Throws Error(io).
[[nodiscard]] TableRoot write_tree(BlockFile& file, std::span<const LeafWriter* const> ranges);

/// A table of one range.
class TableWriter {
 public:
  /// As BlockFile.
  explicit TableWriter(std::filesystem::path path, std::uint32_t block_size = kBlockSize)
      : file_(std::move(path), block_size), leaves_(file_, LeafWriter::Range::first) {}
  /// As LeafWriter.
  void add(std::string_view key, std::string_view tag, bool compressed = false) { leaves_.add(key, tag, compressed); }
  /// Writes what is left and syncs the file.
  [[nodiscard]] TableRoot finish();

 private:
  BlockFile file_;
  LeafWriter leaves_;
};

}  // namespace dateline::glass

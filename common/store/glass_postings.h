// A glass database's table of postings read without Xapian: entry after entry in one pass, and posting lists chunk
// after chunk, where Xapian's iterator makes several calls a posting. It reads what glass_writer.h writes and what
// Xapian makes of it later.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/glass_encoding.h"

namespace dateline::glass {

/// The table of one state of a database. May be shared by threads.
class PostingTable {
 public:
  /// Null if there is none of that revision in the folder, or none in a format that is known.
  [[nodiscard]] static std::unique_ptr<PostingTable> open(const std::filesystem::path& folder, std::uint64_t revision);
  ~PostingTable();
  PostingTable(const PostingTable&) = delete;
  PostingTable& operator=(const PostingTable&) = delete;

 private:
  friend class PostingEntries;
  PostingTable() = default;

  int file_ = -1;
  std::uint32_t block_size_ = 0;
  std::uint32_t root_ = 0;
  std::uint32_t level_ = 0;
  std::uint64_t revision_ = 0;
};

/// The entries of a table in the order of their keys. Throws Xapian::DatabaseModifiedError when a writer has overtaken
/// the table, Xapian::DatabaseCorruptError.
class PostingEntries {
 public:
  /// `table` must outlive the object.
  explicit PostingEntries(const PostingTable& table);

  /// Goes to the first entry whose key is not less than `key`.
  void seek(const std::string& key);
  /// False behind the last entry.
  bool there();
  /// The key of the entry. Like its tag, valid until the next call of another function.
  [[nodiscard]] std::string_view key() const { return item(steps_.front()).key; }
  /// The tag of the entry; goes to the next.
  std::string_view take_tag();

  [[noreturn]] static void corrupt(const char* what);

 private:
  /// A block on the way from the root to the current item.
  struct Step {
    std::string bytes;       // read, one block or several
    std::string_view block;  // the one of them
    std::uint32_t items = 0;
    std::uint32_t at = 0;
  };
  struct Item {
    std::string_view key;
    std::uint32_t component = 1;
    bool last = false;  // component of its tag
    std::string_view rest;
  };

  void read_block(std::uint32_t number, std::uint32_t level);
  /// The block, and as many behind it as have room in `bytes` if they are there.
  void read_blocks(std::uint32_t number, std::string& bytes) const;
  void descend(std::uint32_t from_level, std::uint32_t block, const std::string* key);
  bool next_leaf();
  [[nodiscard]] static Item item(const Step& leaf);
  [[nodiscard]] static std::string_view at(const Step& step, std::uint32_t index);
  [[nodiscard]] static std::uint32_t child(const Step& step);

  const PostingTable& table_;
  std::vector<Step> steps_;  // by level, the leaf first
  std::uint32_t leaf_ = 0;   // number of the block
  std::uint32_t read_ = 0;   // the first of those that were read together
  std::string tag_;          // of several components
};

/// The chunks of one list, from the first to the last. Throws as PostingEntries does.
class PostingChunks {
 public:
  /// `term`: empty for the lengths of all documents. `table` must outlive the object.
  PostingChunks(const PostingTable& table, std::string_view term);

  /// Goes to the first or the next chunk; false if there is none.
  bool next();
  /// The last docid of the chunk.
  [[nodiscard]] std::uint32_t last() const { return last_; }
  /// f(docid, wdf) for each posting of the chunk; a length stands for a wdf.
  template <typename F>
  void each(F&& f) const {
    const char* at = postings_.data();
    const char* const end = at + postings_.size();
    std::uint32_t document = first_;
    const auto advance = [&](std::uint64_t gap) {
      if (gap >= last_ - document) corrupt("a chunk has documents behind its end");
      document += static_cast<std::uint32_t>(gap) + 1;
    };
    for (;;) {
      // Several at once: most numbers of most lists have a byte each, most lengths two, with nothing between documents.
      while (static_cast<std::size_t>(end - at) > sizeof(std::uint64_t)) {
        constexpr std::uint64_t kFurther = 0x8080808080808080;  // a byte of the same number follows
        const std::uint64_t bytes = little_endian64(at);
        if ((bytes & 0xFF8080FF8080) == 0x80000080 && last_ - document >= 2) {
          const std::uint64_t both = (bytes & 0x7F00007F) | (bytes >> 1 & 0x3F80003F80);
          f(document, static_cast<std::uint32_t>(both & 0x3FFFU));
          f(document + 1, static_cast<std::uint32_t>(both >> 24 & 0x3FFFU));
          document += 2;
          at += 6;
        } else if ((bytes & kFurther) == 0) {
          for (const unsigned shift : {0U, 16U, 32U, 48U}) {
            f(document, static_cast<std::uint32_t>(bytes >> shift & 0x7FU));
            advance(bytes >> (shift + 8) & 0x7FU);
          }
          at += 8;
        } else {
          break;
        }
      }
      f(document, number(at, end));
      if (at == end) break;
      advance(number(at, end));
    }
    if (document != last_) corrupt("a chunk ends with another document");
  }

 private:
  [[noreturn]] static void corrupt(const char* what) { PostingEntries::corrupt(what); }
  static std::uint64_t little_endian64(const char* at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    return bytes;
  }
  static std::uint32_t number(const char*& at, const char* end) {
    std::uint32_t n = 0;
    for (unsigned shift = 0; at != end; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at++);
      n |= static_cast<std::uint32_t>(byte & 0x7FU) << (shift & 31U);
      if (byte < 0x80) return n;
    }
    corrupt("a number ends too early");
  }

  void take_chunk(std::string_view tag, bool first_of_list);

  PostingEntries entries_;
  std::string key_;      // of the first chunk
  std::string further_;  // begins the keys of further ones
  bool started_ = false;
  bool last_of_list_ = false;
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
  std::string_view postings_;
};

}  // namespace dateline::glass

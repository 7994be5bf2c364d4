#include "common/store/glass_postings.h"

#include <fcntl.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/store/glass_version.h"
#include "dateline/error.h"

namespace dateline::glass {
namespace {

constexpr std::uint32_t kHeader = 11;

std::uint32_t get_u16(const char* at) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(at[0])) << 8U | static_cast<unsigned char>(at[1]);
}
std::uint32_t get_u32(const char* at) {
  return get_u16(at) << 16U | get_u16(at + 2);
}

/// As put_sortable() puts it; 0 for what it never puts.
std::uint32_t get_sortable(std::string_view bytes) {
  if (bytes.size() < 2 || bytes.size() > 5) return 0;
  const unsigned mark = bytes.size() == 2 ? 0 : 0xFF00U >> (bytes.size() - 2) & 0xFF;
  std::uint32_t n = static_cast<unsigned char>(bytes.front()) & ~mark;
  for (const char c : bytes.substr(1)) n = n << 8U | static_cast<unsigned char>(c);
  return n;
}

}  // namespace

std::unique_ptr<PostingTable> PostingTable::open(const std::filesystem::path& folder, std::uint64_t revision) try {
  const VersionFile version = read_version_file(folder);
  if (version.revision != revision) return nullptr;
  const char* root = version.roots[postlist].data();  // read_version_file() has seen its numbers
  std::unique_ptr<PostingTable> table(new PostingTable);
  table->revision_ = revision;
  table->root_ = get_varint32(root);
  const std::uint32_t level = get_varint32(root);
  constexpr std::uint32_t kFake = 1;  // there is no file
  constexpr std::uint32_t kMostLevels = 10;
  if ((level & kFake) != 0) return nullptr;
  table->level_ = level / 4;
  if (table->level_ > kMostLevels) return nullptr;
  (void)get_varint(root);
  table->block_size_ = get_varint32(root) * 2048;
  table->file_ = ::open((folder / "postlist.glass").c_str(), O_RDONLY | O_CLOEXEC);
  if (table->file_ < 0) return nullptr;
  return table;
} catch (const Error&) {
  return nullptr;  // Xapian's own way will say what is wrong.
}

PostingTable::~PostingTable() {
  if (file_ >= 0) ::close(file_);
}

PostingEntries::PostingEntries(const PostingTable& table) : table_(table), steps_(std::size_t{table.level_} + 1) {}

void PostingEntries::corrupt(const char* what) {
  throw Xapian::DatabaseCorruptError(std::string{"table of postings: "} + what);
}

void PostingEntries::read_blocks(std::uint32_t number, std::string& bytes) const {
  const auto offset = static_cast<off_t>(std::uint64_t{number} * table_.block_size_);
  for (std::size_t have = 0; have < bytes.size();) {
    const ssize_t got =
        ::pread(table_.file_, bytes.data() + have, bytes.size() - have, offset + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && have < table_.block_size_) corrupt("a block is missing");
    if (got <= 0) return bytes.resize(have / table_.block_size_ * table_.block_size_);
    have += static_cast<std::size_t>(got);
  }
}

void PostingEntries::read_block(std::uint32_t number, std::uint32_t level) {
  Step& step = steps_[level];
  const std::size_t size = table_.block_size_;
  // The leaves of a list mostly follow one another: more and more of them are read at once.
  const bool follows = level == 0 && !step.bytes.empty() && number == leaf_ + 1;
  if (!follows || (number - read_ + 1) * size > step.bytes.size()) {
    constexpr std::size_t kMostAtOnce = 128U << 10U;
    step.bytes.resize(follows ? std::max(size, std::min(2 * step.bytes.size(), kMostAtOnce)) : size);
    read_blocks(number, step.bytes);
    if (level == 0) read_ = number;
  }
  if (level == 0) leaf_ = number;
  step.block = std::string_view{step.bytes}.substr(level == 0 ? (number - read_) * size : 0, size);
  const char* header = step.block.data();
  // A block that was used again says so, and does so before what it holds can mislead.
  if (get_u32(header) > table_.revision_)
    throw Xapian::DatabaseModifiedError("the table of postings was changed while it was read");
  const std::uint32_t directory_end = get_u16(header + 9);
  if (static_cast<unsigned char>(header[4]) != level || directory_end < kHeader + 2 ||
      directory_end > step.block.size())
    corrupt("a block is none of the tree");
  step.items = (directory_end - kHeader) / 2;
  step.at = 0;
}

std::string_view PostingEntries::at(const Step& step, std::uint32_t index) {
  const std::uint32_t offset = get_u16(step.block.data() + kHeader + 2 * index);
  constexpr std::size_t kLeast = 3;
  if (offset < kHeader || offset + kLeast > step.block.size()) corrupt("an item lies outside of its block");
  return step.block.substr(offset);
}

PostingEntries::Item PostingEntries::item(const Step& leaf) {
  std::string_view bytes = at(leaf, leaf.at);
  const std::uint32_t head = get_u16(bytes.data());
  const std::size_t size = (head & 0x1FFFU) + 3;
  const std::size_t key = static_cast<unsigned char>(bytes[2]);
  const bool first = (head & 0x2000U) != 0;
  if (size > bytes.size() || 3 + key + (first ? 0 : 2) > size) corrupt("an item is cut off");
  if ((head & 0x8000U) != 0) corrupt("a list is compressed");
  bytes = bytes.substr(0, size);
  Item out{.key = bytes.substr(3, key), .last = (head & 0x4000U) != 0, .rest = bytes.substr(3 + key)};
  if (!first) {
    out.component = get_u16(out.rest.data());
    out.rest.remove_prefix(2);
  }
  return out;
}

/// To the leaf where `key` is or would be; null: to the first one below `block`.
void PostingEntries::descend(std::uint32_t from_level, std::uint32_t block, const std::string* key) {
  for (std::uint32_t level = from_level;; --level) {
    read_block(block, level);
    Step& step = steps_[level];
    if (level == 0) return;
    const auto key_of = [&](std::uint32_t index) {
      const std::string_view bytes = at(step, index);
      constexpr std::size_t kLeast = 7;
      if (bytes.size() < kLeast) corrupt("a branch is cut off");
      const std::size_t size = static_cast<unsigned char>(bytes[4]);
      if (kLeast + size > bytes.size()) corrupt("a branch is cut off");
      return std::pair{bytes.substr(5, size), get_u16(bytes.data() + 5 + size)};
    };
    // The last child that does not begin behind the key, whose first component is sought.
    std::uint32_t high = key != nullptr ? step.items : 1;
    for (std::uint32_t low = 0; low + 1 < high;) {
      const std::uint32_t middle = (low + high) / 2;
      const auto [name, component] = key_of(middle);
      if (const int order = name.compare(*key); order < 0 || (order == 0 && component <= 1)) {
        low = step.at = middle;
      } else {
        high = middle;
      }
    }
    block = child(step);
  }
}

std::uint32_t PostingEntries::child(const Step& step) {
  const std::string_view bytes = at(step, step.at);
  if (bytes.size() < 4) corrupt("a branch is cut off");
  return get_u32(bytes.data());
}

bool PostingEntries::next_leaf() {
  for (std::uint32_t level = 1; level < steps_.size(); ++level) {
    Step& step = steps_[level];
    if (++step.at >= step.items) continue;
    descend(level - 1, child(step), nullptr);
    return true;
  }
  return false;
}

std::string_view PostingEntries::take_tag() {
  Step& leaf = steps_.front();
  Item part = item(leaf);
  if (part.component != 1) corrupt("a tag begins in the middle");
  ++leaf.at;
  if (part.last) return part.rest;
  const std::string key{part.key};
  tag_ = part.rest;
  for (std::uint32_t component = 2; !part.last; ++component) {
    if (leaf.at >= leaf.items && !next_leaf()) corrupt("a tag does not end");
    part = item(leaf);
    if (part.key != key || part.component != component) corrupt("a component is missing");
    tag_ += part.rest;
    ++leaf.at;
  }
  return tag_;
}

void PostingEntries::seek(const std::string& key) {
  descend(table_.level_, table_.root_, &key);
  Step& leaf = steps_.front();
  std::uint32_t low = 0;
  for (std::uint32_t high = leaf.items; low < high;) {
    leaf.at = (low + high) / 2;
    if (item(leaf).key < key) {
      low = leaf.at + 1;
    } else {
      high = leaf.at;
    }
  }
  leaf.at = low;
}

bool PostingEntries::there() {
  const Step& leaf = steps_.front();
  return leaf.at < leaf.items || next_leaf();
}

PostingChunks::PostingChunks(const PostingTable& table, std::string_view term) : entries_(table) {
  if (term.empty()) {
    key_ = further_ = std::string{"\x00\xE0", 2};
    return;
  }
  put_escaped(key_, term);
  further_ = key_ + '\0';
}

void PostingChunks::take_chunk(std::string_view tag, bool first_of_list) {
  const char* at = tag.data();
  const char* const end = at + tag.size();
  if (first_of_list) {
    // Sums of wdfs may be larger than what is needed here.
    for (int skipped = 0; skipped < 2; ++skipped) {
      while (at != end && (static_cast<unsigned char>(*at) & 0x80U) != 0) ++at;
      if (at == end) corrupt("a chunk has no head");
      ++at;
    }
    first_ = number(at, end) + 1;
  }
  if (at == end) corrupt("a chunk has no head");
  last_of_list_ = *at++ == '1';
  last_ = first_ + number(at, end);
  if (first_ == 0 || last_ < first_) corrupt("a chunk ends before it begins");
  if (at == end) corrupt("a chunk has no postings");
  postings_ = {at, end};
}

bool PostingChunks::next() {
  if (!started_) {
    started_ = true;
    entries_.seek(key_);
    if (!entries_.there()) return false;
    if (entries_.key() != key_) {
      // The list of lengths is there even if it is empty.
      last_of_list_ = true;
      return false;
    }
    take_chunk(entries_.take_tag(), true);
    return true;
  }
  if (last_of_list_) return false;
  if (!entries_.there()) corrupt("a list does not end");
  const std::string_view key = entries_.key();
  if (!key.starts_with(further_)) corrupt("a chunk is missing");
  const std::uint32_t first = get_sortable(key.substr(further_.size()));
  if (first <= last_) corrupt("chunks are out of order");
  first_ = first;
  take_chunk(entries_.take_tag(), false);
  return true;
}

}  // namespace dateline::glass

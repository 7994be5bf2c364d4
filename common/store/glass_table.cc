#include "common/store/glass_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "dateline/error.h"

namespace dateline::glass {
namespace {

constexpr std::uint32_t kHeader = 11;
constexpr std::uint32_t kSlot = 2;  // of the directory
constexpr std::uint32_t kRevision = 1;
/// The size of an item has 13 bits; only blocks of 64 KB come up to it.
constexpr std::uint32_t kMostItemBytes = 8191;
constexpr unsigned kCompressed = 0x80;
constexpr unsigned kLast = 0x40;
constexpr unsigned kFirst = 0x20;
constexpr std::size_t kWriteAtOnce = std::size_t{1} << 20;
constexpr std::size_t kMostTagBytes = std::size_t{100} << 20;
/// A tag from this size on is cut to fill its block up; less is not worth a component.
constexpr std::size_t kCutFrom = 64;

[[noreturn]] void throw_errno(const std::filesystem::path& path, const char* doing) {
  throw Error(ErrorCode::io, path.string(), std::string(doing) + ": " + std::strerror(errno));
}

/// What is needed of `key` to tell it from the smaller key before it.
std::string_view shortest_separator(std::string_view before, std::string_view key) {
  const auto [a, b] = std::mismatch(before.begin(), before.end(), key.begin(), key.end());
  return key.substr(0, static_cast<std::size_t>(b - key.begin()) + 1);
}

}  // namespace

TableWriter::TableWriter(std::filesystem::path path, std::uint32_t block_size)
    : path_(std::move(path)),
      block_size_(block_size),
      max_item_(std::min((block_size - kHeader - 4 * kSlot) / 4, kMostItemBytes)) {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ < 0) throw_errno(path_, "cannot create");
  start(leaf_, 0);
  char* null_item = new_item(leaf_, 3);  // every tree begins with an item of an empty key, which is no entry
  null_item[0] = static_cast<char>(kFirst | kLast);
}

TableWriter::~TableWriter() {
  if (file_ >= 0) ::close(file_);
}

void TableWriter::start(Block& block, std::uint32_t level) const {
  block.bytes.assign(block_size_, '\0');
  block.directory_end = kHeader;
  block.lowest_item = block_size_;
  put_u32(block.bytes.data(), kRevision);
  block.bytes[4] = static_cast<char>(level);
}

char* TableWriter::new_item(Block& block, std::uint32_t size) {
  assert(block.free() >= size + kSlot);
  block.lowest_item -= size;
  put_u16(block.bytes.data() + block.directory_end, block.lowest_item);
  block.directory_end += kSlot;
  return block.bytes.data() + block.lowest_item;
}

void TableWriter::add(std::string_view key, std::string_view tag, bool compressed) {
  assert(!key.empty() && key.size() <= 255 && key > last_key_);
  if (tag.size() > kMostTagBytes) throw Error(ErrorCode::usage, path_.string(), "an entry of over 100 MB");
  last_key_ = key;
  ++entries_;
  const auto head = static_cast<std::uint32_t>(3 + key.size());  // of a first component
  std::size_t here = tag.size();                                 // bytes in the first component
  const bool fits = head + tag.size() <= max_item_ && head + tag.size() + kSlot <= leaf_.free();
  if (!fits) {
    // Either it begins in what is left of this leaf, or in the next one.
    const std::uint32_t room = leaf_.free() > head + kSlot ? leaf_.free() - head - kSlot : 0;
    here = std::min<std::size_t>(max_item_ - head, tag.size());
    if (room < here && room >= kCutFrom) here = room;
  }
  put_component(key, tag.substr(0, here), 1, here == tag.size(), compressed);
  const std::size_t piece = max_item_ - head - 2;
  for (std::uint32_t number = 2; here < tag.size(); ++number) {
    const std::string_view part = tag.substr(here, piece);
    here += part.size();
    put_component(key, part, number, here == tag.size(), compressed);
  }
}

void TableWriter::put_component(std::string_view key, std::string_view tag, std::uint32_t number, bool last,
                                bool compressed) {
  const auto size = static_cast<std::uint32_t>(3 + key.size() + (number > 1 ? 2 : 0) + tag.size());
  if (size + kSlot > leaf_.free()) {
    close_leaf();
    leaf_separator_ = previous_key_ == key ? key : shortest_separator(previous_key_, key);
    leaf_component_ = number;
  }
  char* item = new_item(leaf_, size);
  put_u16(item, size - 3);
  item[0] = static_cast<char>(static_cast<unsigned char>(item[0]) | (compressed ? kCompressed : 0U) |
                              (last ? kLast : 0U) | (number == 1 ? kFirst : 0U));
  item[2] = static_cast<char>(key.size());
  item = std::copy(key.begin(), key.end(), item + 3);
  if (number > 1) {
    put_u16(item, number);
    item += 2;
  }
  std::copy(tag.begin(), tag.end(), item);
}

/// Writes the leaf, enters it above and begins the next one.
void TableWriter::close_leaf() {
  const char* last_item = leaf_.bytes.data() + leaf_.lowest_item;
  previous_key_.assign(last_item + 3, static_cast<unsigned char>(last_item[2]));
  enter(1, leaf_separator_, leaf_component_, write_block(leaf_));
  start(leaf_, 0);
}

void TableWriter::enter(std::size_t level, std::string_view separator, std::uint32_t component, std::uint32_t child) {
  if (branches_.size() < level) {
    branches_.push_back(std::make_unique<Branch>());
    start(branches_.back()->block, static_cast<std::uint32_t>(level));
  }
  Branch& branch = *branches_[level - 1];
  if (branch.block.free() < 7 + separator.size() + kSlot) {
    const std::uint32_t full = write_block(branch.block);
    enter(level + 1, branch.first_key, branch.first_component, full);
    start(branch.block, static_cast<std::uint32_t>(level));
  }
  if (branch.block.directory_end == kHeader) {
    branch.first_key = separator;
    branch.first_component = component;
    separator = {};
    component = 0;
  }
  char* item = new_item(branch.block, static_cast<std::uint32_t>(7 + separator.size()));
  put_u32(item, child);
  item[4] = static_cast<char>(separator.size());
  put_u16(std::copy(separator.begin(), separator.end(), item + 5), component);
}

std::uint32_t TableWriter::write_block(Block& block) {
  put_u16(block.bytes.data() + 5, block.free());
  put_u16(block.bytes.data() + 7, block.free());
  put_u16(block.bytes.data() + 9, block.directory_end);
  out_.append(block.bytes.data(), block.bytes.size());
  if (out_.size() >= kWriteAtOnce) flush();
  return blocks_++;
}

void TableWriter::flush() {
  for (std::string_view rest = out_; !rest.empty();) {
    const ssize_t n = ::write(file_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(path_, "cannot write");
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  out_.clear();
}

TableRoot TableWriter::finish() {
  TableRoot root{.entries = entries_};
  if (branches_.empty()) {
    root.block = write_block(leaf_);
  } else {
    close_leaf();
    for (std::size_t level = 1;; ++level) {
      Branch& branch = *branches_[level - 1];
      root = {.block = write_block(branch.block), .level = static_cast<std::uint32_t>(level), .entries = entries_};
      if (level == branches_.size()) break;
      enter(level + 1, branch.first_key, branch.first_component, root.block);
    }
  }
  root.blocks = blocks_;
  flush();
  if (::fdatasync(file_) != 0) throw_errno(path_, "cannot sync");
  ::close(file_);
  file_ = -1;
  return root;
}

}  // namespace dateline::glass

#include "common/store/glass_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <deque>

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

/// The branches above leaves, which are entered in the order of their keys.
class Branches {
 public:
  explicit Branches(BlockFile& file) : file_(file) {}

  void enter(std::string_view separator, std::uint32_t component, std::uint32_t child) {
    enter(0, separator, component, child);
  }
  /// Writes what is left. At least two children must have been entered.
  TableRoot finish() {
    for (std::size_t i = 0;; ++i) {
      const std::uint32_t block = levels_[i].block.append_to(file_);
      if (i + 1 == levels_.size()) return {.block = block, .level = static_cast<std::uint32_t>(i + 1)};
      enter(i + 1, levels_[i].first_key, levels_[i].first_component, block);
    }
  }

 private:
  struct Branch {
    Block block;
    std::string first_key;  // separator of the first child, which the block itself leaves out
    std::uint32_t first_component = 0;
  };

  void enter(std::size_t index, std::string_view separator, std::uint32_t component, std::uint32_t child) {
    if (levels_.size() == index)
      levels_.push_back({.block = {file_.block_size(), static_cast<std::uint32_t>(index + 1)}, .first_key = {}});
    Branch& branch = levels_[index];
    if (!branch.block.has_room(static_cast<std::uint32_t>(7 + separator.size()))) {
      const std::uint32_t full = branch.block.append_to(file_);
      enter(index + 1, branch.first_key, branch.first_component, full);
      branch.block.clear();
    }
    if (branch.block.empty()) {
      branch.first_key = separator;
      branch.first_component = component;
      separator = {};
      component = 0;
    }
    char* item = branch.block.new_item(static_cast<std::uint32_t>(7 + separator.size()));
    put_u32(item, child);
    item[4] = static_cast<char>(separator.size());
    put_u16(std::copy(separator.begin(), separator.end(), item + 5), component);
  }

  BlockFile& file_;
  std::deque<Branch> levels_;  // from 1 on; those that are there stay where they are
};

}  // namespace

// --- Blocks
// ------------------------------------------------------------------------------------------------------------

BlockFile::BlockFile(std::filesystem::path path, std::uint32_t block_size)
    : path_(std::move(path)), block_size_(block_size) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ < 0) throw_errno(path_, "cannot create");
}

BlockFile::~BlockFile() {
  ::close(file_);
}

std::uint32_t BlockFile::append(std::string_view block) {
  assert(block.size() == block_size_);
  out_ += block;
  if (out_.size() >= kWriteAtOnce) flush();
  return blocks_++;
}

void BlockFile::flush() {
  for (std::string_view rest = out_; !rest.empty();) {
    const ssize_t n = ::write(file_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(path_, "cannot write");
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  out_.clear();
}

void BlockFile::append_all(BlockFile& other) {
  assert(block_size_ == other.block_size_);
  other.flush();
  flush();
  const std::uint64_t end = std::uint64_t{other.blocks_} * block_size_;
  for (std::uint64_t at = 0; at < end;) {
    out_.resize(std::min<std::uint64_t>(kWriteAtOnce, end - at));
    const ssize_t n = ::pread(other.file_, out_.data(), out_.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_errno(other.path_, "cannot read back");
    out_.resize(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
    flush();
  }
  blocks_ += other.blocks_;
}

void BlockFile::sync() {
  flush();
  if (::fdatasync(file_) != 0) throw_errno(path_, "cannot sync");
}

void BlockFile::unlink() {
  if (::unlink(path_.c_str()) != 0) throw_errno(path_, "cannot remove");
}

Block::Block(std::uint32_t size, std::uint32_t level) : bytes_(size, '\0'), level_(level) {
  clear();
}

void Block::clear() {
  std::fill(bytes_.begin(), bytes_.end(), '\0');
  directory_end_ = kHeader;
  lowest_item_ = static_cast<std::uint32_t>(bytes_.size());
}

char* Block::new_item(std::uint32_t size) {
  assert(has_room(size));
  lowest_item_ -= size;
  put_u16(bytes_.data() + directory_end_, lowest_item_);
  directory_end_ += kSlot;
  return bytes_.data() + lowest_item_;
}

bool Block::has_room(std::uint32_t size) const {
  return free() >= size + kSlot;
}

std::uint32_t Block::room() const {
  return free() > kSlot ? free() - kSlot : 0;
}

bool Block::empty() const {
  return directory_end_ == kHeader;
}

std::uint32_t Block::append_to(BlockFile& file) {
  put_u32(bytes_.data(), kRevision);
  bytes_[4] = static_cast<char>(level_);
  put_u16(bytes_.data() + 5, free());
  put_u16(bytes_.data() + 7, free());
  put_u16(bytes_.data() + 9, directory_end_);
  return file.append(bytes_);
}

// --- Leaves
// ------------------------------------------------------------------------------------------------------------

LeafWriter::LeafWriter(BlockFile& file, Range range)
    : file_(&file),
      max_item_(std::min((file.block_size() - kHeader - 4 * kSlot) / 4, kMostItemBytes)),
      block_(file.block_size(), 0) {
  if (range == Range::later) return;
  char* null_item = block_.new_item(3);  // every tree begins with an item of an empty key, which is no entry
  null_item[0] = static_cast<char>(kFirst | kLast);
}

void LeafWriter::add(std::string_view key, std::string_view tag, bool compressed) {
  assert(!key.empty() && key.size() <= 255 && key > last_key_);
  if (tag.size() > kMostTagBytes) throw Error(ErrorCode::usage, file_->path().string(), "an entry of over 100 MB");
  if (entries_++ == 0) first_key_ = key;
  last_key_ = key;
  const auto head = static_cast<std::uint32_t>(3 + key.size());  // of a first component
  std::size_t here = tag.size();                                 // bytes in the first component
  if (head + tag.size() > std::min(max_item_, block_.room())) {
    // Either it begins in what is left of this leaf, or in the next one.
    const std::uint32_t room = block_.room() > head ? block_.room() - head : 0;
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

void LeafWriter::put_component(std::string_view key, std::string_view tag, std::uint32_t number, bool last,
                               bool compressed) {
  const auto size = static_cast<std::uint32_t>(3 + key.size() + (number > 1 ? 2 : 0) + tag.size());
  if (!block_.has_room(size)) {
    close_leaf();
    separators_ += previous_key_ == key ? key : shortest_separator(previous_key_, key);
  }
  if (block_.empty()) component_ = number;
  char* item = block_.new_item(size);
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

/// Writes the leaf and begins the next one.
void LeafWriter::close_leaf() {
  previous_key_.assign(block_.last_item() + 3, static_cast<unsigned char>(block_.last_item()[2]));
  leaves_.push_back({block_.append_to(*file_), component_, separators_.size()});
  block_.clear();
}

void LeafWriter::finish() {
  if (!block_.empty()) close_leaf();
}

void LeafWriter::move_to(BlockFile& file) {
  assert(file_->blocks() == leaves_.size());
  for (Leaf& leaf : leaves_) leaf.block += file.blocks();
  file.append_all(*file_);
  file_ = &file;
}

TableRoot write_tree(BlockFile& file, std::span<const LeafWriter* const> ranges) {
  TableRoot root;
  std::size_t leaves = 0;
  for (const LeafWriter* range : ranges) {
    leaves += range->leaves_.size();
    root.entries += range->entries_;
  }
  if (leaves == 1) {
    root.block = ranges.front()->leaves_.front().block;  // which every table has
  } else {
    Branches branches(file);
    std::string_view before;  // the last key of the ranges before
    for (const LeafWriter* range : ranges) {
      std::uint64_t separator = 0;
      for (const LeafWriter::Leaf& leaf : range->leaves_) {
        const bool first = &leaf == &range->leaves_.front();
        branches.enter(first && range != ranges.front()
                           ? shortest_separator(before, range->first_key_)
                           : std::string_view(range->separators_).substr(separator, leaf.separator_end - separator),
                       leaf.component, leaf.block);
        separator = leaf.separator_end;
      }
      if (range->entries_ > 0) before = range->last_key_;
    }
    const TableRoot top = branches.finish();
    root.block = top.block;
    root.level = top.level;
  }
  root.blocks = file.blocks();
  file.sync();
  return root;
}

TableRoot TableWriter::finish() {
  leaves_.finish();
  const LeafWriter* const all[] = {&leaves_};
  return write_tree(file_, all);
}

}  // namespace dateline::glass

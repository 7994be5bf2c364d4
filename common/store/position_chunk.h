// The encoding of a chunk of a position list (position_lists.h).
//
//   chunk: V(documents) V(k of first positions + 32 * k of further ones + 1024 if documents without positions are among
//   them) bits, which are per document, as Rice codes:
//     of twice the number of further positions, and one more where the first is in the title (where documents without
//     positions are among them: one more, 0 for those); of the first position (in the text: from where that may begin);
//     of each difference, less one
#pragma once

#include <xapian.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/positions.h"

namespace dateline {

/// What was written by this process or comes from a file that may be damaged: ends at the end of the text.
inline std::uint64_t take_varint(std::string_view& from) {
  std::uint64_t n = 0;
  for (unsigned shift = 0; !from.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    n |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return n;
  }
  throw Xapian::DatabaseCorruptError("a list of positions ends early");
}

/// Appends a chunk. `counts`: how many of `positions` each document has, one after another; ascending in each.
void put_position_chunk(std::string& out, std::span<const std::uint32_t> counts,
                        std::span<const std::uint32_t> positions);

/// Numbers that are mostly about 2^k, the large ones rare: Rice (1979), with an escape where one is far too large.
inline constexpr unsigned kMostOnes = 20;

/// Bits, least significant first. Throws Xapian::DatabaseCorruptError when they end early.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  /// At most 32.
  std::uint64_t take(unsigned count) {
    fill();
    const std::uint64_t taken = bits_ & ((std::uint64_t{1} << count) - 1);
    drop(count);
    return taken;
  }
  /// A number of the Rice code with parameter k if it is short, which most are: else nothing is taken.
  bool take_short_rice(unsigned k, std::uint32_t& n) {
    fill();
    const auto ones = static_cast<unsigned>(std::countr_one(bits_));
    if (ones + 1 + k > std::min(held_, 32U) || ones >= kMostOnes) return false;
    bits_ >>= ones + 1;
    n = ones << k | static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << k) - 1));
    bits_ >>= k;
    held_ -= ones + 1 + k;
    return true;
  }
  /// The number of ones before the next zero, or `most` if there are so many; the zero is taken as well.
  unsigned take_ones(unsigned most) {
    fill();
    const auto ones = static_cast<unsigned>(std::countr_one(bits_));
    drop(std::min(ones + 1, most));
    return std::min(ones, most);
  }

 private:
  void fill() {
    if (held_ > 32) return;
    std::uint32_t next = 0;
    if (bytes_.size() >= sizeof next) {
      std::memcpy(&next, bytes_.data(), sizeof next);
      if constexpr (std::endian::native == std::endian::big) next = __builtin_bswap32(next);
      bytes_.remove_prefix(sizeof next);
      bits_ |= std::uint64_t{next} << held_;
      held_ += 32;
      return;
    }
    for (; !bytes_.empty(); bytes_.remove_prefix(1), held_ += 8)
      bits_ |= std::uint64_t{static_cast<unsigned char>(bytes_.front())} << held_;
  }
  void drop(unsigned count) {
    if (count > held_) throw Xapian::DatabaseCorruptError("a list of positions ends early");
    bits_ >>= count;
    held_ -= count;
  }

  std::string_view bytes_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

inline std::uint32_t take_rice(BitReader& in, unsigned k) {
  if (std::uint32_t n = 0; in.take_short_rice(k, n)) return n;
  const unsigned quotient = in.take_ones(kMostOnes);
  if (quotient == kMostOnes) return static_cast<std::uint32_t>(in.take(32));
  return quotient << k | static_cast<std::uint32_t>(in.take(k));
}

/// Where the text begins at the earliest (positions.h): what is less stands in a title.
inline constexpr std::uint32_t kTextFrom = kTitleStart + kTitleGap;
inline constexpr unsigned kTitleRice = 3;
inline constexpr unsigned kCountRice = 0;

/// Goes through the documents of a chunk.
class PositionChunk {
 public:
  explicit PositionChunk(std::string_view chunk) : bits_({}) {
    documents_ = left_ = take_varint(chunk);
    const std::uint64_t parameters = take_varint(chunk);
    first_ = parameters % 32;
    further_ = parameters / 32 % 32;
    some_have_none_ = parameters / 1024 % 2;
    bits_ = BitReader(chunk);
  }
  [[nodiscard]] std::uint64_t documents() const { return documents_; }
  [[nodiscard]] bool at_end() const { return left_ == 0; }
  /// Reads the positions of the next document, replacing the content of `out`; false at the end.
  bool next(std::vector<std::uint32_t>& out) {
    out.clear();
    return take([&](std::uint32_t position) { out.push_back(position); });
  }
  /// Passes over it.
  void skip() {
    (void)take([](std::uint32_t) {});
  }

 private:
  template <typename F>
  bool take(F&& f) {
    if (left_ == 0) return false;
    --left_;
    std::uint32_t head = take_rice(bits_, kCountRice);
    if (some_have_none_ != 0 && head-- == 0) return true;
    std::uint32_t position = head % 2 == 1 ? take_rice(bits_, kTitleRice) : kTextFrom + take_rice(bits_, first_);
    f(position);
    for (std::uint32_t more = head / 2; more > 0; --more) f(position += 1 + take_rice(bits_, further_));
    return true;
  }

  BitReader bits_;
  std::uint64_t documents_ = 0;
  std::uint64_t left_ = 0;
  unsigned first_ = 0;
  unsigned further_ = 0;
  unsigned some_have_none_ = 0;
};

}  // namespace dateline

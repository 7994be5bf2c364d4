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
#include <array>
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

/// Bits, least significant first. Throws Xapian::DatabaseCorruptError when they end early. All of it is inlined, so
/// that a copy may lie in registers.
class BitReader {
 public:
  static constexpr std::size_t kPadding = 2 * sizeof(std::uint64_t);

  /// `padded`: the bytes, and kPadding zeros.
  explicit BitReader(std::string_view padded) : at_(padded.data()), end_(padded.data() + padded.size() - kPadding) {}
  [[gnu::always_inline]] std::uint32_t take_rice(unsigned k) {
    fill();
    const auto ones = static_cast<unsigned>(std::countr_one(bits_));
    if (ones >= kMostOnes) [[unlikely]] {
      bits_ >>= kMostOnes;
      held_ -= kMostOnes;
      fill();
      return static_cast<std::uint32_t>(take(32));
    }
    bits_ >>= ones + 1;
    held_ -= ones + 1;
    return ones << k | static_cast<std::uint32_t>(take(k));
  }

  /// Throws if more was taken than there is: at most 64 bits are before it is found out.
  void check() const {
    if ((at_ - end_) * 8 > static_cast<std::ptrdiff_t>(held_)) end_early();
  }

 private:
  [[noreturn]] static void end_early() { throw Xapian::DatabaseCorruptError("a list of positions ends early"); }
  /// 56 bits at least: without a branch that is taken now and then (Giesen, Reading bits in far too many ways, 2018).
  /// Above `held_` there may be bits that will be read again.
  [[gnu::always_inline]] void fill() {
    std::uint64_t next = 0;
    if (at_ - end_ > static_cast<std::ptrdiff_t>(sizeof next)) end_early();
    std::memcpy(&next, at_, sizeof next);
    if constexpr (std::endian::native == std::endian::big) next = __builtin_bswap64(next);
    bits_ |= next << held_;
    at_ += (63 - held_) / 8;
    held_ |= 56U;
  }
  [[gnu::always_inline]] std::uint64_t take(unsigned count) {
    const std::uint64_t taken = bits_ & ((std::uint64_t{1} << count) - 1);
    bits_ >>= count;
    held_ -= count;
    return taken;
  }

  const char* at_;
  const char* end_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;  // fewer than 64
};

/// Where the text begins at the earliest (positions.h): what is less stands in a title.
inline constexpr std::uint32_t kTextFrom = kTitleStart + kTitleGap;
inline constexpr unsigned kTitleRice = 3;
inline constexpr unsigned kCountRice = 0;

/// Goes through the documents of a chunk.
class PositionChunk {
 public:
  explicit PositionChunk(std::string_view chunk) {
    documents_ = left_ = take_varint(chunk);
    const std::uint64_t parameters = take_varint(chunk);
    first_ = parameters % 32;
    further_ = parameters / 32 % 32;
    some_have_none_ = parameters / 1024 % 2;
    bytes_.reserve(chunk.size() + BitReader::kPadding);
    bytes_.append(chunk).append(BitReader::kPadding, '\0');
    bits_ = BitReader(bytes_);
  }
  PositionChunk(const PositionChunk&) = delete;
  PositionChunk& operator=(const PositionChunk&) = delete;
  [[nodiscard]] std::uint64_t documents() const { return documents_; }
  [[nodiscard]] std::uint64_t left() const { return left_; }
  /// Reads the positions of the next document, replacing the content of `out`; false at the end.
  bool next(std::vector<std::uint32_t>& out) {
    out.clear();
    if (left_ == 0) return false;
    take(1, [&](std::uint32_t position) { out.push_back(position); });
    return true;
  }
  /// Passes over the next documents, of which there must be so many.
  void skip(std::uint64_t documents) {
    take(documents, [](std::uint32_t) {});
  }

 private:
  template <typename F>
  void take(std::uint64_t documents, F&& f) {
    left_ -= documents;
    BitReader bits = bits_;
    for (; documents > 0; --documents) {
      std::uint32_t head = bits.take_rice(kCountRice);
      if (some_have_none_ != 0 && head-- == 0) continue;
      std::uint32_t position = head % 2 == 1 ? bits.take_rice(kTitleRice) : kTextFrom + bits.take_rice(first_);
      f(position);
      for (std::uint32_t more = head / 2; more > 0; --more) f(position += 1 + bits.take_rice(further_));
    }
    bits.check();
    bits_ = bits;
  }

  static constexpr std::array<char, BitReader::kPadding> kNothing{};

  std::string bytes_;
  BitReader bits_{std::string_view(kNothing.data(), kNothing.size())};
  std::uint64_t documents_ = 0;
  std::uint64_t left_ = 0;
  unsigned first_ = 0;
  unsigned further_ = 0;
  unsigned some_have_none_ = 0;
};

}  // namespace dateline

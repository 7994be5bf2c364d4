#include "common/store/position_chunk.h"

#include "common/store/glass_encoding.h"

namespace dateline {
namespace {

/// Least significant bit first, into whole bytes.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}
  BitWriter(const BitWriter&) = delete;
  BitWriter& operator=(const BitWriter&) = delete;
  void finish() {
    for (; held_ > 0; held_ -= std::min(held_, 8U), bits_ >>= 8) out_.push_back(static_cast<char>(bits_ & 0xFF));
  }
  /// The low `count` bits of `bits`, no others of which may be set; at most 32.
  void put(std::uint64_t bits, unsigned count) {
    bits_ |= bits << held_;
    held_ += count;
    if (held_ < 32) return;
    char bytes[4];
    for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<char>(bits_ >> 8 * i & 0xFF);
    out_.append(bytes, sizeof bytes);
    bits_ >>= 32;
    held_ -= 32;
  }

 private:
  std::string& out_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;  // fewer than 32
};

void put_rice(BitWriter& out, std::uint32_t n, unsigned k) {
  const std::uint32_t quotient = n >> k;
  if (quotient >= kMostOnes) {
    out.put((1U << kMostOnes) - 1, kMostOnes);
    out.put(n, 32);
    return;
  }
  out.put((1U << quotient) - 1, quotient + 1);
  out.put(n & ((std::uint64_t{1} << k) - 1), k);
}

/// The k for numbers of this sum.
unsigned rice_parameter(std::uint64_t sum, std::uint64_t count) {
  // The best for numbers that fall off geometrically: 1 + log2 of the mean times the logarithm of the golden ratio
  // (Kiely, Selecting the Golomb Parameter in Rice Coding, 2004).
  constexpr std::uint64_t kLogarithm = 123;  // of 256
  const std::uint64_t scaled = count == 0 ? 0 : sum * kLogarithm / 256 / count;
  return std::min(31U, static_cast<unsigned>(std::bit_width(scaled)));
}

}  // namespace

void put_position_chunk(std::string& chunk, std::span<const std::uint32_t> counts,
                        std::span<const std::uint32_t> positions) {
  std::uint64_t sum_of_firsts = 0;
  std::uint64_t firsts = 0;
  std::uint64_t sum_of_further = 0;
  std::uint64_t further = 0;
  unsigned some_have_none = 0;
  const std::uint32_t* position = positions.data();
  for (const std::uint32_t count : counts) {
    if (count == 0) {
      some_have_none = 1;
      continue;
    }
    if (*position >= kTextFrom) {
      sum_of_firsts += *position - kTextFrom;
      ++firsts;
    }
    // The differences, less one each.
    sum_of_further += position[count - 1] - position[0] - (count - 1);
    further += count - 1;
    position += count;
  }
  const unsigned k_of_firsts = rice_parameter(sum_of_firsts, firsts);
  const unsigned k_of_further = rice_parameter(sum_of_further, further);
  glass::put_varint(chunk, counts.size());
  glass::put_varint(chunk, k_of_firsts + 32 * k_of_further + 1024 * some_have_none);
  BitWriter out(chunk);
  position = positions.data();
  for (const std::uint32_t count : counts) {
    if (count == 0) {
      put_rice(out, 0, kCountRice);
      continue;
    }
    const bool title = *position < kTextFrom;
    put_rice(out, (count - 1) * 2 + (title ? 1 : 0) + some_have_none, kCountRice);
    title ? put_rice(out, *position, kTitleRice) : put_rice(out, *position - kTextFrom, k_of_firsts);
    for (std::uint32_t p = 1; p < count; ++p) put_rice(out, position[p] - position[p - 1] - 1, k_of_further);
    position += count;
  }
  out.finish();
}

}  // namespace dateline

#include "common/store/glass_encoding.h"

#include <bit>

namespace dateline::glass {
namespace {

/// Bits, least significant first.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  /// One of `outof` equally likely values in as few bits as it takes (a truncated binary code).
  void encode(std::uint32_t value, std::uint32_t outof) {
    const auto bits = static_cast<unsigned>(std::bit_width(outof - 1));
    const std::uint64_t spare = (std::uint64_t{1} << bits) - outof;
    if (spare == 0) return put(value, bits);
    const std::uint64_t middle = (outof - spare) / 2;
    if (value < middle) {
      put(value, bits);
    } else if (value < middle + spare) {
      put(value, bits - 1);
    } else {
      put((value - (middle + spare)) | std::uint64_t{1} << (bits - 1), bits);
    }
  }

  /// Interpolative code (Moffat, Stuiver 2000): the middle of a range first, whose ends bound it.
  void interpolate(std::span<const std::uint32_t> p, std::size_t j, std::size_t k) {
    while (j + 1 < k) {
      const std::size_t m = j + (k - j) / 2;
      const auto before = static_cast<std::uint32_t>(m - j);
      const auto all = static_cast<std::uint32_t>(k - j);
      encode(p[m] - (p[j] + before), p[k] - p[j] - all + 1);
      interpolate(p, j, m);
      j = m;
    }
  }

  void finish() {
    if (held_ > 0) out_.push_back(static_cast<char>(bits_));
  }

 private:
  void put(std::uint64_t value, unsigned bits) {
    bits_ |= value << held_;
    for (held_ += bits; held_ >= 8; held_ -= 8, bits_ >>= 8) out_.push_back(static_cast<char>(bits_ & 0xFF));
  }

  std::string& out_;
  std::uint64_t bits_ = 0;  // at most 7 held + 32 new
  unsigned held_ = 0;
};

}  // namespace

void put_positions(std::string& out, std::span<const std::uint32_t> positions) {
  const std::uint32_t first = positions.front();
  const std::uint32_t last = positions.back();
  put_varint(out, last);
  if (positions.size() == 1) return;
  BitWriter bits(out);
  bits.encode(first, last);
  bits.encode(static_cast<std::uint32_t>(positions.size() - 2), last - first);
  bits.interpolate(positions, 0, positions.size() - 1);
  bits.finish();
}

}  // namespace dateline::glass

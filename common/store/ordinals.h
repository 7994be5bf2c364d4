// Where a document stands in an ascending list of docids, found without a search.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <vector>

namespace dateline {

/// A bit a docid, and how many are set before each 64 of them.
class Ordinals {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Ordinals() = default;
  /// `documents`: ascending.
  explicit Ordinals(const std::vector<Xapian::docid>& documents) {
    if (documents.empty()) return;
    bits_.resize(documents.back() / 64 + 1);
    for (const Xapian::docid document : documents) bits_[document / 64] |= std::uint64_t{1} << document % 64;
    before_.reserve(bits_.size());
    std::uint32_t before = 0;
    for (const std::uint64_t word : bits_) {
      before_.push_back(before);
      before += ones(word);
    }
  }
  /// True for lists that have so many of the docids up to their last that the bits take little beside them.
  [[nodiscard]] static bool pay(const std::vector<Xapian::docid>& documents) {
    return !documents.empty() && documents.back() / 32 < documents.size();
  }
  /// Bytes of those that pay().
  [[nodiscard]] static std::size_t bytes(const std::vector<Xapian::docid>& documents) {
    return pay(documents) ? (documents.back() / 64 + 1) * (sizeof(std::uint64_t) + sizeof(std::uint32_t)) : 0;
  }

  [[nodiscard]] bool has(Xapian::docid document) const {
    const std::size_t word = document / 64;
    return word < bits_.size() && (bits_[word] >> document % 64 & 1) != 0;
  }
  /// kNone: it is not there.
  [[nodiscard]] std::size_t of(Xapian::docid document) const {
    if (!has(document)) return kNone;
    const std::size_t word = document / 64;
    return before_[word] + ones(bits_[word] & ((std::uint64_t{1} << document % 64) - 1));
  }

 private:
  /// Without a call, which std::popcount is where the processor need not have an instruction for it.
  static std::uint32_t ones(std::uint64_t n) {
    n -= n >> 1 & 0x5555555555555555;
    n = (n & 0x3333333333333333) + (n >> 2 & 0x3333333333333333);
    n = (n + (n >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<std::uint32_t>(n * 0x0101010101010101 >> 56);
  }

  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> before_;
};

}  // namespace dateline

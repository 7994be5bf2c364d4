// Where a document stands in an ascending list of docids, found without a search through the list.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dateline {

/// A bit for each few docids, one of which may be in the list, and how many of the list are before each 64 bits. There
/// are so many bits that most of them, or all, are for one docid that is there, or for none.
class Ordinals {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Ordinals() = default;
  /// `documents`: ascending; the same are given whenever something is asked.
  explicit Ordinals(const std::vector<Xapian::docid>& documents) {
    if (documents.empty()) return;
    shift_ = shift_of(documents);
    bits_.resize(words_of(documents));
    before_.resize(bits_.size() + 1);
    for (const Xapian::docid document : documents) {
      const Xapian::docid bit = document >> shift_;
      bits_[bit / 64] |= std::uint64_t{1} << bit % 64;
      ++before_[bit / 64 + 1];
    }
    for (std::size_t word = 1; word < before_.size(); ++word) before_[word] += before_[word - 1];
  }
  /// True for lists that have so many of the docids up to their last that each has a bit.
  [[nodiscard]] static bool exact(const std::vector<Xapian::docid>& documents) {
    return !documents.empty() && shift_of(documents) == 0;
  }
  /// 6 a document and less, and 12.
  [[nodiscard]] static std::size_t bytes(const std::vector<Xapian::docid>& documents) {
    return documents.empty() ? 0 : words_of(documents) * (sizeof(std::uint64_t) + sizeof(std::uint32_t));
  }

  [[nodiscard]] bool exact() const { return shift_ == 0; }
  /// False: it is not there. True: it is, or, unless exact(), may be.
  [[nodiscard]] bool may_have(Xapian::docid document) const {
    const Xapian::docid bit = document >> shift_;
    return bit / 64 < bits_.size() && (bits_[bit / 64] >> bit % 64 & 1) != 0;
  }
  /// kNone: it is not there.
  [[nodiscard]] std::size_t of(Xapian::docid document, const std::vector<Xapian::docid>& documents) const {
    if (!may_have(document)) return kNone;
    const Xapian::docid bit = document >> shift_;
    const std::size_t word = bit / 64;
    if (shift_ == 0) return before_[word] + ones(bits_[word] & ((std::uint64_t{1} << bit % 64) - 1));
    // Two on average; many where documents lie together.
    constexpr std::size_t kMany = 8;
    std::size_t at = before_[word];
    const std::size_t end = before_[word + 1];
    if (end - at > kMany) {
      const auto found = std::lower_bound(documents.begin() + static_cast<std::ptrdiff_t>(at),
                                          documents.begin() + static_cast<std::ptrdiff_t>(end), document);
      at = static_cast<std::size_t>(found - documents.begin());
    } else {
      while (at < end && documents[at] < document) ++at;
    }
    return at < end && documents[at] == document ? at : kNone;
  }

 private:
  /// The fewer docids a bit is for, the fewer are taken for one that is there. With 32 bits a document, one in 32.
  static unsigned shift_of(const std::vector<Xapian::docid>& documents) {
    constexpr unsigned kBitsOfDocument = 32;
    unsigned shift = 0;
    while ((documents.back() >> shift) / kBitsOfDocument >= documents.size()) ++shift;
    return shift;
  }
  static std::size_t words_of(const std::vector<Xapian::docid>& documents) {
    return (documents.back() >> shift_of(documents)) / 64 + 1;
  }
  /// Without a call, which std::popcount is where the processor need not have an instruction for it.
  static std::uint32_t ones(std::uint64_t n) {
    n -= n >> 1 & 0x5555555555555555;
    n = (n & 0x3333333333333333) + (n >> 2 & 0x3333333333333333);
    n = (n + (n >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<std::uint32_t>(n * 0x0101010101010101 >> 56);
  }

  unsigned shift_ = 0;
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> before_;  // of each word, and of one behind the last
};

}  // namespace dateline

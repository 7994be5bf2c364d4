// Where a document stands in an ascending list of docids, found without a search through the list.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dateline {

/// A bit a docid in words of 64, and how many of the list are before each word. Of a list that leaves most words empty
/// only the others are kept, and a bit a word says which those are.
class Ordinals {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Ordinals() = default;
  /// `documents`: ascending.
  explicit Ordinals(const std::vector<Xapian::docid>& documents) {
    if (documents.empty()) return;
    const std::size_t words = words_of(documents);
    std::size_t used = 1;
    for (std::size_t i = 1; i < documents.size(); ++i) used += documents[i] / 64 != documents[i - 1] / 64 ? 1U : 0U;
    all_ = used * 2 >= words;
    end_ = static_cast<Xapian::docid>(words - 1);
    if (!all_) {
      used_.resize(words / 64 + 1);
      used_before_.resize(used_.size());
      for (const Xapian::docid document : documents) used_[document / 4096] |= bit(document / 64);
      for (std::size_t i = 1; i < used_.size(); ++i) used_before_[i] = used_before_[i - 1] + ones(used_[i - 1]);
    }
    words_.resize((all_ ? words : used) + 1);  // one may be read behind the last
    for (const Xapian::docid document : documents) words_[word_of(document)].bits |= bit(document);
    for (std::size_t i = 1; i < words_.size(); ++i) words_[i].before = words_[i - 1].before + ones(words_[i - 1].bits);
  }
  /// At most.
  [[nodiscard]] static std::size_t bytes(const std::vector<Xapian::docid>& documents) {
    if (documents.empty()) return 0;
    const std::size_t words = words_of(documents);
    return (std::min(words, 2 * documents.size()) + 1) * sizeof(Word) + (words / 64 + 1) * 12;
  }

  [[nodiscard]] std::size_t bytes() const { return words_.size() * sizeof(Word) + used_.size() * 12; }

  [[nodiscard]] bool has(Xapian::docid document) const {
    if (words_.empty() || document / 64 > end_) return false;
    // Without a branch: who knows which are there.
    const std::uint64_t used = all_ ? 1 : used_[document / 4096] >> document / 64 % 64;
    return (used & words_[word_of(document)].bits >> document % 64 & 1) != 0;
  }
  /// kNone: it is not there.
  [[nodiscard]] std::size_t of(Xapian::docid document) const {
    if (!has(document)) return kNone;
    const Word& word = words_[word_of(document)];
    return word.before + ones(word.bits & (bit(document) - 1));
  }

 private:
  struct Word {
    std::uint64_t bits = 0;
    std::uint32_t before = 0;
  };

  static std::size_t words_of(const std::vector<Xapian::docid>& documents) {
    return documents.back() / 64 + std::size_t{1};
  }
  static std::uint64_t bit(Xapian::docid n) { return std::uint64_t{1} << n % 64; }
  /// Where its word is; the next where it is not used.
  [[nodiscard]] std::size_t word_of(Xapian::docid document) const {
    if (all_) return document / 64;
    return used_before_[document / 4096] + ones(used_[document / 4096] & (bit(document / 64) - 1));
  }
  /// Without a call, which std::popcount is where the processor need not have an instruction for it.
  static std::uint32_t ones(std::uint64_t n) {
    n -= n >> 1 & 0x5555555555555555;
    n = (n & 0x3333333333333333) + (n >> 2 & 0x3333333333333333);
    n = (n + (n >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<std::uint32_t>(n * 0x0101010101010101 >> 56);
  }

  bool all_ = false;       // words are kept, used or not
  Xapian::docid end_ = 0;  // the last word
  std::vector<Word> words_;
  std::vector<std::uint64_t> used_;
  std::vector<std::uint32_t> used_before_;
};

}  // namespace dateline

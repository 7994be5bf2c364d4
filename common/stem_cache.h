// The stems of the words that were met last.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#define XXH_INLINE_ALL  // a call takes longer than the hash of a word
#include <xxhash.h>

#include "common/same_bytes.h"

namespace dateline {

/// Stems of the words met last: one look into one cache line a word. A miss costs less than the further looks that a
/// larger table takes. Small until it is used: a query asks for a few stems in each language.
class StemCache {
 public:
  /// The stem, or a view of null if it is not known.
  [[nodiscard]] std::string_view find(std::string_view word) const {
    if (lines_.empty()) return {};
    const Line& line = lines_[line_of(word)];
    if (!same_bytes({line.bytes.data(), line.word_size}, word)) return {};
    return {line.bytes.data() + line.word_size, line.stem_size};
  }
  /// Asks for the line of a word whose stem is needed soon: the table is larger than the caches that are near.
  void prefetch(std::string_view word) const {
    if (!lines_.empty()) __builtin_prefetch(&lines_[line_of(word)]);
  }
  /// Gives the stem as it is kept; a view of null if the two are too long to be kept.
  std::string_view put(std::string_view word, std::string_view stem) {
    if (lines_.size() < kLines && ++put_ > lines_.size()) {
      lines_.assign(lines_.empty() ? kFirstLines : kLines, {});
      put_ = 0;
    }
    if (word.empty() || stem.empty() || word.size() + stem.size() > sizeof Line::bytes) return {};
    Line& line = lines_[line_of(word)];
    line.word_size = static_cast<std::uint8_t>(word.size());
    line.stem_size = static_cast<std::uint8_t>(stem.size());
    std::copy(stem.begin(), stem.end(), std::copy(word.begin(), word.end(), line.bytes.begin()));
    return {line.bytes.data() + line.word_size, line.stem_size};
  }

 private:
  static constexpr std::size_t kLines = std::size_t{1} << 15;
  static constexpr std::size_t kFirstLines = 64;
  struct alignas(64) Line {
    std::uint8_t word_size = 0;  // 0: free
    std::uint8_t stem_size = 0;
    std::array<char, 62> bytes{};
  };
  [[nodiscard]] std::size_t line_of(std::string_view word) const {
    return XXH3_64bits(word.data(), word.size()) & (lines_.size() - 1);
  }
  std::vector<Line> lines_;
  std::size_t put_ = 0;  // into the first lines
};

}  // namespace dateline

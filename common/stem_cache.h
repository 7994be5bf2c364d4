// The stems of the words that were met last.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/same_bytes.h"

namespace dateline {

/// Stems of the words met last: one look into one cache line a word, which has room for some six. Small until it is
/// used: a query asks for a few stems in each language.
class StemCache {
 public:
  /// `hash`: word_hash(word). The stem, valid until the next call, or a view of null if it is not known.
  [[nodiscard]] std::string_view find(std::string_view word, std::uint64_t hash) {
    if (lines_.empty()) return {};
    const char* at = lines_[line_of(hash)].bytes.data();
    for (const char* const end = at + sizeof(Line); at + sizeof(Head) < end;) {
      Head head;
      std::memcpy(&head, at, sizeof head);
      const char* const bytes = at + sizeof head;
      at = bytes + head.word_size + head.added;
      if (head.word_size == 0 || at > end) break;  // free, or half pushed out
      if (!same_bytes({bytes, head.word_size}, word)) continue;
      if (head.added == 0) return {bytes, head.shared};
      char* const rest = std::copy_n(bytes, head.shared, stem_.begin());
      return {stem_.data(),
              static_cast<std::size_t>(std::copy_n(bytes + head.word_size, head.added, rest) - stem_.data())};
    }
    return {};
  }
  /// Asks for the line of a word whose stem is needed soon: the table is larger than the caches that are near.
  void prefetch(std::uint64_t hash) const {
    if (!lines_.empty()) __builtin_prefetch(&lines_[line_of(hash)]);
  }
  /// Of words that find() does not know. The two are not kept if they are too long.
  void put(std::string_view word, std::uint64_t hash, std::string_view stem) {
    if (lines_.size() < kLines && ++put_ > lines_.size()) {
      lines_.assign(lines_.empty() ? kFirstLines : kLines, {});
      put_ = 0;
    }
    const auto shared = static_cast<std::size_t>(
        std::mismatch(word.begin(), word.end(), stem.begin(), stem.end()).first - word.begin());
    const std::string_view added = stem.substr(shared);
    const std::size_t size = sizeof(Head) + word.size() + added.size();
    if (word.empty() || stem.empty() || size > sizeof(Line)) return;
    // In front of the others; the oldest are pushed out behind.
    char* const line = lines_[line_of(hash)].bytes.data();
    std::memmove(line + size, line, sizeof(Line) - size);
    const Head head{.word_size = static_cast<std::uint8_t>(word.size()),
                    .shared = static_cast<std::uint8_t>(shared),
                    .added = static_cast<std::uint8_t>(added.size())};
    std::memcpy(line, &head, sizeof head);
    std::copy(added.begin(), added.end(), std::copy(word.begin(), word.end(), line + sizeof head));
  }

 private:
  static constexpr std::size_t kLines = std::size_t{1} << 15;
  static constexpr std::size_t kFirstLines = 64;
  /// Before the word and what its stem has instead of the word's end.
  struct Head {
    std::uint8_t word_size = 0;  // 0: free
    std::uint8_t shared = 0;     // first bytes of the word that its stem begins with
    std::uint8_t added = 0;
  };
  struct alignas(64) Line {
    std::array<char, 64> bytes{};
  };
  [[nodiscard]] std::size_t line_of(std::uint64_t hash) const { return hash & (lines_.size() - 1); }
  std::vector<Line> lines_;
  std::size_t put_ = 0;  // into the first lines
  std::array<char, sizeof(Line)> stem_{};
};

}  // namespace dateline

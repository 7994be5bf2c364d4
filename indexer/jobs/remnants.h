// Does any file of a folder still have pieces of a text? Looks at bytes as they are and at what is packed: items of
// Xapian's glass tables block by block, in use or freed, tags that are cut over blocks joined again; zlib, gzip and
// zstd streams anywhere; the values of SQLite tables.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dateline::indexer {

/// A hash of the beginning of a piece, by which it can be looked for when the piece itself is not known any more. Long
/// enough that nobody guesses the text from it who does not have it.
struct Fingerprint {
  static constexpr std::size_t kLength = 48;  ///< Bytes of the piece.
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  /// Of the first kLength bytes.
  [[nodiscard]] static Fingerprint of(std::string_view piece);
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Finds any of many byte strings in one pass. Each has at least kLeast bytes. Fingerprints are numbered behind them.
class PieceFinder {
 public:
  static constexpr std::size_t kLeast = 8;
  explicit PieceFinder(const std::vector<std::string>& pieces, const std::vector<Fingerprint>& prints = {});

  /// Calls found(piece number) for each place that has one.
  template <typename F>
  void scan(std::string_view bytes, F&& found) const {
    for (std::size_t at = 0; !by_print_.empty() && at + Fingerprint::kLength <= bytes.size(); ++at) {
      const Fingerprint here = Fingerprint::of(bytes.substr(at));
      const auto entry = by_print_.find(here.low);
      if (entry != by_print_.end() && entry->second.first == here) found(entry->second.second);
    }
    for (std::size_t at = 0; !pieces_.empty() && at + kLeast <= bytes.size(); ++at) {
      const std::uint64_t head = load(bytes.data() + at);
      if (!filter_[slot(head)]) continue;
      const auto [first, last] = by_head_.equal_range(head);
      for (auto it = first; it != last; ++it) {
        if (bytes.substr(at, pieces_[it->second].size()) == pieces_[it->second]) found(it->second);
      }
    }
  }

 private:
  static std::uint64_t load(const char* p);
  static std::size_t slot(std::uint64_t head) { return (head * 0x9E3779B97F4A7C15ULL) >> 48; }

  std::vector<std::string> pieces_;
  std::vector<bool> filter_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_head_;
  std::unordered_map<std::uint64_t, std::pair<Fingerprint, std::size_t>> by_print_;
};

struct Finding {
  std::filesystem::path file;
  std::size_t piece = 0;
  bool packed = false;

  friend auto operator<=>(const Finding&, const Finding&) = default;
};

struct ScanReport {
  std::vector<Finding> findings;  ///< Sorted, each once.
  std::size_t files = 0;
  std::uint64_t bytes = 0;  ///< As they are.
  std::uint64_t bytes_unpacked = 0;
};

/// Scans every regular file below `folder`. Throws Error(io) for one that cannot be read: an unread file proves
/// nothing.
[[nodiscard]] ScanReport scan_folder(const std::filesystem::path& folder, const PieceFinder& pieces);

}  // namespace dateline::indexer

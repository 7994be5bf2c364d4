// Are two short texts equal? Where this is asked for each word, a call of memcmp takes longer than it compares.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace dateline {

inline bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (std::uint64_t x = 0, y = 0; at + sizeof x <= a.size(); at += sizeof x) {
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    if (x != y) return false;
  }
  for (; at < a.size(); ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

}  // namespace dateline

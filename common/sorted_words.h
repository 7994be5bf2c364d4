// Short lists of words that are looked into.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace dateline {

template <std::size_t N>
constexpr bool contains(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

template <std::size_t N>
constexpr std::array<std::string_view, N> sorted(std::array<std::string_view, N> words) {
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace dateline

// One hash for words, so that a word that is looked up in several tables is hashed once.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL  // a call takes longer than the hash of a word
#include <xxhash.h>

namespace dateline {

inline std::uint64_t word_hash(std::string_view word) {
  return XXH3_64bits(word.data(), word.size());
}

}  // namespace dateline

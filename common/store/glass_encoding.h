// Number encodings of Xapian's glass format 2016-03-14 (xapian-core backends/glass/, common/pack.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace dateline::glass {

/// Fixed-width big-endian integers inside blocks.
inline void put_u16(char* at, std::uint32_t n) {
  at[0] = static_cast<char>(n >> 8 & 0xFF);
  at[1] = static_cast<char>(n & 0xFF);
}
inline void put_u32(char* at, std::uint32_t n) {
  put_u16(at, n >> 16);
  put_u16(at + 2, n & 0xFFFF);
}

/// Seven bits a byte, least significant first, 0x80 on all but the last.
inline char* write_varint(char* at, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) *at++ = static_cast<char>((n & 0x7F) | 0x80);
  *at++ = static_cast<char>(n);
  return at;
}
inline void put_varint(std::string& out, std::uint64_t n) {
  if (n < 0x80) return out.push_back(static_cast<char>(n));
  char bytes[10];
  out.append(bytes, static_cast<std::size_t>(write_varint(bytes, n) - bytes));
}
inline std::size_t varint_size(std::uint64_t n) {
  std::size_t size = 1;
  for (; n >= 0x80; n >>= 7) ++size;
  return size;
}

/// Length, then the bytes.
inline void put_sized(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}

/// A docid inside a key: bytewise order is numeric order, the first byte is never FF.
inline void put_sortable(std::string& out, std::uint32_t n) {
  unsigned size = 2;
  if (n >= 0x8000) size = n < 1U << 22 ? 3 : n < 1U << 29 ? 4 : 5;
  const unsigned mark = size == 2 ? 0 : 0xFF00U >> (size - 2) & 0xFF;  // size - 2 one-bits, then a zero
  for (unsigned i = size; i-- > 0;) {
    const std::uint32_t byte = i < 4 ? n >> (8 * i) & 0xFF : 0;
    out.push_back(static_cast<char>(i + 1 == size ? byte | mark : byte));
  }
}

/// Little-endian without trailing zero bytes; only at a string's end.
inline void put_last(std::string& out, std::uint64_t n) {
  for (; n != 0; n >>= 8) out.push_back(static_cast<char>(n & 0xFF));
}

/// The key of a metadata entry in the table of postings.
inline std::string metadata_key(std::string_view name) {
  return std::string("\0\xC0", 2).append(name);
}

/// A term inside a key: zero bytes are followed by FF.
inline void put_escaped(std::string& out, std::string_view term) {
  for (const char c : term) {
    out.push_back(c);
    if (c == '\0') out.push_back('\xFF');
  }
}

/// Appends the tag of a position list. `positions`: not empty, strictly ascending.
void put_positions(std::string& out, std::span<const std::uint32_t> positions);

/// Reads a varint that this process has written, and moves `at` past it.
inline std::uint64_t get_varint(const char*& at) {
  std::uint64_t n = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    n |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return n;
  }
}
inline std::uint32_t get_varint32(const char*& at) {
  return static_cast<std::uint32_t>(get_varint(at));
}

/// First bytes of a name as a number, so that most comparisons need no look at the name itself.
inline std::uint64_t sort_key(std::string_view name) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  return key;
}

}  // namespace dateline::glass

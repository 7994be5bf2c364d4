// How records (stored.h) are compressed: each a zstd frame (RFC 8878) by itself, with a dictionary that the program
// brings along (docs/decisions/0010-packed-records.md).
#pragma once

#include <string>
#include <string_view>

namespace dateline {

/// A packed record; `record` itself where that is shorter, or the packed one over 4,000 bytes.
[[nodiscard]] std::string pack_record(std::string_view record);

/// The inverse; what is not packed is given as it is. Throws Error(index_corrupt).
[[nodiscard]] std::string unpack_record(std::string_view stored);

/// Does it begin like a packed record?
[[nodiscard]] bool is_packed(std::string_view stored);

/// What can be had of a packed record whose end may be missing or something else, at most `most` bytes or little more,
/// replacing the content of `out`. True if it was whole.
bool unpack_beginning(std::string_view stored, std::size_t most, std::string& out);

}  // namespace dateline

#include "common/schema.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "common/text.h"

namespace dateline::schema {
namespace {

std::string hex(std::uint64_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

constexpr unsigned kBitsOfTime = 40;      // 17,000 years before and after 1970
constexpr unsigned kBitsOfIdentity = 48;  // two articles of one second that share it stand as they came

void append_big_endian(std::string& out, std::uint64_t value, unsigned bits) {
  for (unsigned shift = bits; shift > 0; shift -= 8) out.push_back(static_cast<char>(value >> (shift - 8) & 0xFF));
}

/// Order-preserving image of a signed time, above 0.
std::uint64_t biased(std::int64_t utc) {
  constexpr std::int64_t kMost = (std::int64_t{1} << (kBitsOfTime - 1)) - 2;
  return static_cast<std::uint64_t>(std::clamp(utc, -kMost, kMost) + kMost + 1);
}

/// Complement, so that a descending sort by value lists identities in ascending order of their hash.
std::string sort_key(std::uint64_t time_key, std::string_view identity) {
  std::string key;
  append_big_endian(key, time_key, kBitsOfTime);
  append_big_endian(key, ~XXH3_64bits(identity.data(), identity.size()), kBitsOfIdentity);
  return key;
}

}  // namespace

std::string term(std::string_view prefix, std::string_view value) {
  std::string out{prefix};
  // A zero byte counts twice in Xapian's keys; cleaned text has none, an identity could.
  if (prefix.size() + value.size() <= kMaxTermBytes && value.find('\0') == std::string_view::npos) {
    return out.append(value);
  }
  std::string_view kept = value.substr(0, std::min(value.find('\0'), kMaxTermBytes - prefix.size() - 17));
  return out.append(kept).append(1, '#').append(hex(XXH3_64bits(value.data(), value.size())));
}

std::string folded_term(std::string_view prefix, std::string_view value) {
  return term(prefix, text::fold(value));
}

std::string stem_term(std::string_view field_prefix, std::string_view lang, std::string_view stem) {
  std::string out{kStem};
  return out.append(field_prefix).append(lang).append(1, ':').append(stem);
}

std::string_view stem_of_term(std::string_view stem_term) {
  return stem_term.substr(stem_term.find(':') + 1);
}

std::string pack_strings(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string out;
  for (const std::string& value : values) {
    if (value.empty()) continue;
    if (!out.empty()) out.push_back('\x1F');
    out += value;
  }
  return out;
}

std::vector<std::string_view> unpack_strings(std::string_view packed) {
  if (packed.empty()) return {};
  return text::split(packed, '\x1F');
}

std::string pack_path(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out.push_back('\x1E');
    out += name;
  }
  return out;
}

std::vector<std::string_view> unpack_path(std::string_view packed) {
  return text::split(packed, '\x1E');
}

PackedActor unpack_actor(std::string_view packed_string) {
  if (packed_string.empty()) return {};
  return {.kind = packed_string.front(), .name = packed_string.substr(1)};
}

std::string newest_key(bool dated, std::int64_t utc, std::string_view identity) {
  return sort_key(dated ? biased(utc) : 0, identity);
}

std::string oldest_key(bool dated, std::int64_t utc, std::string_view identity) {
  return sort_key(dated ? (std::uint64_t{1} << kBitsOfTime) - 2 - biased(utc) : 0, identity);
}

}  // namespace dateline::schema

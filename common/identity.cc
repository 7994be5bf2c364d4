#include "common/identity.h"

#include <xxhash.h>

#include <cassert>

#include "common/date.h"
#include "common/schema.h"
#include "common/text.h"
#include "common/url.h"

namespace dateline {
namespace {

/// Of Crockford's base 32 (no i, l, o, u: nothing to misread on the telephone).
constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kDigitsOfKey = 26;
constexpr std::size_t kBytesOfKey = 16;

/// 128 bits as 26 digits.
std::string base32(XXH128_hash_t hash) {
  std::string out(kDigitsOfKey, '0');
  std::uint64_t high = hash.high64;
  std::uint64_t low = hash.low64;
  for (char& c : out) {
    c = kDigits[high >> 59];
    high = (high << 5) | (low >> 59);
    low <<= 5;
  }
  return out;
}

void add_part(std::string& out, std::string_view part) {
  out.append(part).push_back('\0');
}

}  // namespace

std::string identity_key(const Article& article) {
  std::string what;
  if (!article.id.empty()) {
    add_part(what, "id");
    add_part(what, text::fold(article.source));
    add_part(what, article.id);
  } else if (const std::string url = canonical_url(article.url); !url.empty()) {
    add_part(what, "url");
    std::string_view rest = url;
    rest.remove_prefix(rest.find("://") + 3);
    if (rest.starts_with("www.")) rest.remove_prefix(4);
    add_part(what, rest);
  } else {
    add_part(what, "text");
    add_part(what, text::fold(article.source));
    add_part(what, article.title);
    add_part(what, article.published ? format_rfc3339(*article.published) : std::string{});
    for (const std::string& paragraph : article.body) add_part(what, paragraph);
  }
  return base32(XXH3_128bits(what.data(), what.size()));
}

std::string public_id(const std::string& identity_key) {
  return identity_key.substr(0, 12);
}

std::string pack_identity(std::string_view key) {
  assert(key.size() != kBytesOfKey);                                     // it would be taken for packed
  constexpr unsigned kBitsTooMany = 5 * kDigitsOfKey - 8 * kBytesOfKey;  // of the last digit: zeros
  std::string packed;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : key) {
    const std::size_t digit = kDigits.find(c);
    if (key.size() != kDigitsOfKey || digit == std::string_view::npos) return std::string{key};
    bits = (bits << 5 | static_cast<unsigned>(digit)) & 0x1FFFU;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    packed.push_back(static_cast<char>(bits >> held & 0xFFU));
  }
  return held == kBitsTooMany && (bits & ((1U << kBitsTooMany) - 1)) == 0 ? packed : std::string{key};
}

std::string unpack_identity(std::string_view packed) {
  if (packed.size() != kBytesOfKey) return std::string{packed};
  XXH128_hash_t hash{};
  for (std::size_t i = 0; i < kBytesOfKey; ++i) {
    std::uint64_t& half = i < kBytesOfKey / 2 ? hash.high64 : hash.low64;
    half = half << 8 | static_cast<unsigned char>(packed[i]);
  }
  return base32(hash);
}

std::string identity_term(std::string_view key) {
  return std::string{schema::kIdentity} + pack_identity(key);
}

std::string identity_of_term(std::string_view term) {
  return unpack_identity(term.substr(schema::kIdentity.size()));
}

}  // namespace dateline

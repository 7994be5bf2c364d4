#include "common/identity.h"

#include <xxhash.h>

#include "common/date.h"
#include "common/text.h"
#include "common/url.h"

namespace dateline {
namespace {

/// 128 bits as 26 digits of Crockford's base 32 (no i, l, o, u: nothing to misread on the telephone).
std::string base32(XXH128_hash_t hash) {
  static constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string out(26, '0');
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

}  // namespace dateline

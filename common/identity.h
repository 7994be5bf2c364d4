// What makes an article that article, however often and by whichever file it comes in.
#pragma once

#include <string>
#include <string_view>

#include "dateline/article.h"

namespace dateline {

/// Key of an article's identity, 26 characters: a 128-bit hash of source and supplied id; without an id, of the
/// canonical URL (scheme and "www." do not matter); without a URL, of source, title, time and body. Articles of one
/// key replace each other.
[[nodiscard]] std::string identity_key(const Article& article);

/// Public id of an article whose input supplied none: the first 12 characters (60 bits) of its identity key.
[[nodiscard]] std::string public_id(const std::string& identity_key);

/// The 16 bytes that the 26 characters of a key say; what is no key (of another length than 16) is left as it is.
[[nodiscard]] std::string pack_identity(std::string_view key);
/// The inverse.
[[nodiscard]] std::string unpack_identity(std::string_view packed);

/// The term of an article's identity: schema::kIdentity and the packed key.
[[nodiscard]] std::string identity_term(std::string_view key);
/// The key that such a term says.
[[nodiscard]] std::string identity_of_term(std::string_view term);

}  // namespace dateline

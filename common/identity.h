// What makes an article that article, however often and by whichever file it comes in.
#pragma once

#include <string>

#include "dateline/article.h"

namespace dateline {

/// Key of an article's identity, 26 characters: a 128-bit hash of source and supplied id; without an id, of the
/// canonical URL (scheme and "www." do not matter); without a URL, of source, title, time and body. Articles of one
/// key replace each other.
[[nodiscard]] std::string identity_key(const Article& article);

/// Public id of an article whose input supplied none: the first 12 characters (60 bits) of its identity key.
[[nodiscard]] std::string public_id(const std::string& identity_key);

}  // namespace dateline

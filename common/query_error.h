// A query that cannot be understood, with a caret under the place.
#pragma once

#include <string>
#include <string_view>

#include "dateline/error.h"

namespace dateline {

/// Three lines: "program: query, column 14: …", the query (a stretch of a long one) and a caret. `query` is what
/// error.position() counts bytes of; without a position, only the first line.
[[nodiscard]] std::string query_error(std::string_view program, const Error& error, std::string_view query);

}  // namespace dateline

// Text of strangers on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace dateline {

/// `text` without anything that could steer a terminal; white space becomes single spaces, borders kept.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace dateline

// The named characters of HTML 4 (https://www.w3.org/TR/html401/sgml/entities.html), which feeds use as if XML had
// them.
#pragma once

#include <optional>
#include <string_view>

namespace dateline::indexer {

/// The character that "nbsp" or "eacute" names; nothing for other names, also for XML's own five.
[[nodiscard]] std::optional<char32_t> html_entity(std::string_view name);

}  // namespace dateline::indexer

// Which language an article is written in.
#pragma once

#include <string>
#include <string_view>

namespace dateline::indexer {

/// Primary subtag ("en", "es", "zh") of the language of a plain text: by its stop words, else by a detector (CLD2); empty when
/// it is not sure.
/// Deterministic; safe from many threads.
[[nodiscard]] std::string detect_language(std::string_view utf8);

}  // namespace dateline::indexer

// Mark-up that is an article's text already (a feed's content, a content system's field), not a page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dateline::indexer {

/// Its paragraphs, all of them: nothing is judged. Scripts, styles and hidden blocks are left out. `utf8` may be
/// anything; what the guard of pages refuses gives nothing.
[[nodiscard]] std::vector<std::string> fragment_paragraphs(std::string_view utf8);

}  // namespace dateline::indexer

// The versions of an article, as text or JSON.
#pragma once

#include <string>
#include <vector>

#include "dateline/article_versions.h"

namespace dateline::searcher {

/// `versions` of one article, newest first. With `diff` also what each changed: lines of the title and paragraphs that
/// went ("- ") and came ("+ ").
[[nodiscard]] std::string versions_text(const std::vector<ArticleVersion>& versions, bool diff);
/// The same as one JSON object (docs/json-output.md).
[[nodiscard]] std::string versions_json(const std::vector<ArticleVersion>& versions, bool diff);

}  // namespace dateline::searcher

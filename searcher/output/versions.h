// The versions of an article, and what each changed.
#pragma once

#include <string>
#include <vector>

#include "dateline/article_versions.h"
#include "searcher/output/json_printer.h"

namespace dateline::searcher {

/// A headline or paragraph, as two versions have it.
struct LineChange {
  enum class Kind { same, went, came };
  Kind kind = Kind::same;
  std::string text;
};

/// The headline, one line or two, then the paragraphs of both versions in their order: what went stands before what
/// came in its place. Of versions that differ in thousands of paragraphs all of these have changed.
[[nodiscard]] std::vector<LineChange> changes(const ArticleVersion& older, const ArticleVersion& newer);

/// `versions` of one article, newest first. With `diff` also what each changed: lines of the title and paragraphs that
/// went ("- ") and came ("+ ").
[[nodiscard]] std::string versions_text(const std::vector<ArticleVersion>& versions, bool diff);
/// The same as one JSON object (docs/json-output.md).
void write_versions(JsonPrinter& json, const std::vector<ArticleVersion>& versions, bool diff);

}  // namespace dateline::searcher

// The text of an article that is searched beneath its title.
#pragma once

#include <string>
#include <vector>

#include "dateline/article.h"

namespace dateline {

/// The paragraphs of the body. A summary that is no part of it is its lead and stands before them: what a newsroom says
/// first must be found though the body does not repeat it.
[[nodiscard]] std::vector<std::string> paragraphs_of(const Article& article);

}  // namespace dateline

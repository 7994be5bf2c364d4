// Sections as a hierarchy: the two upper levels of the IPTC Media Topics, and where an article stands in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"

namespace dateline {

/// Names from the top down to the topic that a code stands for: "medtop:20000822" -> {"sport", "competition
/// discipline"}. Codes of the older subject codes, whose tops number alike, give their top. Empty if the code says
/// neither.
[[nodiscard]] std::vector<std::string_view> topic_path(std::string_view code);

/// All places of an article among sections, each as the names from the general to the particular: one for each of its
/// subjects that is a topic, and one for a section of another name. A topic below the two levels that are known
/// stands by its own name.
[[nodiscard]] std::vector<std::vector<std::string>> section_paths(const Article& article);

}  // namespace dateline

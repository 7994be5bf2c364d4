// Lists of names as bylines write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dateline::indexer {

/// "By Ana Ruiz, Li Wei and José Paz" -> the three names; a leading "By" (Por, Von, Par) is no part of a name.
[[nodiscard]] std::vector<std::string> split_names(std::string_view names);

}  // namespace dateline::indexer

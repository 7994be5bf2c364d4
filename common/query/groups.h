// Words and filters side by side, without an operator between them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/query/query.h"

namespace dateline::query {

/// One of the things side by side.
struct Item {
  Node node;
  bool required = false;     ///< Written with +.
  bool stop_word = false;    ///< May be left out beside other words.
  std::string_view repeats;  ///< The field, if written twice side by side either value will do.
};

/// All must hold. `items` is not empty. Warns of words that are left out.
[[nodiscard]] Node group_all(std::vector<Item> items, std::vector<Warning>& warnings);

/// One is enough; but filters, + and - decide, and of the other words one is enough, or none if + words decide.
[[nodiscard]] std::optional<Node> group_any(std::vector<Item> items, std::vector<Warning>& warnings);

}  // namespace dateline::query

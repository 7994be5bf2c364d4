// Names for one thing, from a file that a newsroom edits.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/query/query.h"

namespace dateline::query {

/// "climate change, global warming" lets each stand for all; "PM => prime minister, head of government" only the left
/// for the right. "#" begins a comment line. Compared without case and accents.
class Synonyms {
 public:
  Synonyms() = default;
  /// Reads the text of a file; `name` is for messages. A line that is no entry is passed over and told, with name,
  /// number and reason, in `problems`.
  [[nodiscard]] static Synonyms read(std::string_view text, std::string_view name, std::vector<std::string>& problems);

  /// Plain words, phrases, and words side by side that equal an entry become an OR of it and its synonyms, with a
  /// warning each. Exact words stay. Throws Error(query) if the query then has more words than the limits allow.
  [[nodiscard]] Node widen(Node node, const Limits& limits, std::vector<Warning>& warnings) const;

  [[nodiscard]] bool empty() const { return groups_.empty(); }

 private:
  using Group = std::vector<std::string>;
  [[nodiscard]] Node widened(Node node, std::vector<Warning>& warnings) const;
  /// Of the children of an AND.
  [[nodiscard]] std::vector<Node> side_by_side(std::vector<Node> children, std::vector<Warning>& warnings) const;
  /// `node` or one of its synonyms, in the field and at the place of `like`.
  [[nodiscard]] static Node with_group(Node node, const Node& like, const std::string& words, const Group& group,
                                       std::vector<Warning>& warnings);
  /// Folded words, parted by spaces, and the names as written.
  std::map<std::string, Group, std::less<>> groups_;
  std::size_t longest_ = 1;  ///< Words of the longest entry.
};

}  // namespace dateline::query

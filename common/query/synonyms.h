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
  /// Reads the text of a file; `name` is for messages. Throws Error(usage) with name, line and reason.
  [[nodiscard]] static Synonyms read(std::string_view text, std::string_view name);

  /// Plain words and phrases that equal an entry become an OR of it and its synonyms, with a warning each. Exact words
  /// stay. Throws Error(query) if the query then has more words than the limits allow.
  [[nodiscard]] Node widen(Node node, const Limits& limits, std::vector<Warning>& warnings) const;

  [[nodiscard]] bool empty() const { return groups_.empty(); }

 private:
  [[nodiscard]] Node widened(Node node, std::vector<Warning>& warnings) const;
  /// Folded words, parted by spaces, and the names as written.
  std::map<std::string, std::vector<std::string>, std::less<>> groups_;
};

}  // namespace dateline::query

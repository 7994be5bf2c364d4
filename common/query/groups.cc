#include "common/query/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dateline::query {
namespace {

/// Leaves out stop words where other words are left to rank by.
void drop_stop_words(std::vector<Item>& items, std::vector<Warning>& warnings) {
  const bool others =
      std::any_of(items.begin(), items.end(), [](const Item& i) { return !i.stop_word && !is_filter(i.node); });
  if (!others) return;
  for (const Item& item : items) {
    if (!item.stop_word) continue;
    const std::string& word = item.node.text;
    std::string message =
        fmt::format("\"{}\" is so frequent that it was left out; write +{} to insist on it", word, word);
    if (word == "and" || word == "or" || word == "not") {
      message = fmt::format("\"{}\" was left out; the operator is written {}", word,
                            word == "and"  ? "AND"
                            : word == "or" ? "OR"
                                           : "NOT");
    }
    warnings.push_back({.kind = WarningKind::stop_word,
                        .subject = word,
                        .message = std::move(message),
                        .suggestions = {},
                        .position = item.node.position});
  }
  std::erase_if(items, [](const Item& item) { return item.stop_word; });
}

/// Values of one field side by side: either will do.
void merge_repeated(std::vector<Item>& items) {
  std::vector<Item> merged;
  for (Item& item : items) {
    const auto same = item.repeats.empty() ? merged.end()
                                           : std::find_if(merged.begin(), merged.end(),
                                                          [&](const Item& m) { return m.repeats == item.repeats; });
    if (same == merged.end()) {
      merged.push_back(std::move(item));
      continue;
    }
    std::vector<Node> values;
    values.push_back(std::move(same->node));
    values.push_back(std::move(item.node));
    same->node = combine(Kind::any_of, std::move(values));
  }
  items = std::move(merged);
}

std::vector<Node> nodes(std::vector<Item> items) {
  std::vector<Node> out;
  for (Item& item : items) out.push_back(std::move(item.node));
  return out;
}

}  // namespace

Node group_all(std::vector<Item> items, std::vector<Warning>& warnings) {
  drop_stop_words(items, warnings);
  merge_repeated(items);
  return combine(Kind::all_of, nodes(std::move(items)));
}

std::optional<Node> group_any(std::vector<Item> items, std::vector<Warning>& warnings) {
  if (items.empty()) return std::nullopt;
  if (items.size() == 1) return std::move(items.front().node);
  drop_stop_words(items, warnings);
  merge_repeated(items);
  std::vector<Node> required;
  std::vector<Node> optional;
  bool plus = false;
  for (Item& item : items) {
    const bool decides = item.required || is_filter(item.node);
    plus = plus || (item.required && !is_filter(item.node));
    (decides ? required : optional).push_back(std::move(item.node));
  }
  if (optional.empty()) return combine(Kind::all_of, std::move(required));
  if (required.empty()) return combine(Kind::any_of, std::move(optional));
  Node any = combine(Kind::any_of, std::move(optional));
  if (!plus) {
    required.insert(required.begin(), std::move(any));
    return combine(Kind::all_of, std::move(required));
  }
  Node node;
  node.kind = Kind::maybe;
  node.position = required.front().position;
  node.children.push_back(combine(Kind::all_of, std::move(required)));
  node.children.push_back(std::move(any));
  return node;
}

}  // namespace dateline::query

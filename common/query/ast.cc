#include "common/query/ast.h"

#include <algorithm>
#include <utility>

namespace dateline::query {

bool operator==(const Node& a, const Node& b) {
  return a.kind == b.kind && a.field == b.field && a.text == b.text && a.exact == b.exact && a.wildcard == b.wildcard &&
         a.n == b.n && a.date == b.date && a.min_words == b.min_words && a.max_words == b.max_words &&
         a.children == b.children;
}

Node combine(Kind kind, std::vector<Node> children) {
  if (children.empty()) return Node{};
  if (children.size() == 1) return std::move(children.front());
  Node node;
  node.kind = kind;
  node.position = children.front().position;
  for (Node& child : children) {
    if (child.kind == kind) {
      std::move(child.children.begin(), child.children.end(), std::back_inserter(node.children));
    } else {
      node.children.push_back(std::move(child));
    }
  }
  return node;
}

Node negate(Node child) {
  if (child.kind == Kind::none_of) {
    Node inner = std::move(child.children.front());
    return inner;
  }
  Node node;
  node.kind = Kind::none_of;
  node.position = child.position;
  node.children.push_back(std::move(child));
  return node;
}

bool is_filter(const Node& node) {
  switch (node.kind) {
    case Kind::everything:
    case Kind::filter:
    case Kind::date:
    case Kind::words:
    case Kind::none_of:
      return true;
    case Kind::all_of:
    case Kind::any_of:
    case Kind::one_of:
      return std::all_of(node.children.begin(), node.children.end(), is_filter);
    default:
      return false;
  }
}

}  // namespace dateline::query

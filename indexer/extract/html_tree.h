// A page's elements and texts in document order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/html_guard.h"
#include "indexer/extract/html_tag.h"

namespace dateline::indexer {

/// The tree as one array in preorder: the subtree of node i is [i, node(i).end), its parent node(i).parent.
/// Every walk is a loop; nothing recurses. Texts and attribute values have their character references decoded and are
/// valid UTF-8, but not yet cleaned (text.h).
class HtmlTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNoNode = static_cast<Index>(-1);

  struct Node {
    Index parent = kNoNode;
    Index end = 0;
    std::uint32_t first_attribute = 0;
    std::uint16_t attribute_count = 0;
    std::uint16_t depth = 0;
    Tag tag = Tag::text;
    std::string_view text;  ///< For Tag::text alone.
  };

  /// Parses what the guard let through. Linear for any input that comes from guard_html.
  explicit HtmlTree(const GuardedHtml& guarded);
  ~HtmlTree();
  HtmlTree(HtmlTree&&) noexcept;
  HtmlTree& operator=(HtmlTree&&) noexcept;

  [[nodiscard]] Index size() const { return static_cast<Index>(nodes_.size()); }
  [[nodiscard]] const Node& node(Index i) const { return nodes_[i]; }
  /// Value of an attribute, empty if absent.
  [[nodiscard]] std::string_view attribute(Index i, Attr name) const;
  [[nodiscard]] bool has_attribute(Index i, Attr name) const;
  /// All texts below a node, joined; at most `limit` bytes.
  [[nodiscard]] std::string text_of(Index i, std::size_t limit = 4096) const;

 private:
  struct Arena;
  class Restored;
  using Attribute = GuardedHtml::Attribute;

  std::unique_ptr<Arena> arena_;
  std::vector<Node> nodes_;
  std::vector<Attribute> attributes_;
};

/// For comparing speeds: parses as gumbo does by itself (max_errors = 0), without guard or arena, and frees the tree.
/// Only for pages that are known to be harmless.
void parse_with_bare_gumbo(std::string_view utf8);

}  // namespace dateline::indexer

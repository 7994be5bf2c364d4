#include "indexer/extract/html_tree.h"

#include <gumbo.h>

#include <algorithm>
#include <array>

namespace dateline::indexer {

// What the parser allocates lives here and goes at once: freeing node by node would recurse as deep as the page.
struct HtmlTree::Arena {
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  void* allocate(std::size_t size) {
    size = (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    if (size > left) {
      const std::size_t block = std::max(kBlock, size);
      blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
      next = blocks.back().get();
      left = block;
    }
    void* result = next;
    next += size;
    left -= size;
    return result;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks;
  std::byte* next = nullptr;
  std::size_t left = 0;
};

namespace {

Tag map_tag(GumboTag tag) {
  static const auto table = [] {
    std::array<Tag, GUMBO_TAG_LAST + 1> tags{};
    for (std::size_t i = 0; i <= GUMBO_TAG_LAST; ++i) {
      tags[i] = i < GUMBO_TAG_UNKNOWN ? tag_of(gumbo_normalized_tagname(static_cast<GumboTag>(i))) : Tag::other;
    }
    return tags;
  }();
  return table[static_cast<std::size_t>(tag)];
}

const GumboVector* children_of(const GumboNode& node) {
  switch (node.type) {
    case GUMBO_NODE_DOCUMENT:
      return &node.v.document.children;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
      return &node.v.element.children;
    default:
      return nullptr;
  }
}

}  // namespace

HtmlTree::HtmlTree(const std::string& guarded_html) : arena_(std::make_unique<Arena>()) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  options.userdata = arena_.get();
  options.allocator = [](void* arena, std::size_t size) { return static_cast<Arena*>(arena)->allocate(size); };
  options.deallocator = [](void*, void*) {};
  const GumboOutput* output = gumbo_parse_with_options(&options, guarded_html.data(), guarded_html.size());

  nodes_.reserve(guarded_html.size() / 24 + 16);
  const GumboNode* at = output->root;
  Index parent = kNoNode;
  // Preorder by parent links: down to the first child, else to the next sibling of the nearest node that has one.
  while (at != nullptr) {
    const bool is_text =
        at->type == GUMBO_NODE_TEXT || at->type == GUMBO_NODE_WHITESPACE || at->type == GUMBO_NODE_CDATA;
    const bool is_element = at->type == GUMBO_NODE_ELEMENT || at->type == GUMBO_NODE_TEMPLATE;
    Index self = kNoNode;
    if (is_text || is_element) {
      self = size();
      Node& node = nodes_.emplace_back();
      node.parent = parent;
      node.depth =
          parent == kNoNode ? std::uint16_t{0} : static_cast<std::uint16_t>(std::min(nodes_[parent].depth + 1, 0xFFFF));
      if (is_text) {
        node.text = at->v.text.text;
      } else {
        node.tag = map_tag(at->v.element.tag);
        node.first_attribute = static_cast<std::uint32_t>(attributes_.size());
        const GumboVector& list = at->v.element.attributes;
        for (unsigned i = 0; i < list.length; ++i) {
          const auto* attribute = static_cast<const GumboAttribute*>(list.data[i]);
          if (const auto name = attribute_of(attribute->name)) attributes_.push_back({*name, attribute->value});
        }
        node.attribute_count = static_cast<std::uint16_t>(attributes_.size() - node.first_attribute);
      }
    }
    const GumboVector* children = children_of(*at);
    if (self != kNoNode && children != nullptr && children->length > 0) {
      at = static_cast<const GumboNode*>(children->data[0]);
      parent = self;
      continue;
    }
    if (self != kNoNode) nodes_[self].end = size();
    while (at != output->root && at->parent != nullptr) {
      const GumboVector* siblings = children_of(*at->parent);
      if (siblings != nullptr && at->index_within_parent + 1 < siblings->length) {
        at = static_cast<const GumboNode*>(siblings->data[at->index_within_parent + 1]);
        break;
      }
      at = at->parent;
      nodes_[parent].end = size();
      parent = nodes_[parent].parent;
    }
    if (at == output->root) break;
  }
  // Texts are decoded copies in the arena; nothing points into the input.
}

HtmlTree::~HtmlTree() = default;
HtmlTree::HtmlTree(HtmlTree&&) noexcept = default;
HtmlTree& HtmlTree::operator=(HtmlTree&&) noexcept = default;

std::string_view HtmlTree::attribute(Index i, Attr name) const {
  const Node& n = nodes_[i];
  for (const Attribute& a : std::span(attributes_).subspan(n.first_attribute, n.attribute_count)) {
    if (a.name == name) return a.value;
  }
  return {};
}

bool HtmlTree::has_attribute(Index i, Attr name) const {
  const Node& n = nodes_[i];
  const auto own = std::span(attributes_).subspan(n.first_attribute, n.attribute_count);
  return std::any_of(own.begin(), own.end(), [name](const Attribute& a) { return a.name == name; });
}

std::string HtmlTree::text_of(Index i, std::size_t limit) const {
  std::string out;
  for (Index k = i; k < nodes_[i].end && out.size() < limit; ++k) {
    const Node& n = nodes_[k];
    if (n.tag == Tag::text) {
      out.append(n.text.substr(0, limit - out.size()));
    } else if (is_block(n.tag) || n.tag == Tag::br) {
      out += ' ';
    }
  }
  return out;
}

void parse_with_bare_gumbo(std::string_view utf8) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  gumbo_destroy_output(&options, gumbo_parse_with_options(&options, utf8.data(), utf8.size()));
}

}  // namespace dateline::indexer

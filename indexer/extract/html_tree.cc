#include "indexer/extract/html_tree.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/text.h"

namespace dateline::indexer {

// What the parser allocates lives here and goes at once: freeing node by node would recurse as deep as the page.
struct HtmlTree::Arena {
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  void* allocate(std::size_t size) {
    constexpr std::size_t kAlign = alignof(void*);  // the parser keeps pointers and integers
    size = (size + kAlign - 1) / kAlign * kAlign;
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

  std::string_view copy(std::string_view s) {
    auto* to = static_cast<char*>(allocate(s.size()));
    std::copy(s.begin(), s.end(), to);
    return {to, s.size()};
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks;
  std::byte* next = nullptr;
  std::size_t left = 0;
};

// Puts back what the guard kept from the parser.
class HtmlTree::Restored {
 public:
  Restored(const GuardedHtml& guarded, Arena& arena)
      : guarded_(guarded), arena_(arena), used_(guarded.texts.size()), attributes_(guarded.attributes) {
    for (Attribute& a : attributes_) a.value = arena.copy(a.value);
  }

  std::string_view text(std::string_view parsed) {
    const auto is_private = [](char c) { return static_cast<unsigned char>(c) >= 0xF3; };
    if (std::none_of(parsed.begin(), parsed.end(), is_private)) return parsed;
    whole_.clear();
    for (std::size_t at = 0; at < parsed.size();) {
      const std::size_t begin = at;
      if (!is_private(parsed[at])) {
        whole_ += parsed[at++];
        continue;
      }
      const auto number = text_number(text::decode(parsed, at));
      if (!number) {
        whole_ += parsed.substr(begin, at - begin);
      } else if (*number < used_.size() && !used_[*number]) {  // a page may write such a character as a reference
        used_[*number] = true;
        whole_ += guarded_.texts[*number];
      }
    }
    return arena_.copy(whole_);
  }

  void attributes(std::string_view number, std::vector<Attribute>& into) const {
    std::size_t tag = 0;
    std::from_chars(number.data(), number.data() + number.size(), tag);
    const std::vector<std::uint32_t>& first = guarded_.first_attributes;
    const std::size_t end = tag + 1 < first.size() ? first[tag + 1] : attributes_.size();
    for (std::size_t i = first.at(tag); i < end; ++i) into.push_back(attributes_[i]);
  }

 private:
  const GuardedHtml& guarded_;
  Arena& arena_;
  std::vector<bool> used_;
  std::vector<Attribute> attributes_;
  std::string whole_;
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

HtmlTree::HtmlTree(const GuardedHtml& guarded) : arena_(std::make_unique<Arena>()) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  options.userdata = arena_.get();
  options.allocator = [](void* arena, std::size_t size) { return static_cast<Arena*>(arena)->allocate(size); };
  options.deallocator = [](void*, void*) {};
  const GumboOutput* output = gumbo_parse_with_options(&options, guarded.html.data(), guarded.html.size());

  nodes_.reserve(guarded.html.size() / 10 + 16);
  const GumboNode* at = output->root;
  Index parent = kNoNode;
  Restored restored(guarded, *arena_);
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
        node.text = restored.text(at->v.text.text);
      } else {
        node.tag = map_tag(at->v.element.tag);
        node.first_attribute = static_cast<std::uint32_t>(attributes_.size());
        const GumboVector& list = at->v.element.attributes;
        for (unsigned i = 0; i < list.length; ++i) {
          const auto* attribute = static_cast<const GumboAttribute*>(list.data[i]);
          if (attribute->name[0] >= '0' && attribute->name[0] <= '9') {
            restored.attributes(attribute->name, attributes_);
          } else if (const auto name = attribute_of(attribute->name)) {
            attributes_.push_back({*name, attribute->value});
          }
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
  // Texts are copies in the arena; nothing points into the input.
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

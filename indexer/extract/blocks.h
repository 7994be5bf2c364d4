// A page's text cut into blocks: the units that are body or are not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/html_tree.h"

namespace dateline::indexer {

/// What the words of a class, id, role or itemprop attribute say an element is for. Bits of a mask.
enum class Role : std::uint8_t {
  // clang-format off
  article_body, article, content, comment, related, share, navigation, footer, header, advertisement, subscribe,
  caption, author, date, topic, sidebar, consent, hidden, headline, standfirst, list, embed, quote, form,
  contents_table, product, note, tool, count,
  // clang-format on
};
using RoleMask = std::uint32_t;
[[nodiscard]] constexpr RoleMask bit(Role role) {
  return RoleMask{1} << static_cast<unsigned>(role);
}

/// Roles named in one attribute value, e.g. "article-body__text" or "relatedStories".
[[nodiscard]] RoleMask roles_in(std::string_view attribute_value);

/// Hashes of the single words in one attribute value: "post-bodyText" has post, body, text.
[[nodiscard]] std::vector<std::uint32_t> name_word_hashes(std::string_view attribute_value);

/// What holds for an element and everything in it.
enum class Context : std::uint16_t {
  // clang-format off
  none = 0, link = 1, heading = 2, list_item = 4, quote = 8, figure = 16, table = 32, nav = 64, aside = 128,
  footer = 256, header = 512, form = 1024, article = 2048, main = 4096, strong = 8192, emphasis = 16384, small = 32768,
  // clang-format on
};

/// A run of text that nothing block-level interrupts.
struct Block {
  HtmlTree::Index element = 0;     ///< The nearest block-level ancestor.
  HtmlTree::Index first_text = 0;  ///< Its first text node.
  std::string text;                ///< White space collapsed, trimmed, not empty.
  std::uint32_t characters = 0;    ///< Code points; those of scripts without spaces count 2.5.
  std::uint32_t link_characters = 0;
  std::uint32_t strong_characters = 0;
  std::uint32_t emphasis_characters = 0;
  std::uint16_t links = 0;
  std::uint16_t context = 0;  ///< Of the element, not of inline elements inside the block.
  bool hidden = false;        ///< Not displayed, as far as attributes tell.
  bool after_break = false;   ///< Parted from the block before by line breaks only.
};

struct BlockList {
  std::vector<Block> blocks;
  std::vector<RoleMask> roles;         ///< By node: its own words alone.
  std::vector<std::uint16_t> context;  ///< By node, inherited.
};

[[nodiscard]] BlockList cut_blocks(const HtmlTree& tree);

/// The list of an item, the row group of a cell; else kNoNode.
[[nodiscard]] HtmlTree::Index list_of(const HtmlTree& tree, const Block& block);

/// Hashes of a text's words, case and punctuation set aside; of a script without spaces each character is a word.
[[nodiscard]] std::vector<std::uint64_t> word_hashes(std::string_view text);

}  // namespace dateline::indexer

// A linear pass over a page before the parser: it bounds what a page can cost and leaves out what nobody reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/html_tag.h"

namespace dateline::indexer {

struct GuardLimits {
  std::size_t max_depth = 512;    ///< Open elements; deeper start tags are left out, their text stays.
  std::size_t max_tags = 10'000;  ///< The page ends after so many start tags and one more for each `bytes_a_tag`:
  std::size_t bytes_a_tag = 512;  ///< of 1,400 real pages the densest has nine tenths of that.
};

/// What the parser gets to see.
///
/// Parsing costs by the character, so texts and attribute values do not go through the parser unless they hold
/// character references: `html` has one private character for a text, and in a tag a number for its attributes.
/// HtmlTree puts them back.
struct GuardedHtml {
  struct Attribute {
    Attr name;
    std::string_view value;
  };

  /// Same document, written normally: no comments, scripts, styles, SVG, templates, forms' options; only attributes
  /// that extraction reads, each once; end tags only where something is open; formatting elements renamed to ordinary
  /// ones (b, strong -> dfn; i, em -> cite; small -> kbd; others -> span), because the standard's repair of misnested
  /// formatting makes a small page arbitrarily large.
  std::string html;
  std::vector<std::string_view> texts;          ///< Those that text_number names.
  std::vector<Attribute> attributes;            ///< Of all tags that have a number, in the order of numbers.
  std::vector<std::uint32_t> first_attributes;  ///< By number of the tag: where its attributes begin.
  std::vector<std::string_view> json_ld;        ///< Contents of script elements of type application/ld+json.
  std::vector<std::string_view> scripts;  ///< Contents of other scripts that may say when an article was published.
  std::size_t tags = 0;                   ///< Start tags met.
  bool truncated = false;                 ///< The bound of tags was reached.
};

/// The number of the text that a character of `html` stands for.
[[nodiscard]] std::optional<std::size_t> text_number(char32_t c);

/// Linear in the size of `utf8` times at most the depth limit a tag. The views point into `utf8`.
[[nodiscard]] GuardedHtml guard_html(std::string_view utf8, const GuardLimits& limits = {});

}  // namespace dateline::indexer

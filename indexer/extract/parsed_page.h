// A page after parsing, before its fields are chosen.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/block_features.h"
#include "indexer/extract/blocks.h"
#include "indexer/extract/html_guard.h"
#include "indexer/extract/html_tree.h"
#include "indexer/extract/metadata.h"

namespace dateline::indexer {

/// Views inside point into `utf8`, which therefore is never moved after parsing.
struct ParsedPage {
  std::string utf8;
  GuardedHtml guarded;
  HtmlTree tree;
  BlockList list;
  PageMetadata metadata;
};

/// `declared_charset` as the protocol gave it, else what a meta element declares is looked for.
[[nodiscard]] ParsedPage parse_page(std::string_view bytes, std::string_view url, std::string_view declared_charset);

/// What judging blocks needs from the chosen headline and the metadata.
[[nodiscard]] PageStatements statements_of(const ParsedPage& page, const std::vector<Candidate>& titles);

/// The block that shows the headline, if one does.
[[nodiscard]] std::optional<std::size_t> find_title_block(const BlockList& list, std::string_view title);

/// Label in <meta charset> or <meta http-equiv=content-type> among the first bytes, else empty.
[[nodiscard]] std::string declared_charset(std::string_view bytes);

}  // namespace dateline::indexer

// From what a reader gave to a whole article: pages inside records go through extraction.
#pragma once

#include <string>

#include "indexer/extract/page.h"
#include "indexer/readers/raw_article.h"

namespace dateline::indexer {

/// Extracts raw.html, if there is any, and fills in what the record itself did not say. Gives the reason why the record
/// is no article ("no title and no body"), or an empty string. A canceled article needs no text: it takes another one
/// out.
[[nodiscard]] std::string extract_payload(RawArticle& raw, const ExtractOptions& options = {});

/// Where in a container a refusal is: "desk/a.jsonl:3: not JSON".
[[nodiscard]] std::string with_member(const std::string& member, std::size_t number, const std::string& reason);

}  // namespace dateline::indexer

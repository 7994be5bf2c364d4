// What a page states about itself outside its text: meta and link elements, JSON-LD, microdata, time elements.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/extract/blocks.h"
#include "indexer/extract/html_tree.h"
#include "indexer/extract/json_ld.h"

namespace dateline::indexer {

/// A value that a signal proposes for a field, with the score that it reached; shown by --explain.
struct Candidate {
  std::string field;   ///< "title", "published", "author", "body", …
  std::string signal;  ///< "json-ld headline", "meta article:published_time", "h1", …
  std::string value;
  double score = 0;
  bool chosen = false;
};

/// A field and the signal that gave it.
struct Signal {
  std::string field;
  std::string signal;
};

struct PageMetadata {
  /// name, property, itemprop or http-equiv in lower case, and content as a cleaned line; in the page's order.
  std::vector<std::pair<std::string, std::string>> metas;
  StructuredData structured;
  std::string document_title;  ///< The title element.
  std::string canonical;       ///< link rel=canonical, og:url, JSON-LD url or the given address; absolute or empty.
  std::string language;        ///< Primary subtag.
  std::string language_signal;
  std::string site;  ///< Name of the site as the page gives it, else empty.
  std::string host;  ///< Of the address, without "www.".

  /// How specific the page's own JSON-LD type is: 4 news article, 3 article, 2 another work, 1 a page, 0 none.
  [[nodiscard]] int article_rank() const;
  /// First non-empty content under a key, else empty.
  [[nodiscard]] std::string_view meta(std::string_view key) const;
};

[[nodiscard]] PageMetadata read_metadata(const HtmlTree& tree, const GuardedHtml& guarded, std::string_view url);

/// Host of an address in lower case, without "www."; empty if there is none.
[[nodiscard]] std::string host_of(std::string_view url);

/// The host that a page's canonical link or og:url names, found in its first bytes without parsing it; else empty.
[[nodiscard]] std::string stated_host(std::string_view bytes);

/// Compares names loosely: letters and digits alone, folded.
[[nodiscard]] std::string squeeze(std::string_view s);

}  // namespace dateline::indexer

// What readers make of bytes: articles as far as the input's own fields go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "dateline/article.h"

namespace dateline::indexer {

/// Mark-up that still has to be extracted (by extract/, which readers do not know).
struct HtmlPayload {
  std::string bytes;
  bool page = true;     ///< A whole page; else the article's text alone, of which all counts.
  std::string charset;  ///< From a protocol header, or empty.
  std::string url;
};

/// An article as its input states it. When `html` is set, title and body come from the page, unless they are given.
struct RawArticle {
  Article article;
  std::optional<HtmlPayload> html;
};

/// Why a record of an input is no article.
struct Refusal {
  std::string reason;
};

/// One record of an input: the bytes of at most one article.
struct Record {
  std::size_t number = 0;  ///< 1-based (the line for JSON lines); 0 where the input is one record.
  std::string bytes;
};

}  // namespace dateline::indexer

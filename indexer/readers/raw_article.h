// What readers make of bytes: articles as far as the input's own fields go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "dateline/article.h"

namespace dateline::indexer {

/// Mark-up that still has to be extracted (by extract/, which readers do not know).
struct HtmlPayload {
  std::string bytes;
  bool page = true;     ///< A whole page; else the article's text alone, of which all counts.
  std::string charset;  ///< From a protocol header, or empty.
  std::string url;
  std::optional<Timestamp> fetched;  ///< When a crawler met the page; no date in it can be later.
};

/// The mark-up of an article's text, in UTF-8.
[[nodiscard]] inline HtmlPayload fragment(std::string utf8) {
  return {.bytes = std::move(utf8), .page = false, .charset = "utf-8", .url = {}, .fetched = {}};
}

/// An article as its input states it. When `html` is set, title and body come from the page, unless they are given.
struct RawArticle {
  Article article;
  std::optional<HtmlPayload> html;
  /// An entry that points to the article and holds part of it (of a feed, a sitemap): it loses against the article.
  bool excerpt = false;
  /// What an entry says is said about the article by others: it is added to what the article itself says.
  bool metadata = false;
};

/// Why a record of an input is no article.
struct Refusal {
  std::string reason;
  bool expected = false;  ///< Nothing is wrong with it: it is of a kind that is passed over.
};

/// One record of an input: the bytes of at most one article.
struct Record {
  std::size_t number = 0;  ///< 1-based (the line for JSON lines); 0 where the input is one record.
  std::string bytes;
  std::string member = {};        ///< The file inside a container that the record is of, else empty.
  std::size_t member_number = 0;  ///< Its number inside that file.
  std::uint8_t format = 0;        ///< Of that file; for the container's reader.
};

}  // namespace dateline::indexer

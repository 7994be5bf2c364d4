// Values of ours as JSON; docs/json-output.md describes them, and what changes here changes there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/search_result.h"
#include "searcher/output/json_printer.h"

namespace dateline::searcher {

inline constexpr int kFormatVersion = 1;

/// "relevance", "date", "-date".
[[nodiscard]] std::string_view sort_name(SortOrder order);

void text_or_null(JsonPrinter& json, std::string_view key, const std::string& value);
void texts(JsonPrinter& json, std::string_view key, const std::vector<std::string>& values);

/// [begin, end) pairs of characters (code points), which scripts count in, not bytes. No key.
void write_marks(JsonPrinter& json, const MarkedText& marked);

/// The members of a result up to its hits: "query", "total", … Inside an object.
void write_summary(JsonPrinter& json, const SearchResult& result);

/// `facet_limit`: values of each at most; 0 for all.
void write_facets(JsonPrinter& json, const std::vector<Facet>& facets, std::size_t facet_limit);

void write_hit(JsonPrinter& json, const Hit& hit);

/// The members of the shape of docs/article.schema.json, inside an object.
void write_article_members(JsonPrinter& json, const Article& article);
void write_article(JsonPrinter& json, const Article& article);

}  // namespace dateline::searcher

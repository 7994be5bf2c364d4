// A JSON object as an article: field names that feeds, scrapers and content systems use, ninjs, FollowTheMoney.
#pragma once

#include <string_view>
#include <variant>

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// `bytes` is one JSON value. `feed` is the object around a list of articles (JSON Feed), without the list, or empty.
/// Lone surrogates and raw control characters inside strings, which JSON forbids and exporters write, are repaired.
/// Fields that are not understood are kept in Article::extra. Safe from many threads.
[[nodiscard]] std::variant<RawArticle, Refusal> article_of_json(std::string_view bytes, std::string_view feed,
                                                                const ReaderOptions& options);

/// True for a field that --map can fill: "title", "body", "published", …
[[nodiscard]] bool is_article_field(std::string_view name);

/// True for a name that a reader understands by itself, so that a field of that name is never kept as it is.
[[nodiscard]] bool is_known_json_name(std::string_view name);

}  // namespace dateline::indexer

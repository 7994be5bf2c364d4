// Parsed JSON values, as readers ask them. Private to the JSON readers.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "indexer/readers/extra_fields.h"
#include "indexer/readers/raw_article.h"

namespace dateline::indexer::json {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

/// A value as text: strings, numbers; of an object its name ({"name": "Reuters"}), of an array its parts.
void collect_texts(const element& value, std::vector<std::string>& out, int depth = 0);
[[nodiscard]] std::string first_line(const element& value);
[[nodiscard]] std::vector<std::string> lines(const element& value);
[[nodiscard]] bool has_text(const element& value);
/// A copy with clean strings, for Article::extra. Deeper than 16 levels it is cut.
[[nodiscard]] nlohmann::ordered_json copy(const element& value, int depth = 0);

/// Mark-up of a whole page or of the text alone, told by its tags.
[[nodiscard]] HtmlPayload html_payload(std::string bytes);
[[nodiscard]] bool looks_like_html(std::string_view body);

/// ninjs 1.0 to 3.0 (https://iptc.org/standards/ninjs/): a news item as JSON.
[[nodiscard]] bool is_ninjs(const object& fields);
[[nodiscard]] std::variant<RawArticle, Refusal> article_of_ninjs(const object& fields);

/// FollowTheMoney entities (https://followthemoney.tech): documents are articles, people and companies are not.
[[nodiscard]] bool is_follow_the_money(const object& fields);
[[nodiscard]] std::variant<RawArticle, Refusal> article_of_follow_the_money(const object& fields);

}  // namespace dateline::indexer::json

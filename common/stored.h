// The stored fields of a document: the whole article, so that an answer is shown without the original file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"

namespace dateline {

/// The article as one JSON object of the shape of docs/article.schema.json, fields without a value left out. The
/// members that are derived on the way out (`text`, `date`) are not stored.
[[nodiscard]] std::string encode_article(const Article& article);

/// The inverse, also of a packed record (store/record_packing.h). Throws Error(index_corrupt) when the record cannot be
/// read.
[[nodiscard]] Article decode_article(std::string_view record);

/// The actors of a record, packed or not, that has some, without the cost of the rest. Throws Error(index_corrupt).
[[nodiscard]] std::vector<Actor> decode_actors(std::string_view record);

/// Letter and word of a kind: 'p' "person", 'o' "organisation", 'c' "country".
[[nodiscard]] char kind_letter(ActorKind kind);
[[nodiscard]] std::string_view kind_name(ActorKind kind);
[[nodiscard]] ActorKind kind_of_letter(char letter);

/// "usable", "withheld", "canceled", as IPTC's pubstatus codes are written.
[[nodiscard]] std::string_view status_name(PublishingStatus status);
/// Also "cancelled", "killed", "withdrawn", and with a prefix ("stat:canceled"); nothing for any other word.
[[nodiscard]] std::optional<PublishingStatus> status_named(std::string_view name);

}  // namespace dateline

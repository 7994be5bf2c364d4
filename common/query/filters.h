// Values of filter fields: what is typed -> Node.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/query/fields.h"
#include "common/query/query.h"
#include "common/query/words.h"

namespace dateline::query {

// Each throws Error(query) at `position`, that of the value.

/// source:, lang:, has: …
[[nodiscard]] Node read_name(const FieldName& field, std::string_view typed, std::size_t position,
                             const WordReader& words);
/// date:, since: …
[[nodiscard]] Node read_dates(const FieldName& field, std::string_view typed, std::size_t position,
                              const ParseOptions& options);
/// words:
[[nodiscard]] Node read_length(std::string_view typed, std::size_t position);

}  // namespace dateline::query

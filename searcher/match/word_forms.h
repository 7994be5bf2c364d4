// Which other words a plain word of the query finds.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/query/compile.h"

namespace dateline::searcher {

/// Words of the index that share a stem with `word` in one of the languages, most frequent first, `most` at most;
/// without the word itself. Looks at a bounded number of index words.
[[nodiscard]] std::vector<std::string> other_forms(const Xapian::Database& database, const query::HighlightWord& word,
                                                   const std::vector<std::string>& languages, std::size_t most);

/// "“sanctions” also covers sanctioned, sanctioning; =sanctions for the exact word", or empty.
[[nodiscard]] std::string forms_note(const Xapian::Database& database, const query::HighlightWord& word,
                                     const std::vector<std::string>& languages);

}  // namespace dateline::searcher

// Which other words a plain word of the query finds.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/query/compile.h"

namespace dateline::searcher {

/// Words of the index that share a stem with `word` in one of the languages, most frequent first, `most` at most;
/// without the word itself and what is in `secret`. Looks at a bounded number of index words.
[[nodiscard]] std::vector<std::string> other_forms(const Xapian::Database& database, const query::HighlightWord& word,
                                                   const std::vector<std::string>& languages, std::size_t most,
                                                   const std::unordered_set<std::string>* secret = nullptr);

/// "“sanctions” also covers sanctioned, sanctioning; =sanctions for the exact word", or empty.
[[nodiscard]] std::string forms_note(const Xapian::Database& database, const query::HighlightWord& word,
                                     const std::vector<std::string>& languages,
                                     const std::unordered_set<std::string>* secret = nullptr);

}  // namespace dateline::searcher

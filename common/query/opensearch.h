// A query as an OpenSearch (or Elasticsearch) search body, over the mapping that the indexer's export writes: the same
// articles are found. Scores are the other engine's own.
//
// Words, stems, spellings with accents, further spellings and marks stand in fields of their own with the same
// positions (opensearch_fields), made by our analyzer; the other engine splits at spaces and does nothing else.
#pragma once

#include <nlohmann/json.hpp>

#include "common/query/compile.h"
#include "common/query/query.h"

namespace dateline::query {

/// Names of the fields with positions, of the whole text or the title alone. Where a field has no token, it has kHole.
struct OpenSearchFields {
  /// Folded words; compounds written together, acronyms and tags; and what finds no room beside those.
  std::vector<std::string> words;
  /// "en:sanction": language and stem, of words and of compounds; ":word" where a word is its own stem.
  std::vector<std::string> stems;
};
[[nodiscard]] OpenSearchFields opensearch_fields(bool title);
inline constexpr const char* kHole = "_";            ///< Left out by the analyzer, its position stays.
inline constexpr const char* kSentenceToken = "§s";  ///< In the hole before a sentence, of the field `marks`.
inline constexpr const char* kParagraphToken = "§p";

/// The member "query" of a search body. Of `options`, languages and actors count. Throws Error(query) with the place of
/// what cannot be said exactly there, and why.
[[nodiscard]] nlohmann::ordered_json to_opensearch(const Node& node, const CompileOptions& options);

}  // namespace dateline::query

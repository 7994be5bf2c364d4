// Who acts in articles that come as JSON lines, without an index.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "indexer/enrich/actors/actor_data.h"

namespace dateline::indexer {

/// What an extraction did.
struct ExtractReport {
  std::size_t articles = 0;
  std::size_t actors = 0;
  std::size_t rejected = 0;
  std::size_t bytes = 0;         ///< Of title and body text.
  double recognise_seconds = 0;  ///< CPU time of recognition alone, without reading and writing.
};

/// Read articles, one JSON object a line (id; title or headline; body, text or content: a string, paragraphs parted by
/// a blank line, or a list of paragraphs; lang or language; published or date), and write one line each:
/// {"id", "actors": [{"name", "kind", "mentions": […], "count", "salience"}]}. A line that is no article is counted and
/// named on `errors` with its number in `source`; the rest goes on. What overrides.tsv says is applied. Output keeps
/// the order of the input.
ExtractReport extract_actors(const ActorData& data, std::istream& articles, const std::string& source,
                             std::ostream& out, std::ostream& errors);

}  // namespace dateline::indexer

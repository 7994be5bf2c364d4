// Answers as feeds, and how a browser adds the search to its own.
#pragma once

#include "searcher/http/context.h"
#include "searcher/http/message.h"

namespace dateline::searcher::http {

/// Atom (RFC 4287) of a query, newest first unless it says otherwise, with OpenSearch's totals.
Response atom_feed(Context& context);
/// JSON Feed 1.1 of the same.
Response json_feed(Context& context);
/// OpenSearch 1.1 description.
Response opensearch_description(Context& context);

}  // namespace dateline::searcher::http

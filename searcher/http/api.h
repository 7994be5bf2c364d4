// The JSON answers under /v1/; docs/http-api.md and web/openapi.json describe them.
#pragma once

#include "searcher/http/context.h"
#include "searcher/http/message.h"
#include "searcher/output/json_printer.h"

namespace dateline::searcher::http {

Response api_search(Context& context);
Response api_article(Context& context);
Response api_versions(Context& context);
Response api_related(Context& context);
Response api_cite(Context& context);
Response api_suggest(Context& context);
Response api_timeline(Context& context);
Response api_batch(Context& context);
Response api_export(Context& context);

/// Writes one answer of a search as an object. `next`: cursor of the page after it, or empty.
void write_search_answer(JsonPrinter& json, const SearchResult& result, const std::string& next);

}  // namespace dateline::searcher::http

// Articles over time as a row of bars, each a link, and selectable with the pointer.
#pragma once

#include "dateline/search_result.h"
#include "searcher/http/html.h"
#include "searcher/http/page_parts.h"

namespace dateline::searcher::http {

/// Nothing if the days of the facet span less than two steps.
void write_histogram(Markup& out, const Facet& days, const PageQuery& query);

}  // namespace dateline::searcher::http

// What narrows to a value of a facet; with dateline/timeline.h.
#pragma once

#include "dateline/search_result.h"
#include "dateline/timeline.h"

namespace dateline::searcher {

/// The filter field that narrows to a value of a facet field: "actors:person" -> "actor"; empty if there is none.
[[nodiscard]] std::string filter_of_facet(std::string_view facet);

}  // namespace dateline::searcher

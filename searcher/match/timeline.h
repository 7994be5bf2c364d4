// Counts of days summed up to longer steps.
#pragma once

#include "dateline/search_result.h"
#include "dateline/timeline.h"

namespace dateline::searcher {

/// `days`: a facet of the field "date". What is coarser than the step is left out and added to `imprecise`, if given.
[[nodiscard]] std::vector<TimelineBucket> by_step(const Facet& days, TimelineStep step, std::uint64_t* imprecise);

/// The filter field that narrows to a value of a facet field: "actors:person" -> "actor"; empty if there is none.
[[nodiscard]] std::string filter_of_facet(std::string_view facet);

}  // namespace dateline::searcher

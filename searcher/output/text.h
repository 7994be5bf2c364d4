// Parts of the text answer that are tested alone.
#pragma once

#include <string>
#include <vector>

#include "dateline/search_result.h"
#include "searcher/output/terminal.h"

namespace dateline::searcher {

/// Lines of at most `width` columns (0: one line), broken at spaces, between wide characters (Chinese, Japanese) and,
/// where nothing else helps, inside a word; marks in the marker's colour. Control characters are dropped.
[[nodiscard]] std::vector<std::string> wrapped(const MarkedText& text, std::size_t width, const Terminal& terminal);

/// "30 Dec 2021" in the zone of the reader for a moment, as it was written for a mere day, month or year.
[[nodiscard]] std::string local_date(const Timestamp& time);

/// Days of a facet summed up by month or year, so that few enough for one line are left: at most `most` values, the
/// newest ones if even years are too many. Gaps are filled with zeros.
[[nodiscard]] std::vector<FacetValue> timeline(const std::vector<FacetValue>& days, std::size_t most);

}  // namespace dateline::searcher

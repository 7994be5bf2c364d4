// Dates as they are written in queries -> ranges of days.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/query/ast.h"

namespace dateline::query {

/// The user's now and zone.
struct Today {
  std::chrono::sys_seconds now;
  std::string zone;  ///< IANA name; empty: UTC.
};

/// The range that `value` of a date field ("date", "on", "before", "after", "since", "until") means:
///   2021  2021-12  2021-12-30  2021-Q4  2021-W52  2021-12-30T14:00  "30 December 2021"
///   today  yesterday  "last week" (the calendar's)  "this month"  "last 7 days"  7d  24h  2w  3m  1y
///   A..B  A..  ..B
/// Nothing if it cannot be read. Throws Error(usage) for an unknown zone.
[[nodiscard]] std::optional<DateRange> read_date(std::string_view field, std::string_view value, const Today& today);

}  // namespace dateline::query

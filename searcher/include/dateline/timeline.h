// How many articles match, day by day or in longer steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dateline/search_result.h"

namespace dateline::searcher {

enum class TimelineStep : std::uint8_t { day, week, month, year };

struct TimelineRequest {
  TimelineStep step = TimelineStep::month;
  std::string split;             ///< A facet field that each step is counted by, too; empty: none.
  std::size_t split_values = 5;  ///< Of the values with most matches, this many.
};

struct TimelineBucket {
  std::string first_day;  ///< Where the step begins: "2021-12-27". Weeks begin on Monday (ISO 8601).
  std::uint64_t count = 0;
  friend bool operator==(const TimelineBucket&, const TimelineBucket&) = default;
};

/// Steps with at least one match, in order of time.
struct TimelineSeries {
  std::string value;  ///< Of the split; empty for all matches.
  std::string kind;   ///< Of an actor, else empty.
  std::vector<TimelineBucket> buckets;
};

struct Timeline {
  TimelineSeries all;
  std::vector<TimelineSeries> split;  ///< Most matches first.
  std::uint64_t undated = 0;          ///< Matches without a date.
  std::uint64_t imprecise = 0;        ///< Matches whose date is coarser than the step ("2021" by day).
};

/// "day", "week", "month", "year". Throws Error(usage) for anything else.
[[nodiscard]] TimelineStep timeline_step(const std::string& name);

/// `days`: a facet of the field "date". What is coarser than the step is left out and added to `imprecise`, if given.
[[nodiscard]] std::vector<TimelineBucket> by_step(const Facet& days, TimelineStep step, std::uint64_t* imprecise);

}  // namespace dateline::searcher

#include "searcher/match/timeline.h"

#include <charconv>
#include <chrono>
#include <map>
#include <optional>

#include "common/date.h"
#include "dateline/error.h"

namespace dateline::searcher {
namespace {

int number(std::string_view digits) {
  int out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

/// Day on which the step of a day ("2021-12-30", "2021-12", "2021") begins; nothing if the day is coarser.
std::optional<std::string> step_start(std::string_view day, TimelineStep step) {
  if (day.size() < 4) return std::nullopt;
  if (step == TimelineStep::year) return std::string{day.substr(0, 4)} + "-01-01";
  if (day.size() < 7) return std::nullopt;
  if (step == TimelineStep::month) return std::string{day.substr(0, 7)} + "-01";
  if (day.size() < 10) return std::nullopt;
  if (step == TimelineStep::day) return std::string{day};
  using namespace std::chrono;
  const sys_days date{year{number(day.substr(0, 4))} / number(day.substr(5, 2)) / number(day.substr(8, 2))};
  return format_day(date - (weekday{date} - Monday));
}

}  // namespace

std::vector<TimelineBucket> by_step(const Facet& days, TimelineStep step, std::uint64_t* imprecise) {
  std::map<std::string, std::uint64_t> counts;
  for (const FacetValue& day : days.values) {
    if (const auto start = step_start(day.value, step)) {
      counts[*start] += day.count;
    } else if (imprecise != nullptr) {
      *imprecise += day.count;
    }
  }
  std::vector<TimelineBucket> buckets;
  buckets.reserve(counts.size());
  for (const auto& [first, count] : counts) buckets.push_back({first, count});
  return buckets;
}

std::string filter_of_facet(std::string_view facet) {
  const std::string_view family = facet.substr(0, facet.find(':'));
  if (family == "actors") return "actor";
  if (family == "authors") return "author";
  return std::string{family};
}

TimelineStep timeline_step(const std::string& name) {
  if (name == "day") return TimelineStep::day;
  if (name == "week") return TimelineStep::week;
  if (name == "month") return TimelineStep::month;
  if (name == "year") return TimelineStep::year;
  throw Error(ErrorCode::usage, "step", "\"" + name + "\" is none of day, week, month, year");
}

}  // namespace dateline::searcher

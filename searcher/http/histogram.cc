#include "searcher/http/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <vector>

#include "common/date.h"
#include "dateline/timeline.h"

namespace dateline::searcher::http {
namespace {

using std::chrono::sys_days;

constexpr double kWidth = 640;
constexpr double kHeight = 72;
constexpr std::size_t kBarsAtMost = 180;
constexpr std::size_t kLabels = 5;
constexpr double kLowest = 1.5;  ///< A bar of one article among thousands can still be seen.

struct Bar {
  std::string first;  ///< "2021-12-27"
  std::string last;
  std::uint64_t count = 0;
};

sys_days day_of(std::string_view iso) {
  using namespace std::chrono;
  const auto number = [&](std::size_t at, std::size_t length) {
    int out = 0;
    std::from_chars(iso.data() + at, iso.data() + at + length, out);
    return out;
  };
  return year{number(0, 4)} / number(5, 2) / number(8, 2);
}

sys_days next(sys_days day, TimelineStep step) {
  using namespace std::chrono;
  const year_month_day date{day};
  switch (step) {
    case TimelineStep::day:
      return day + days{1};
    case TimelineStep::week:
      return day + days{7};
    case TimelineStep::month:
      return sys_days{date + months{1}};
    case TimelineStep::year:
      return sys_days{date + years{1}};
  }
  return day + days{1};
}

std::size_t steps_between(sys_days from, sys_days to, TimelineStep step) {
  const auto span = static_cast<std::size_t>((to - from).count());
  switch (step) {
    case TimelineStep::day:
      return span + 1;
    case TimelineStep::week:
      return span / 7 + 1;
    case TimelineStep::month:
      return span / 30 + 1;
    case TimelineStep::year:
      return span / 365 + 1;
  }
  return span + 1;
}

/// All steps from the first to the last with an article, empty ones too.
std::vector<Bar> bars(const Facet& days, TimelineStep& step) {
  std::vector<TimelineBucket> buckets;
  for (const TimelineStep finer : {TimelineStep::day, TimelineStep::week, TimelineStep::month, TimelineStep::year}) {
    step = finer;
    buckets = by_step(days, step, nullptr);
    if (buckets.empty()) continue;
    if (steps_between(day_of(buckets.front().first_day), day_of(buckets.back().first_day), step) <= kBarsAtMost) break;
  }
  std::vector<Bar> out;
  if (buckets.empty()) return out;
  std::size_t i = 0;
  const sys_days end = day_of(buckets.back().first_day);
  for (sys_days day = day_of(buckets.front().first_day); day <= end; day = next(day, step)) {
    Bar bar{.first = format_day(day), .last = format_day(next(day, step) - std::chrono::days{1})};
    if (i < buckets.size() && buckets[i].first_day == bar.first) bar.count = buckets[i++].count;
    out.push_back(std::move(bar));
  }
  return out;
}

/// What the date filter says for a bar.
std::string range_of(const Bar& bar, TimelineStep step) {
  switch (step) {
    case TimelineStep::day:
      return bar.first;
    case TimelineStep::week:
      return bar.first + ".." + bar.last;
    case TimelineStep::month:
      return bar.first.substr(0, 7);
    case TimelineStep::year:
      return bar.first.substr(0, 4);
  }
  return bar.first;
}

bool selected(const Bar& bar, const std::vector<std::string>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const std::string& range) {
    const std::size_t dots = range.find("..");
    const std::string from = range.substr(0, dots);
    const std::string to = dots == std::string::npos ? range : range.substr(dots + 2);
    // A month or year reaches to its end: '~' sorts behind what follows it.
    return (from.empty() || bar.last >= from) && (to.empty() || bar.first <= to + "~");
  });
}

/// "week of 21 Feb 2022", "Feb 2022".
std::string bar_name(const Bar& bar, TimelineStep step) {
  return step == TimelineStep::week ? "week of " + shown_day(bar.first) : shown_range(range_of(bar, step));
}

std::string_view step_name(TimelineStep step) {
  static constexpr std::string_view kNames[] = {"day", "week", "month", "year"};
  return kNames[static_cast<std::size_t>(step)];
}

void write_bar(Markup& out, const Bar& bar, double x, double width, double height, const std::string& name,
               const std::string& address, bool on) {
  out << "<a tabindex=\"-1\" href=\"";
  out.text(address) << "\" aria-label=\"";
  const std::string what = name + ": " + counted(bar.count, "article", "articles");
  out.text(what) << "\"><rect class=\"hit\" x=\"";
  out.text(fmt::format("{:.2f}", x)) << "\" y=\"0\" width=\"";
  out.text(fmt::format("{:.2f}", width)) << "\" height=\"72\" data-from=\"";
  out.text(bar.first) << "\" data-to=\"";
  out.text(bar.last) << "\"><title>";
  out.text(what) << "</title></rect><rect";
  if (on) out << " class=\"sel\"";
  const double gap = width > 3 ? std::min(2.5, width * 0.15) : 0.4;
  out << " x=\"";
  out.text(fmt::format("{:.2f}", x + gap / 2)) << "\" y=\"";
  out.text(fmt::format("{:.1f}", kHeight - height)) << "\" width=\"";
  out.text(fmt::format("{:.2f}", width - gap)) << "\" height=\"";
  out.text(fmt::format("{:.1f}", height)) << "\"/></a>";
}

void write_form(Markup& out, const PageQuery& query, const std::vector<Bar>& all) {
  out << "<form class=\"span\" action=\"/search\">";
  for (const auto& [name, value] : query.pairs()) {
    if (name == "date" || name == "offset" || name == "all") continue;
    out << "<input type=\"hidden\" name=\"";
    out.text(name) << "\" value=\"";
    out.text(value) << "\">";
  }
  const std::string range = query.text("date");
  out << "<label for=\"span\">Dates</label> <input id=\"span\" name=\"date\" size=\"24\" autocomplete=\"off\" value=\"";
  out.text(range) << "\" placeholder=\"";
  out.text(all.front().first + ".." + all.back().last) << "\"><button>Apply</button></form>";
}

}  // namespace

void write_histogram(Markup& out, const Facet& days, const PageQuery& query) {
  TimelineStep step = TimelineStep::day;
  const std::vector<Bar> all = bars(days, step);
  if (all.size() < 2) return;
  const auto peak =
      std::max_element(all.begin(), all.end(), [](const Bar& a, const Bar& b) { return a.count < b.count; });
  const std::vector<std::string> ranges = query.all("date");
  out << "<figure class=\"when\"><figcaption>Articles a ";
  out.text(step_name(step)) << " <span>peak ";
  out.number(peak->count) << ", ";
  out.text(bar_name(*peak, step)) << "</span></figcaption>";
  out << "<svg viewBox=\"0 0 640 72\" preserveAspectRatio=\"none\" role=\"group\" aria-label=\"Articles over time\">";
  const double width = kWidth / static_cast<double>(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Bar& bar = all[i];
    const double share = static_cast<double>(bar.count) / static_cast<double>(std::max<std::uint64_t>(1, peak->count));
    const double height = bar.count == 0 ? 0 : std::max(kLowest, share * (kHeight - 4));
    write_bar(out, bar, static_cast<double>(i) * width, width, height, bar_name(bar, step),
              query.with("date", range_of(bar, step)).address(), selected(bar, ranges));
  }
  out << "</svg><p class=\"axis\" aria-hidden=\"true\">";
  const std::size_t labels = std::min(kLabels, all.size());
  for (std::size_t i = 0; i < labels; ++i) {
    const std::string& first = all[i * (all.size() - 1) / (labels - 1)].first;
    out << "<span>";
    out.text(step == TimelineStep::year    ? first.substr(0, 4)
             : step == TimelineStep::month ? shown_day(first.substr(0, 7))
                                           : shown_day(first))
        << "</span>";
  }
  out << "</p>";
  write_form(out, query, all);
  out << "</figure>";
}

}  // namespace dateline::searcher::http

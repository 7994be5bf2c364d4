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
constexpr std::size_t kLabels = 6;  ///< At most.
constexpr double kLowest = 1.5;     ///< A bar of one article among thousands can still be seen.

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

struct Label {
  std::size_t bar;
  std::string text;
};

/// Bars in which a year, half year, quarter … begins: the shortest of these that leaves few enough.
std::vector<Label> calendar_labels(const std::vector<Bar>& all, TimelineStep step) {
  static constexpr int kMonths[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000};
  const auto month = [](const std::string& iso) {
    const std::chrono::year_month_day date{day_of(iso)};
    return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  };
  std::vector<Label> out;
  for (const int months : kMonths) {
    if (step == TimelineStep::year && months < 12) continue;
    out.clear();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string& before = all[i].first;
      const int begins = month(all[i].last) / months * months;
      // The boundary lies in this bar, or at its beginning.
      if (begins < month(before) || (begins == month(before) && !before.ends_with("-01"))) continue;
      const std::string iso = fmt::format("{:04}-{:02}", begins / 12, begins % 12 + 1);
      out.push_back({i, months >= 12 ? iso.substr(0, 4) : shown_day(iso)});
    }
    if (out.size() <= kLabels) break;
  }
  return out;
}

std::vector<Label> labels(const std::vector<Bar>& all, TimelineStep step) {
  std::vector<Label> out = calendar_labels(all, step);
  if (out.size() >= 2) return out;
  out.clear();
  const std::size_t number = std::min<std::size_t>(kLabels - 1, all.size());
  for (std::size_t i = 0; i < number; ++i) {
    const std::size_t bar = i * (all.size() - 1) / (number - 1);
    const std::string& first = all[bar].first;
    out.push_back({bar, step == TimelineStep::year    ? first.substr(0, 4)
                        : step == TimelineStep::month ? shown_day(first.substr(0, 7))
                                                      : shown_day(first)});
  }
  return out;
}

/// A drawing of its own, which is not stretched: each label stands under the bar that it names.
void write_axis(Markup& out, const std::vector<Label>& labels, std::size_t bars) {
  constexpr double kEdge = 5;  // per cent: a label in the middle of its bar would be cut off
  out << "<svg class=\"axis\" width=\"100%\" height=\"22\" aria-hidden=\"true\">";
  for (const Label& label : labels) {
    const double middle = 100 * (static_cast<double>(label.bar) + 0.5) / static_cast<double>(bars);
    const std::string place = fmt::format("{:.2f}%", middle);
    out << "<g><line y2=\"4\" x1=\"";
    out.text(place) << "\" x2=\"";
    out.text(place) << "\"/><text y=\"17\" x=\"";
    out.text(middle < kEdge ? "0" : middle > 100 - kEdge ? "100%" : place) << "\"";
    if (middle < kEdge) {
      out << " text-anchor=\"start\"";
    } else if (middle > 100 - kEdge) {
      out << " text-anchor=\"end\"";
    } else {
      out << " text-anchor=\"middle\"";
    }
    out << ">";
    out.text(label.text) << "</text></g>";
  }
  out << "</svg>";
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
  out << "</svg>";
  write_axis(out, labels(all, step), all.size());
  write_form(out, query, all);
  out << "</figure>";
}

}  // namespace dateline::searcher::http

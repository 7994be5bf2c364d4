#include "common/query/dates.h"

#include <unicode/timezone.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "common/date.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;
using std::chrono::year_month;
using std::chrono::year_month_day;
using std::chrono::years;

class Zone {
 public:
  explicit Zone(const std::string& name) {
    if (name.empty()) return;
    zone_.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    if (*zone_ == icu::TimeZone::getUnknown()) {
      throw Error(ErrorCode::usage, "zone", "unknown time zone '" + name + "'; write a name such as Europe/Madrid");
    }
  }

  [[nodiscard]] std::chrono::seconds offset(sys_seconds t, bool t_is_local) const {
    if (!zone_) return 0s;
    std::int32_t raw = 0;
    std::int32_t saving = 0;
    UErrorCode status = U_ZERO_ERROR;
    zone_->getOffset(static_cast<double>(t.time_since_epoch().count()) * 1000.0, t_is_local ? 1 : 0, raw, saving,
                     status);
    return std::chrono::seconds((raw + saving) / 1000);
  }

 private:
  std::unique_ptr<icu::TimeZone> zone_;
};

std::optional<int> integer(std::string_view s) {
  int value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (s.empty() || error != std::errc{} || end != s.data() + s.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<int> digits(std::string_view s, std::size_t count) {
  if (s.size() != count || s.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return integer(s);
}

DateRange day_range(sys_days first, sys_days last) {
  return {.from = sys_seconds(first), .to = sys_seconds(last), .moments = false};
}

DateRange month_range(year_month first, int count) {
  return day_range(sys_days(first / 1), sys_days((first + months(count)) / 1) - days(1));
}

sys_days monday_of(sys_days day) {
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

class Reader {
 public:
  explicit Reader(const Today& today) : now_(today.now), zone_(today.zone) {
    today_ = floor<days>(now_ + zone_.offset(now_, false));
  }

  /// A single period, as days or moments.
  [[nodiscard]] std::optional<DateRange> period(std::string_view text) const {
    const std::string value = text::ascii_lower(text::trim(text));
    for (const auto reading : {&Reader::named, &Reader::calendar, &Reader::ago, &Reader::written}) {
      if (const auto range = (this->*reading)(value)) return range;
    }
    return std::nullopt;
  }

  /// "7d", "24h": from then on.
  [[nodiscard]] std::optional<DateRange> ago(const std::string& value) const {
    if (value.size() < 2) return std::nullopt;
    const auto count = integer(std::string_view(value).substr(0, value.size() - 1));
    if (!count || *count > 100'000) return std::nullopt;
    return back(*count, value.back());
  }

 private:
  [[nodiscard]] std::optional<DateRange> back(int count, char unit) const {
    const year_month_day now(today_);
    const auto clamp = [](year_month_day day) {
      return day.ok() ? sys_days(day) : sys_days(day.year() / day.month() / std::chrono::last);
    };
    switch (unit) {
      case 'h':
        return DateRange{.from = now_ - std::chrono::hours(count), .to = now_, .moments = true};
      case 'd':
        return day_range(today_ - days(count), today_);
      case 'w':
        return day_range(today_ - days(7 * count), today_);
      case 'm':
        return count > 12'000 ? std::nullopt : std::optional(day_range(clamp(now - months(count)), today_));
      case 'y':
        return count > 1000 ? std::nullopt : std::optional(day_range(clamp(now - years(count)), today_));
      default:
        return std::nullopt;
    }
  }

  [[nodiscard]] std::optional<DateRange> named(const std::string& value) const {
    const year_month_day now(today_);
    const year_month month(now.year(), now.month());
    const sys_days monday = monday_of(today_);
    if (value == "today") return day_range(today_, today_);
    if (value == "yesterday") return day_range(today_ - days(1), today_ - days(1));
    if (value == "this week") return day_range(monday, monday + days(6));
    if (value == "last week") return day_range(monday - days(7), monday - days(1));
    if (value == "this month") return month_range(month, 1);
    if (value == "last month") return month_range(month - months(1), 1);
    if (value == "this year") return month_range(now.year() / 1, 12);
    if (value == "last year") return month_range((now.year() - years(1)) / 1, 12);
    const unsigned quarter = (static_cast<unsigned>(now.month()) - 1) / 3;
    const year_month first = now.year() / std::chrono::month(quarter * 3 + 1);
    if (value == "this quarter") return month_range(first, 3);
    if (value == "last quarter") return month_range(first - months(3), 3);
    const auto words = text::split(value, ' ');
    if (words.size() != 3 || (words[0] != "last" && words[0] != "past")) return std::nullopt;
    const auto count = integer(words[1]);
    if (!count || *count > 100'000) return std::nullopt;
    std::string_view unit = words[2];
    if (unit.ends_with('s')) unit.remove_suffix(1);
    for (const std::string_view known : {"hour", "day", "week", "month", "year"}) {
      if (unit == known) return back(*count, known.front());
    }
    return std::nullopt;
  }

  /// ISO 8601 by digits alone.
  [[nodiscard]] std::optional<DateRange> calendar(const std::string& value) const {
    const std::string_view s = value;
    const auto y = digits(s.substr(0, 4), 4);
    if (!y || *y < 1) return std::nullopt;
    const year in(*y);
    std::string_view rest = s.substr(4);
    if (rest.empty()) return month_range(in / 1, 12);
    if (rest.front() == '-') rest.remove_prefix(1);
    if (rest.size() == 2 && rest[0] == 'q' && rest[1] >= '1' && rest[1] <= '4') {
      return month_range(in / std::chrono::month(static_cast<unsigned>(rest[1] - '1') * 3 + 1), 3);
    }
    if (!rest.empty() && rest.front() == 'w') return week(in, rest.substr(1));
    if (s[4] != '-') return std::nullopt;
    const auto m = digits(rest.substr(0, 2), 2);
    if (!m || *m < 1 || *m > 12) return std::nullopt;
    const year_month month = in / *m;
    if (rest.size() == 2) return month_range(month, 1);
    const auto d = rest.size() >= 5 && rest[2] == '-' ? digits(rest.substr(3, 2), 2) : std::nullopt;
    if (!d || !(month / *d).ok()) return std::nullopt;
    const sys_days day = month / *d;
    if (rest.size() == 5) return day_range(day, day);
    return moment(day, rest.substr(5));
  }

  [[nodiscard]] static std::optional<DateRange> week(year in, std::string_view number) {
    const auto n = digits(number, 2);
    if (!n || *n < 1 || *n > 53) return std::nullopt;
    // ISO 8601: week 1 is the one with January 4th.
    const sys_days first = monday_of(sys_days(in / 1 / 4)) + days(7 * (*n - 1));
    if (year_month_day(first + days(3)).year() != in) return std::nullopt;
    return day_range(first, first + days(6));
  }

  /// "t14:00", "t14:00:05z", "t14:00+02:00" after a day.
  [[nodiscard]] std::optional<DateRange> moment(sys_days day, std::string_view time) const {
    if (time.size() < 6 || (time.front() != 't' && time.front() != ' ') || time[3] != ':') return std::nullopt;
    const auto h = digits(time.substr(1, 2), 2);
    const auto m = digits(time.substr(4, 2), 2);
    if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
    time.remove_prefix(6);
    std::chrono::seconds of_day = std::chrono::hours(*h) + std::chrono::minutes(*m);
    std::chrono::seconds length = 60s;
    if (!time.empty() && time.front() == ':') {
      const auto s = digits(time.substr(1, 2), 2);
      if (!s || *s > 59) return std::nullopt;
      of_day += std::chrono::seconds(*s);
      length = 1s;
      time.remove_prefix(3);
    }
    sys_seconds at = sys_seconds(day) + of_day;
    if (time.empty()) {
      at -= zone_.offset(at, true);
    } else if (time != "z") {
      const auto zh = time.size() == 6 && time[3] == ':' ? digits(time.substr(1, 2), 2) : std::nullopt;
      const auto zm = time.size() == 6 ? digits(time.substr(4, 2), 2) : std::nullopt;
      if (!zh || !zm || *zh > 14 || *zm > 59 || (time[0] != '+' && time[0] != '-')) return std::nullopt;
      const std::chrono::seconds offset = std::chrono::hours(*zh) + std::chrono::minutes(*zm);
      at += time[0] == '+' ? -offset : offset;
    }
    return DateRange{.from = at, .to = at + length - 1s, .moments = true};
  }

  /// "30 December 2021", "December 2021": with the month's name, since 03/04/2021 is two days.
  [[nodiscard]] std::optional<DateRange> written(const std::string& value) const {
    if (std::none_of(value.begin(), value.end(), [](char c) { return (c >= 'a' && c <= 'z') || c < 0; }))
      return std::nullopt;
    const auto read = parse_date(value);
    if (!read) return std::nullopt;
    const sys_days day = local_day(*read);
    const year_month_day date(day);
    switch (read->precision) {
      case Precision::year:
        return month_range(date.year() / 1, 12);
      case Precision::month:
        return month_range(date.year() / date.month(), 1);
      default:
        return day_range(day, day);
    }
  }

  sys_seconds now_;
  Zone zone_;
  sys_days today_;
};

/// One end of a range as a moment, when the other end is one.
sys_seconds begin_of(const DateRange& range) {
  return *range.from;
}
sys_seconds end_of(const DateRange& range) {
  return range.moments ? *range.to : *range.to + std::chrono::hours(24) - 1s;
}

std::optional<DateRange> between(const Reader& reader, std::string_view left, std::string_view right) {
  const auto from = reader.period(left);
  const auto to = reader.period(right);
  if ((!from && !text::trim(left).empty()) || (!to && !text::trim(right).empty()) || (!from && !to))
    return std::nullopt;
  DateRange range;
  range.moments = (from && from->moments) || (to && to->moments);
  if (from) range.from = begin_of(*from);
  if (to) range.to = range.moments ? end_of(*to) : *to->to;
  return range;
}

}  // namespace

std::optional<DateRange> read_date(std::string_view field, std::string_view value, const Today& today) {
  const Reader reader(today);
  if (field == "date" || field == "on") {
    if (const std::size_t dots = value.find(".."); dots != std::string_view::npos) {
      return between(reader, value.substr(0, dots), value.substr(dots + 2));
    }
    return reader.period(value);
  }
  const auto period = reader.period(value);
  if (!period) return std::nullopt;
  DateRange range{.from = {}, .to = {}, .moments = period->moments};
  const std::chrono::seconds step = period->moments ? std::chrono::seconds(1) : std::chrono::hours(24);
  if (field == "since") range.from = *period->from;
  if (field == "until") range.to = *period->to;
  if (field == "before") range.to = *period->from - step;
  if (field == "after") range.from = *period->to + step;
  return range;
}

}  // namespace dateline::query

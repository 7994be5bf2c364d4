// Dates as newsrooms write them <-> Timestamp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dateline/article.h"

namespace dateline {

/// How 03/04/2021 is read when both readings are possible.
enum class DayMonthOrder : std::uint8_t { month_first, day_first };

struct DateHints {
  DayMonthOrder order = DayMonthOrder::month_first;
};

/// Day-month order that readers of a language expect: month first for English ("en", or empty), else day first.
[[nodiscard]] DateHints date_hints(std::string_view lang);

/// Reads one written date that fills `text` apart from weekday, brackets and a leading label such as "Published:".
/// ISO 8601 (also basic and week dates), RFC 2822, Unix seconds or milliseconds (10 or 13 digits), and written forms
/// with month names in 20 languages. Years 1600..2200. A zone that is not written is UTC. Nothing on failure.
[[nodiscard]] std::optional<Timestamp> parse_date(std::string_view text, DateHints hints = {});

/// Where a date stands in running text.
struct FoundDate {
  Timestamp value;
  std::size_t begin = 0;  ///< Byte offsets into the text.
  std::size_t end = 0;
};

/// The first date in running text at or after `from` that names year, month and day.
[[nodiscard]] std::optional<FoundDate> find_date(std::string_view text, std::size_t from = 0, DateHints hints = {});

/// The day in the zone that the timestamp was written in.
[[nodiscard]] std::chrono::sys_days local_day(const Timestamp& t);

/// "2021-12-30" (also "2021-12" and "2021" for coarser precision).
[[nodiscard]] std::string format_day(const Timestamp& t);
[[nodiscard]] std::string format_day(std::chrono::sys_days day);

/// RFC 3339 in the written zone, as far as the precision goes: "2021-12-30T14:05:00-05:00", "2021-12-30", "2021".
/// parse_date(format_rfc3339(t)) == t.
[[nodiscard]] std::string format_rfc3339(const Timestamp& t);

}  // namespace dateline

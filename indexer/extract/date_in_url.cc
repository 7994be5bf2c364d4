#include <cstdio>

#include "common/date.h"
#include "indexer/extract/dates.h"

namespace dateline::indexer {

std::optional<Timestamp> date_in_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (path == std::string_view::npos) return std::nullopt;
  const std::string_view s = url.substr(path);
  const auto number = [&](std::size_t at, std::size_t digits) -> int {
    if (at + digits > s.size()) return -1;
    int value = 0;
    for (std::size_t k = at; k < at + digits; ++k) {
      if (s[k] < '0' || s[k] > '9') return -1;
      value = value * 10 + (s[k] - '0');
    }
    return value;
  };
  const auto digit_at = [&](std::size_t at) { return at < s.size() && s[at] >= '0' && s[at] <= '9'; };
  std::optional<Timestamp> month;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if ((i > 0 && digit_at(i - 1)) || !digit_at(i)) continue;
    // "29-10-2021"
    if (digit_at(i + 1) && !digit_at(i + 2) && (i + 2 < s.size()) && (s[i + 2] == '-' || s[i + 2] == '.') &&
        number(i + 3, 2) >= 1 && number(i + 3, 2) <= 12 && i + 5 < s.size() && s[i + 5] == s[i + 2] &&
        number(i + 6, 4) >= 1990 && number(i + 6, 4) <= 2100 && !digit_at(i + 10)) {
      if (const auto date = parse_date(s.substr(i, 10), {.order = DayMonthOrder::day_first})) return date;
    }
    const int year = number(i, 4);
    if (year < 1990 || year > 2100) continue;
    const char separator = i + 4 < s.size() ? s[i + 4] : '\0';
    if (separator == '/' || separator == '-' || separator == '_' || separator == '.') {
      const std::size_t month_digits = digit_at(i + 6) ? 2 : 1;
      const int m = number(i + 5, month_digits);
      const std::size_t after_month = i + 5 + month_digits;
      if (m < 1 || m > 12 || digit_at(after_month)) {
        // "/2021/dec/30/", "/2021/december/30/"
        const std::size_t slash = s.find('/', i + 5);
        if (separator == '/' && slash != std::string_view::npos && slash >= i + 8 && slash <= i + 14 &&
            digit_at(slash + 1)) {
          const std::string words = std::string(s.substr(slash + 1, digit_at(slash + 2) ? 2 : 1)) + " " +
                                    std::string(s.substr(i + 5, slash - i - 5)) + " " + std::to_string(year);
          if (const auto date = parse_date(words)) return date;
        }
        continue;
      }
      if (after_month < s.size() && s[after_month] == separator) {
        const std::size_t day_digits = digit_at(after_month + 2) ? 2 : 1;
        const int d = number(after_month + 1, day_digits);
        if (d >= 1 && d <= 31 && !digit_at(after_month + 1 + day_digits)) {
          char buffer[16];
          std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, m, d);
          if (const auto date = parse_date(buffer)) return date;
        }
      }
      // "/2015/08/150803-headline"
      if (separator == '/' && month_digits == 2 && number(after_month + 1, 6) / 100 == year % 100 * 100 + m &&
          !digit_at(after_month + 7)) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, m, number(after_month + 5, 2));
        if (const auto date = parse_date(buffer)) return date;
      }
      if (separator == '/' && month_digits == 2 && !month) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "%04d-%02d", year, m);
        month = parse_date(buffer);
      }
    } else if (digit_at(i + 4) && digit_at(i + 7) && !digit_at(i + 8)) {
      if (const auto date = parse_date(s.substr(i, 8))) return date;
    }
  }
  return month;
}

}  // namespace dateline::indexer

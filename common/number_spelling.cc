#include "common/number_spelling.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace dateline {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void normalize_number(std::string& number) {
  const auto groups_of_three = [](std::string_view s, char separator) {
    const std::size_t first = s.find(separator);
    if (first == 0 || first > 3) return false;
    if ((s.size() - first) % 4 != 0) return false;
    for (std::size_t i = first; i < s.size(); ++i) {
      if (((i - first) % 4 == 0) != (s[i] == separator)) return false;
      if (s[i] != separator && !is_digit(s[i])) return false;
    }
    return true;
  };
  const auto without = [](std::string_view s, char separator) {
    std::string out;
    std::copy_if(s.begin(), s.end(), std::back_inserter(out), [separator](char c) { return c != separator; });
    return out;
  };
  const auto commas = std::count(number.begin(), number.end(), ',');
  const auto points = std::count(number.begin(), number.end(), '.');
  const std::size_t last = number.find_last_of(",.");
  const std::string_view whole = std::string_view(number).substr(0, last);
  if (points == 0 && commas > 0 && groups_of_three(number, ',')) {
    number = without(number, ',');
  } else if (commas == 0 && points > 1 && groups_of_three(number, '.')) {
    number = without(number, '.');
  } else if (points == 1 && commas > 0 && number[last] == '.' && groups_of_three(whole, ',')) {
    number = without(number, ',');
  } else if (commas == 1 && points > 0 && number[last] == ',' && groups_of_three(whole, '.')) {
    number = without(whole, '.') + "." + number.substr(last + 1);
  } else if (commas == 1 && points == 0) {
    number[last] = '.';
  }
}

}  // namespace dateline

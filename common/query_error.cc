#include "common/query_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/printable.h"
#include "common/text.h"

namespace dateline {
namespace {

/// Bytes of the query shown on each side of the place.
constexpr std::size_t kStretch = 60;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t character_border(std::string_view s, std::size_t pos) {
  while (pos < s.size() && pos > 0 && is_continuation(s[pos])) --pos;
  return std::min(pos, s.size());
}

}  // namespace

std::string query_error(std::string_view program, const Error& error, std::string_view query) {
  std::string message = error.what();
  const std::string prefix = error.subject() + ": ";
  if (!error.subject().empty() && message.starts_with(prefix)) message.erase(0, prefix.size());
  if (!error.position()) return fmt::format("{}: query: {}\n", program, printable(message));
  const std::size_t place = character_border(query, *error.position());
  const std::string_view before = query.substr(0, place);
  const auto column = 1 + std::count_if(before.begin(), before.end(), [](char c) { return !is_continuation(c); });
  const std::size_t begin = place > kStretch ? character_border(query, place - kStretch) : 0;
  const std::size_t end = character_border(query, std::min(query.size(), place + kStretch));
  const std::string left = (begin > 0 ? "…" : "") + printable(query.substr(begin, place - begin));
  const std::string right = printable(query.substr(place, end - place)) + (end < query.size() ? "…" : "");
  return fmt::format("{}: query, column {}: {}\n  {}{}\n  {}^\n", program, column, printable(message), left, right,
                     std::string(text::display_width(left), ' '));
}

}  // namespace dateline

#include "common/query/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/language.h"
#include "common/query/dates.h"
#include "common/query/lexer.h"
#include "common/text.h"

namespace dateline::query {
namespace {

/// The value of words:.
bool read_words(std::string_view value, Node& node) {
  const auto read = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || n > 1'000'000'000)
      return std::nullopt;
    return n;
  };
  if (const std::size_t dots = value.find(".."); dots != std::string_view::npos) {
    node.min_words = read(value.substr(0, dots));
    node.max_words = read(value.substr(dots + 2));
    const bool open_left = dots == 0;
    const bool open_right = dots + 2 == value.size();
    return (node.min_words || open_left) && (node.max_words || open_right) && (node.min_words || node.max_words);
  }
  const std::size_t op = value.find_first_not_of("<>=");
  if (op == std::string_view::npos) return false;
  const auto n = read(value.substr(op));
  if (!n) return false;
  const std::string_view sign = value.substr(0, op);
  if (sign.empty() || sign == "=") node.min_words = node.max_words = n;
  if (sign == ">") node.min_words = *n + 1;
  if (sign == ">=") node.min_words = n;
  if (sign == "<=") node.max_words = n;
  if (sign == "<" && *n > 0) node.max_words = *n - 1;
  return node.min_words || node.max_words;
}

}  // namespace

Node read_name(const FieldName& field, std::string_view typed, std::size_t position, const WordReader& words) {
  Node node;
  node.kind = Kind::filter;
  node.field = field.field;
  node.position = position;
  node.text = text::clean_line(typed);
  if (node.text.empty()) fail(position, fmt::format("\"{}:\" needs a name", field.name));
  if (field.field == Field::lang) {
    const std::string lang = normalize_language(node.text);
    if (lang.empty()) {
      fail(position, fmt::format("\"{}\" is no language; write a code such as en, or its English name", node.text));
    }
    node.text = lang;
  } else if (field.field == Field::has) {
    node.text = text::ascii_lower(node.text);
    if (std::find(kHasValues.begin(), kHasValues.end(), node.text) == kHasValues.end()) {
      fail(position, fmt::format("has: knows {}", fmt::join(kHasValues, ", ")));
    }
  } else if (field.field != Field::id && field.field != Field::url) {
    node.wildcard = node.text.find('*') != std::string::npos;
    if (only_stars(node.text)) {
      fail(position, fmt::format("write has:{} for articles that have one", field_name(field.field)));
    }
    if (node.wildcard) words.check_wildcard(node.text, position);
  }
  return node;
}

Node read_dates(const FieldName& field, std::string_view typed, std::size_t position, const ParseOptions& options) {
  const auto range = read_date(field.name, typed, {.now = options.now, .zone = options.zone});
  if (!range) {
    fail(position, fmt::format("\"{}\" is no date; write 2021, 2021-12, 2021-12-30, 2021-Q4, 2021-12..2022-01-15, 7d "
                               "or \"last week\"",
                               typed));
  }
  if (range->from && range->to && *range->from > *range->to) {
    fail(position, fmt::format("\"{}\" ends before it begins", typed));
  }
  Node node;
  node.kind = Kind::date;
  node.date = *range;
  return node;
}

Node read_length(std::string_view typed, std::size_t position) {
  Node node;
  node.kind = Kind::words;
  if (!read_words(text::trim(typed), node)) {
    fail(position,
         fmt::format("\"{}\" is no length; write words:>500, words:<=100, words:100..200 or words:300", typed));
  }
  return node;
}

}  // namespace dateline::query

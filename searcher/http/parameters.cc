#include "searcher/http/parameters.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/text.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "searcher/options.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kMostSnippet = 2'000;
constexpr std::size_t kMostContext = 200;

SortOrder sort_order(const std::string& name) {
  if (name.empty() || name == "relevance") return SortOrder::relevance;
  if (name == "date") return SortOrder::newest;
  if (name == "-date") return SortOrder::oldest;
  throw Error(ErrorCode::usage, "sort", fmt::format("\"{}\" is none of relevance, date, -date", name));
}

std::vector<std::string> facets(Parameters& parameters) {
  std::vector<std::string> out;
  for (const std::string& listed : parameters.all("facet")) {
    for (const std::string_view name : text::split(listed, ',')) {
      const std::string field{name};
      if (field.empty() || std::find(out.begin(), out.end(), field) != out.end()) continue;
      const auto& known = facet_fields();
      if (std::find(known.begin(), known.end(), field) == known.end()) {
        throw Error(ErrorCode::usage, "facet",
                    fmt::format("no facet \"{}\"; there are {}", field, fmt::join(known, ", ")));
      }
      out.push_back(field);
    }
  }
  return out;
}

}  // namespace

std::string Parameters::text(const std::string& name) {
  asked_.insert(name);
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> Parameters::all(const std::string& name) {
  asked_.insert(name);
  std::vector<std::string> out;
  for (const auto& [key, value] : pairs_) {
    if (key == name && !value.empty()) out.push_back(value);
  }
  return out;
}

std::size_t Parameters::number(const std::string& name, std::size_t otherwise, std::size_t most) {
  const std::string given = text(name);
  if (given.empty()) return otherwise;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc{} || end != given.data() + given.size() || value > most) {
    throw Error(ErrorCode::usage, name, fmt::format("\"{}\" is no number from 0 to {}", given, most));
  }
  return value;
}

bool Parameters::flag(const std::string& name) {
  asked_.insert(name);
  const auto found = std::find_if(pairs_.begin(), pairs_.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == pairs_.end()) return false;
  const std::string& value = found->second;
  if (value.empty() || value == "1" || value == "true" || value == "yes") return true;
  if (value == "0" || value == "false" || value == "no") return false;
  throw Error(ErrorCode::usage, name, fmt::format("\"{}\" is neither true nor false", value));
}

void Parameters::refuse_others() const {
  for (const auto& [name, value] : pairs_) {
    if (asked_.count(name) == 0) {
      throw Error(ErrorCode::usage, name, fmt::format("no such parameter; there are {}", fmt::join(asked_, ", ")));
    }
  }
}

std::vector<Filter> filters(Parameters& parameters) {
  std::vector<Filter> out;
  for (const char* field : {"source", "actor", "date", "section", "lang", "author"}) {
    std::vector<std::string> values = parameters.all(field);
    if (!values.empty()) out.push_back({.field = field, .values = std::move(values)});
  }
  for (const std::string& actor : parameters.all("and_actor")) out.push_back({.field = "actor", .values = {actor}});
  return out;
}

SearchRequest search_request(Parameters& parameters) {
  SearchRequest request;
  request.query = parameters.text("q");
  request.any = parameters.flag("any");
  request.operators = !parameters.flag("plain");
  request.filters = filters(parameters);
  request.sort = sort_order(parameters.text("sort"));
  request.offset = parameters.number("offset", 0, kMostOffset);
  request.limit = parameters.number("limit", 10, kMostHits);
  request.facets = facets(parameters);
  request.multi_select = parameters.flag("multi_select");
  if (const std::string span = parameters.text("recency"); !span.empty()) request.recency = parse_duration(span);
  request.expand = parameters.flag("expand");
  request.explain = parameters.flag("explain");
  request.snippet_length = parameters.number("snippet_length", request.snippet_length, kMostSnippet);
  request.context_length = parameters.number("context_length", 0, kMostContext);
  request.zone = parameters.text("zone");
  if (text::trim(request.query).empty()) {
    if (request.filters.empty()) {
      throw Error(ErrorCode::usage, "q", "is missing; * finds every article");
    }
    request.query = "*";
  }
  return request;
}

Pairs json_parameters(const nlohmann::json& object) {
  if (!object.is_object()) throw Error(ErrorCode::usage, "request", "is no JSON object");
  Pairs out;
  const auto text = [](const std::string& name, const nlohmann::json& value) -> std::string {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
    if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
    throw Error(ErrorCode::usage, name, "must be a string, a number, true or false, or a list of strings");
  };
  for (const auto& [name, value] : object.items()) {
    if (!value.is_array()) {
      out.emplace_back(name, text(name, value));
      continue;
    }
    for (const nlohmann::json& one : value) out.emplace_back(name, text(name, one));
  }
  return out;
}

std::uint64_t fingerprint(const Request& request) {
  std::string all = request.path;
  for (const auto& [name, value] : request.parameters) {
    if (name != "cursor") all += '\0' + name + '\0' + value;
  }
  all += '\1';
  for (const std::string& source : request.visible_sources) all += '\0' + source;
  return XXH3_64bits(all.data(), all.size());
}

std::string encode(const Cursor& cursor) {
  return fmt::format("{}-{:x}-{:x}", cursor.state, cursor.offset, cursor.asked);
}

std::optional<Cursor> decode_cursor(std::string_view text) {
  const std::vector<std::string_view> parts = text::split(text, '-');
  if (parts.size() != 3 || parts[0].empty()) return std::nullopt;
  Cursor out{.state = std::string{parts[0]}};
  const auto hexadecimal = [](std::string_view digits, auto& to) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), to, 16);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  if (!hexadecimal(parts[1], out.offset) || !hexadecimal(parts[2], out.asked)) return std::nullopt;
  return out;
}

}  // namespace dateline::searcher::http

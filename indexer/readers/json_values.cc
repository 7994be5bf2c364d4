#include "indexer/readers/json_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/text.h"

namespace dateline::indexer::json {

/// A value as text: strings, numbers; of an object its name ({"name": "Reuters"}), of an array its parts.
void collect_texts(const element& value, std::vector<std::string>& out, int depth) {
  switch (value.type()) {
    case element_type::STRING:
      out.emplace_back(value.get_string().value_unsafe());
      return;
    case element_type::INT64:
      out.push_back(std::to_string(value.get_int64().value_unsafe()));
      return;
    case element_type::UINT64:
      out.push_back(std::to_string(value.get_uint64().value_unsafe()));
      return;
    case element_type::DOUBLE: {
      const double number = value.get_double().value_unsafe();
      out.push_back(std::floor(number) == number && std::abs(number) < 1e15 ? fmt::format("{:.0f}", number)
                                                                            : fmt::format("{}", number));
      return;
    }
    case element_type::ARRAY:
      if (depth < 2) {
        const array parts = value.get_array().value_unsafe();
        for (const element part : parts) collect_texts(part, out, depth + 1);
      }
      return;
    case element_type::OBJECT:
      for (const char* key : {"name", "title", "text", "content", "$oid", "$date", "id"}) {
        element inner;
        if (depth < 2 && value[key].get(inner) == simdjson::SUCCESS) {
          collect_texts(inner, out, depth + 1);
          return;
        }
      }
      return;
    default:
      return;  // true, false, null say nothing
  }
}

std::string first_line(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  return texts.empty() ? std::string{} : text::clean_line(texts.front());
}

std::vector<std::string> lines(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  std::vector<std::string> out;
  for (const std::string& one : texts) {
    if (std::string line = text::clean_line(one); !line.empty()) out.push_back(std::move(line));
  }
  return out;
}

bool looks_like_html(std::string_view body) {
  for (const std::string_view tag : {"<p>", "<p ", "</p>", "<br>", "<br/>", "<br />", "<div", "<html", "<article"}) {
    if (body.find(tag) != std::string_view::npos) return true;
  }
  return false;
}

/// Fields hold whole pages or just the text's mark-up.
HtmlPayload html_payload(std::string bytes) {
  const std::string head = text::ascii_lower(std::string_view{bytes}.substr(0, 4096));
  const bool page = head.find("<html") != std::string::npos || head.find("<body") != std::string::npos ||
                    head.find("<head") != std::string::npos;
  return {.bytes = std::move(bytes), .page = page, .charset = "utf-8"};
}

bool has_text(const element& value) {
  std::vector<std::string> texts;
  collect_texts(value, texts);
  return std::any_of(texts.begin(), texts.end(), [](const std::string& s) { return !text::trim(s).empty(); });
}

nlohmann::ordered_json copy(const element& value, int depth) {
  constexpr int kDeepest = 16;
  if (depth > kDeepest) return nullptr;
  switch (value.type()) {
    case element_type::STRING:
      return text::clean(value.get_string().value_unsafe());
    case element_type::INT64:
      return value.get_int64().value_unsafe();
    case element_type::UINT64:
      return value.get_uint64().value_unsafe();
    case element_type::DOUBLE:
      return value.get_double().value_unsafe();
    case element_type::BOOL:
      return value.get_bool().value_unsafe();
    case element_type::ARRAY: {
      nlohmann::ordered_json list = nlohmann::ordered_json::array();
      const array parts = value.get_array().value_unsafe();
      for (const element part : parts) list.push_back(copy(part, depth + 1));
      return list;
    }
    case element_type::OBJECT: {
      nlohmann::ordered_json members = nlohmann::ordered_json::object();
      const object fields = value.get_object().value_unsafe();
      for (const auto& [key, part] : fields) members[text::clean(key)] = copy(part, depth + 1);
      return members;
    }
    default:
      return nullptr;
  }
}

}  // namespace dateline::indexer::json

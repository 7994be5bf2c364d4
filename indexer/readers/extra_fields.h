// Article::extra while it is being filled.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/text.h"

namespace dateline::indexer {

/// Facts that an article has no member for. Empty values are left out; a second value of a name makes a list.
class ExtraFields {
 public:
  void add(const std::string& name, std::string_view value) {
    if (std::string line = text::clean_line(value); !line.empty())
      add_value(name, nlohmann::ordered_json(std::move(line)));
  }
  void add_value(const std::string& name, nlohmann::ordered_json value) {
    if (value.is_null() || (value.is_structured() && value.empty())) return;
    const auto found = json_.find(name);
    if (found == json_.end()) {
      json_[name] = std::move(value);
    } else if (found->is_array()) {
      found->push_back(std::move(value));
    } else if (*found != value) {
      *found = nlohmann::ordered_json::array({std::move(*found), std::move(value)});
    }
  }
  /// One JSON object, or empty.
  [[nodiscard]] std::string str() const {
    return json_.empty() ? std::string{} : json_.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

 private:
  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

}  // namespace dateline::indexer

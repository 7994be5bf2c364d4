// Words that tell what a name names, asked for in more than one place.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dateline::indexer {

/// What the law adds to a company's name.
[[nodiscard]] inline bool is_legal_form(std::string_view word) {
  static constexpr auto kForms = std::to_array<std::string_view>(
      {"Inc", "Inc.", "Corp", "Corp.",   "Co",          "Co.",          "Ltd",     "Ltd.", "Plc", "PLC", "plc",  "AG",
       "SA",  "S.A.", "NV",   "N.V.",    "SpA",         "AB",           "Oyj",     "GmbH", "LLC", "INC", "CORP", "CO",
       "LTD", "Oy",   "Cos",  "Limited", "Corporation", "Incorporated", "Company", "A/S",  "ASA", "KK"});
  return std::find(kForms.begin(), kForms.end(), word) != kForms.end();
}

}  // namespace dateline::indexer

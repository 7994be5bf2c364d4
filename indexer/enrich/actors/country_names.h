// Names of countries in the languages Dateline reads, from ICU.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dateline::indexer {

struct CountryName {
  std::string code;  ///< ISO 3166-1 alpha-2 ("XK" for Kosovo).
  std::string lang;  ///< Language of the name.
  std::string name;
};

/// Every country in every language of `name_languages`; English first for each country.
[[nodiscard]] std::vector<CountryName> country_names();

/// Languages whose names we take, BCP 47 primary tags; the place in the list is the bit of a LanguageMask.
[[nodiscard]] const std::vector<std::string>& name_languages();

}  // namespace dateline::indexer

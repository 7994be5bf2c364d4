#include "indexer/enrich/actors/country_names.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace dateline::indexer {

const std::vector<std::string>& name_languages() {
  static const std::vector<std::string> languages = {"en", "es", "fr", "de", "pt", "it", "ru", "ar", "zh", "ja",
                                                     "uk", "pl", "nl", "tr", "ca", "sv", "da", "no", "fi", "cs",
                                                     "hu", "ro", "el", "he", "fa", "hi", "ko", "id", "vi"};
  return languages;
}

std::vector<CountryName> country_names() {
  std::vector<std::string> codes;
  for (const char* const* code = icu::Locale::getISOCountries(); *code != nullptr; ++code) codes.emplace_back(*code);
  if (std::find(codes.begin(), codes.end(), "XK") == codes.end()) codes.emplace_back("XK");

  std::vector<CountryName> names;
  for (const auto& code : codes) {
    const icu::Locale country("", code.c_str());
    for (const auto& lang : name_languages()) {
      icu::UnicodeString display;
      country.getDisplayCountry(icu::Locale(lang.c_str()), display);
      std::string name;
      display.toUTF8String(name);
      if (name.empty() || name == code) continue;
      names.push_back({.code = code, .lang = lang, .name = std::move(name)});
    }
  }
  return names;
}

}  // namespace dateline::indexer

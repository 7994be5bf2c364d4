// Names of languages.
#pragma once

#include <string>
#include <string_view>

namespace dateline {

/// Primary subtag of a tag or name: "en-US" -> "en", "pt_BR" -> "pt", "English" -> "en", "spa" -> "es"; empty if
/// unknown.
[[nodiscard]] std::string normalize_language(std::string_view tag);

/// English name of a stemmer that Xapian has for the language ("english"), or empty.
[[nodiscard]] std::string stemmer_name(std::string_view lang);

}  // namespace dateline

#include "common/language.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace dateline {
namespace {

struct Language {
  std::string_view subtag;   // ISO 639-1
  std::string_view three;    // ISO 639-2/T
  std::string_view name;     // English
  std::string_view stemmer;  // Xapian's, or empty
};

constexpr std::array kLanguages = std::to_array<Language>({
    {"ar", "ara", "arabic", "arabic"},
    {"bg", "bul", "bulgarian", ""},
    {"ca", "cat", "catalan", "catalan"},
    {"cs", "ces", "czech", ""},
    {"da", "dan", "danish", "danish"},
    {"de", "deu", "german", "german"},
    {"el", "ell", "greek", ""},
    {"en", "eng", "english", "english"},
    {"es", "spa", "spanish", "spanish"},
    {"et", "est", "estonian", ""},
    {"eu", "eus", "basque", "basque"},
    {"fa", "fas", "persian", ""},
    {"fi", "fin", "finnish", "finnish"},
    {"fr", "fra", "french", "french"},
    {"ga", "gle", "irish", "irish"},
    {"he", "heb", "hebrew", ""},
    {"hi", "hin", "hindi", ""},
    {"hr", "hrv", "croatian", ""},
    {"hu", "hun", "hungarian", "hungarian"},
    {"hy", "hye", "armenian", "armenian"},
    {"id", "ind", "indonesian", "indonesian"},
    {"is", "isl", "icelandic", ""},
    {"it", "ita", "italian", "italian"},
    {"ja", "jpn", "japanese", ""},
    {"ka", "kat", "georgian", ""},
    {"ko", "kor", "korean", ""},
    {"lt", "lit", "lithuanian", "lithuanian"},
    {"lv", "lav", "latvian", ""},
    {"mk", "mkd", "macedonian", ""},
    {"ms", "msa", "malay", ""},
    {"ne", "nep", "nepali", "nepali"},
    {"nl", "nld", "dutch", "dutch"},
    {"no", "nor", "norwegian", "norwegian"},
    {"nb", "nob", "bokmal", "norwegian"},
    {"nn", "nno", "nynorsk", "norwegian"},
    {"pl", "pol", "polish", ""},
    {"pt", "por", "portuguese", "portuguese"},
    {"ro", "ron", "romanian", "romanian"},
    {"ru", "rus", "russian", "russian"},
    {"sk", "slk", "slovak", ""},
    {"sl", "slv", "slovenian", ""},
    {"sq", "sqi", "albanian", ""},
    {"sr", "srp", "serbian", ""},
    {"sv", "swe", "swedish", "swedish"},
    {"sw", "swa", "swahili", ""},
    {"ta", "tam", "tamil", "tamil"},
    {"th", "tha", "thai", ""},
    {"tr", "tur", "turkish", "turkish"},
    {"uk", "ukr", "ukrainian", ""},
    {"ur", "urd", "urdu", ""},
    {"vi", "vie", "vietnamese", ""},
    {"zh", "zho", "chinese", ""},
});

}  // namespace

std::string normalize_language(std::string_view tag) {
  const std::string whole = text::ascii_lower(text::trim(tag));
  const std::string primary = whole.substr(0, whole.find_first_of("-_"));
  for (const Language& language : kLanguages) {
    if (primary == language.subtag || primary == language.three || whole == language.name) {
      return std::string{language.subtag};
    }
  }
  const bool is_subtag = (primary.size() == 2 || primary.size() == 3) &&
                         std::all_of(primary.begin(), primary.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return is_subtag && primary != "und" && primary != "mul" && primary != "zxx" ? primary : std::string{};
}

std::string stemmer_name(std::string_view lang) {
  for (const Language& language : kLanguages) {
    if (lang == language.subtag) return std::string{language.stemmer};
  }
  return {};
}

}  // namespace dateline

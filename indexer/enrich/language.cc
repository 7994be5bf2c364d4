#include "indexer/enrich/language.h"

#include <cld2/public/compact_lang_det.h>

#include "common/language.h"

namespace dateline::indexer {

std::string detect_language(std::string_view utf8) {
  // The first kilobytes settle it.
  constexpr std::size_t kEnough = std::size_t{8} << 10;
  std::string_view head = utf8.substr(0, kEnough);
  while (!head.empty() && head.size() < utf8.size() &&
         (static_cast<unsigned char>(utf8[head.size()]) & 0xC0U) == 0x80U) {
    head.remove_suffix(1);  // Not in the middle of a character.
  }
  bool reliable = false;
  const CLD2::Language language =
      CLD2::DetectLanguage(head.data(), static_cast<int>(head.size()), /*is_plain_text=*/true, &reliable);
  if (!reliable || language == CLD2::UNKNOWN_LANGUAGE) return {};
  return normalize_language(CLD2::LanguageCode(language));
}

}  // namespace dateline::indexer

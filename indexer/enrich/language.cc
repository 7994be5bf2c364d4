#include "indexer/enrich/language.h"

#include <cld2/public/compact_lang_det.h>

#include "common/language.h"

namespace dateline::indexer {

namespace {

/// At most `size` bytes, cut between characters.
std::string_view beginning(std::string_view utf8, std::size_t size) {
  std::string_view head = utf8.substr(0, size);
  while (!head.empty() && head.size() < utf8.size() &&
         (static_cast<unsigned char>(utf8[head.size()]) & 0xC0U) == 0x80U) {
    head.remove_suffix(1);
  }
  return head;
}

std::string detect(std::string_view text) {
  bool reliable = false;
  const CLD2::Language language =
      CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), /*is_plain_text=*/true, &reliable);
  if (!reliable || language == CLD2::UNKNOWN_LANGUAGE) return {};
  return normalize_language(CLD2::LanguageCode(language));
}

}  // namespace

std::string detect_language(std::string_view utf8) {
  // Mostly the first lines settle it; otherwise the first kilobytes do.
  constexpr std::size_t kMostly = 256;
  constexpr std::size_t kEnough = std::size_t{8} << 10;
  std::string found = detect(beginning(utf8, kMostly));
  if (found.empty() && utf8.size() > kMostly) found = detect(beginning(utf8, kEnough));
  return found;
}

}  // namespace dateline::indexer

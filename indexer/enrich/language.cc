#include "indexer/enrich/language.h"

#include <cld2/public/compact_lang_det.h>

#include "common/language.h"
#include "common/stop_words.h"

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

/// By its stop words, in a fraction of the detector's time; in doubt empty. Capitals other than A to Z, and accents, are
/// left as they are: such words count for no language.
std::string_view language_of_stop_words(std::string_view text) {
  constexpr std::size_t kLongest = 16;
  StopWordCount count;
  std::string word;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter) {
      if (word.size() <= kLongest) word.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
    } else if (!word.empty()) {
      count.add(word);
      word.clear();
    }
  }
  if (!word.empty()) count.add(word);
  return count.language();
}

}  // namespace

std::string detect_language(std::string_view utf8) {
  constexpr std::size_t kOfStopWords = 512;
  if (const std::string_view found = language_of_stop_words(beginning(utf8, kOfStopWords)); !found.empty())
    return std::string{found};
  // Mostly the first lines settle it; otherwise the first kilobytes do.
  constexpr std::size_t kMostly = 256;
  constexpr std::size_t kEnough = std::size_t{8} << 10;
  std::string found = detect(beginning(utf8, kMostly));
  if (found.empty() && utf8.size() > kMostly) found = detect(beginning(utf8, kEnough));
  return found;
}

}  // namespace dateline::indexer

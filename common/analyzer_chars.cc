#include "common/analyzer_chars.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace dateline {
namespace {

/// Letters that Unicode does not decompose but newsrooms write without the stroke.
std::string_view stroke_folding(char32_t c) {
  switch (c) {
    case U'Ł':
    case U'ł':
      return "l";
    case U'Ø':
    case U'ø':
      return "o";
    case U'Đ':
    case U'đ':
    case U'Ð':
    case U'ð':
      return "d";
    case U'Ħ':
    case U'ħ':
      return "h";
    case U'ı':
      return "i";
    case U'Æ':
    case U'æ':
      return "ae";
    case U'Œ':
    case U'œ':
      return "oe";
    case U'Þ':
    case U'þ':
      return "th";
    default:
      return {};
  }
}

/// Marks that people leave out when typing: European accents, Hebrew points, Arabic vowel signs. Others (of Indic
/// scripts, the Japanese voicing mark) make another letter.
bool is_accent(UChar32 c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x591 && c <= 0x5C7) || (c >= 0x610 && c <= 0x61A) ||
         (c >= 0x64B && c <= 0x65F) || c == 0x670;
}

bool is_unspaced_script(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return c == 0x30FC || c == 0xFF70;  // the prolonged sound mark is of no script
  }
}

Class punctuation_class(UChar32 c) {
  switch (c) {
    case 0x2019:
    case 0x2018:
    case 0x02BC:
    case 0xFF07:
      return Class::apostrophe;
    case 0x2010:
    case 0x2011:
      return Class::hyphen;
    case 0x00AD:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x2060:
      return Class::ignorable;
    case 0x2026:
    case 0x203C:
    case 0x203D:
    case 0x2047:
    case 0x2048:
    case 0x2049:
    case 0x061F:
    case 0x06D4:
    case 0x0964:
    case 0x0965:
    case 0x0589:
    case 0x1362:
    case 0x104B:
      return Class::strong_end;
    case 0x3002:
    case 0xFF01:
    case 0xFF1F:
    case 0xFF0E:
    case 0xFF61:
      return Class::wide_end;
    default:
      break;
  }
  if (c >= 0xFE00 && c <= 0xFE0F) return Class::ignorable;
  return u_isUWhiteSpace(c) ? Class::space : Class::other;
}

Class class_of(UChar32 c) {
  const Class punctuation = punctuation_class(c);
  if (punctuation != Class::other) return punctuation;
  if (u_charDigitValue(c) >= 0 && u_charType(c) == U_DECIMAL_DIGIT_NUMBER) return Class::digit;
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
    case U_ENCLOSING_MARK:
      return Class::mark;
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_LETTER_NUMBER:
      return is_unspaced_script(c) ? Class::gram : Class::letter;
    case U_OTHER_NUMBER:
      return Class::digit;
    default:
      return Class::other;
  }
}

std::uint8_t store(const icu::UnicodeString& from, std::array<char, 10>& to) {
  std::string bytes;
  from.toUTF8String(bytes);
  if (bytes.size() > to.size()) return 0;  // ligatures of whole phrases: kept as they are
  std::copy(bytes.begin(), bytes.end(), to.begin());
  return static_cast<std::uint8_t>(bytes.size());
}

/// Quotes, dashes and what else is neither a letter nor composed: folded, they are what they are. To find that out
/// takes none of the normalizers, which a process that answers one query would have to load for them.
bool stays(UChar32 c, const Char& described) {
  const bool plain = described.cls != Class::letter && described.cls != Class::digit && described.cls != Class::mark &&
                     described.cls != Class::gram;
  return plain && !is_accent(c) && u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE) == U_DT_NONE &&
         u_foldCase(c, U_FOLD_CASE_DEFAULT) == c;
}

Char describe(UChar32 c) {
  Char out{.known = true};
  out.cls = class_of(c);
  out.upper = u_isUUppercase(c) || u_istitle(c);
  out.lower = u_isULowercase(c);
  if (stays(c, out)) {
    out.folded_size = out.lowered_size = store(icu::UnicodeString(c), out.folded);
    out.lowered = out.folded;
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2& nfc = *icu::Normalizer2::getNFCInstance(status);
  const icu::Normalizer2& nfkc = *icu::Normalizer2::getNFKCInstance(status);
  const icu::Normalizer2& nfkd = *icu::Normalizer2::getNFKDInstance(status);
  icu::UnicodeString lowered = nfkc.normalize(icu::UnicodeString(c), status);
  lowered = nfc.normalize(lowered.foldCase(), status);
  icu::UnicodeString folded;
  const std::string_view stroke = stroke_folding(static_cast<char32_t>(c));
  if (out.cls == Class::digit && u_charDigitValue(c) >= 0) {
    folded = lowered = icu::UnicodeString(static_cast<UChar32>('0' + u_charDigitValue(c)));
  } else if (!stroke.empty()) {
    folded = icu::UnicodeString::fromUTF8(icu::StringPiece(stroke.data(), static_cast<std::int32_t>(stroke.size())));
  } else if (const UChar32 small = u_foldCase(c, U_FOLD_CASE_DEFAULT); small == 0x439 || small == 0x457) {
    folded = lowered;  // Cyrillic й and ї are letters, not и and і with an accent
  } else {
    const icu::UnicodeString apart = nfkd.normalize(icu::UnicodeString(c), status).foldCase();
    for (std::int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
      if (!is_accent(apart.char32At(i))) folded.append(apart.char32At(i));
    }
    folded = nfc.normalize(folded, status);
  }
  out.folded_size = store(folded, out.folded);
  out.lowered_size = store(lowered, out.lowered);
  if (out.folded_size == 0 && !folded.isEmpty()) {
    out.folded_size = out.lowered_size = store(icu::UnicodeString(c), out.folded);
    out.lowered = out.folded;
  }
  return out;
}

}  // namespace

const Char& CharTable::look_up(char32_t c) {
  if (c >> 8U >= pages_.size()) pages_.resize((c >> 8U) + 1);
  std::unique_ptr<Page>& page = pages_[c >> 8U];
  if (page == nullptr) page = std::make_unique<Page>();
  return (*page)[c & 0xFFU] = describe(static_cast<UChar32>(c));
}

}  // namespace dateline

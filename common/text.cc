#include "common/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>

namespace dateline::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_ascii(std::string_view s) {
  return std::none_of(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

bool is_dropped(char32_t c) {
  if (c < 0x20) return c != '\n' && c != '\t';
  if (c < 0x7F) return false;
  if (c < 0xA0) return true;  // DEL and C1
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c == 0x200B || u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  return *get(status);  // The data is compiled into ICU: this cannot fail.
}

std::string to_nfc(std::string s) {
  if (is_ascii(s)) return s;
  static const icu::Normalizer2& nfc = normalizer(icu::Normalizer2::getNFCInstance);
  UErrorCode status = U_ZERO_ERROR;
  if (nfc.isNormalizedUTF8(s, status) != 0 && U_SUCCESS(status)) return s;
  status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(s.size()));
  nfc.normalizeUTF8(0, s, sink, nullptr, status);
  return U_SUCCESS(status) ? out : s;
}

}  // namespace

char32_t decode(std::string_view s, std::size_t& pos) {
  const auto lead = static_cast<unsigned char>(s[pos]);
  if (lead < 0x80) {
    ++pos;
    return lead;
  }
  const auto at = [&](std::size_t i) -> unsigned { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0; };
  const auto trail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  if (lead >= 0xC2 && lead < 0xE0 && trail(pos + 1)) {
    const char32_t c = ((lead & 0x1FU) << 6) | (at(pos + 1) & 0x3FU);
    pos += 2;
    return c;
  }
  if (lead >= 0xE0 && lead < 0xF0 && trail(pos + 1) && trail(pos + 2)) {
    const char32_t c = ((lead & 0x0FU) << 12) | ((at(pos + 1) & 0x3FU) << 6) | (at(pos + 2) & 0x3FU);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
      pos += 3;
      return c;
    }
  }
  if (lead >= 0xF0 && lead < 0xF5 && trail(pos + 1) && trail(pos + 2) && trail(pos + 3)) {
    const char32_t c =
        ((lead & 0x07U) << 18) | ((at(pos + 1) & 0x3FU) << 12) | ((at(pos + 2) & 0x3FU) << 6) | (at(pos + 3) & 0x3FU);
    if (c >= 0x10000 && c <= 0x10FFFF) {
      pos += 4;
      return c;
    }
  }
  ++pos;
  return kReplacement;
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0U | (c >> 6));
    byte(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    byte(0xE0U | (c >> 12));
    byte(0x80U | ((c >> 6) & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  } else {
    byte(0xF0U | (c >> 18));
    byte(0x80U | ((c >> 12) & 0x3FU));
    byte(0x80U | ((c >> 6) & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  }
}

namespace {

/// End of the run of printable ASCII, blanks included, that begins at `pos`; eight bytes at a time.
std::size_t end_of_ascii(std::string_view bytes, std::size_t pos) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  for (; pos + sizeof(std::uint64_t) <= bytes.size(); pos += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + pos, sizeof word);
    // A byte below 0x20 borrows its high bit, 0x7F carries into it.
    if (((word - kOnes * 0x20) | (word + kOnes) | word) & kHigh) break;
  }
  while (pos < bytes.size() && bytes[pos] >= 0x20 && bytes[pos] < 0x7F) ++pos;
  return pos;
}

/// Where two blanks stand side by side, npos if nowhere. Memchr would stop at every word.
std::size_t find_double_blank(std::string_view s) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kLow = kOnes * 0x7F;
  std::size_t pos = 0;
  // Words of eight bytes that overlap by one, so that no pair falls between two of them.
  for (; pos + sizeof(std::uint64_t) <= s.size(); pos += sizeof(std::uint64_t) - 1) {
    std::uint64_t word = 0;
    std::memcpy(&word, s.data() + pos, sizeof word);
    const std::uint64_t other = word ^ (kOnes * 0x20);
    const std::uint64_t blanks = ~(((other & kLow) + kLow) | other | kLow);
    if ((blanks & (blanks >> 8)) != 0) break;
  }
  return s.find("  ", pos);
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  for (std::size_t pos = 0; pos < bytes.size();) {
    if (static_cast<unsigned char>(bytes[pos]) < 0x80) {
      pos = std::max(pos + 1, end_of_ascii(bytes, pos));
      continue;
    }
    const std::size_t before = pos;
    if (decode(bytes, pos) == kReplacement && bytes.substr(before, pos - before) != "\xEF\xBF\xBD") return false;
  }
  return true;
}

std::string clean(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t pos = 0; pos < bytes.size();) {
    if (const std::size_t end = end_of_ascii(bytes, pos); end > pos) {
      out.append(bytes, pos, end - pos);
      pos = end;
      continue;
    }
    const char32_t c = decode(bytes, pos);
    if (c == '\r') {
      if (pos >= bytes.size() || bytes[pos] != '\n') out.push_back('\n');
    } else if (!is_dropped(c)) {
      append_utf8(out, c);
    }
  }
  return to_nfc(std::move(out));
}

std::string clean_line(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool pending_space = false;
  for (std::size_t pos = 0; pos < bytes.size();) {
    if (bytes[pos] > 0x20 && bytes[pos] < 0x7F) {
      // Words with one blank between them are as they should be. Looking far ahead would be in vain where they are not.
      constexpr std::size_t kAhead = 256;
      const std::string_view ahead = bytes.substr(pos, kAhead);
      const std::string_view run = ahead.substr(0, end_of_ascii(ahead, 0));
      const std::string_view words = run.substr(0, std::min(find_double_blank(run), run.find_last_not_of(' ') + 1));
      if (pending_space) out.push_back(' ');
      pending_space = false;
      out.append(words);
      pos += words.size();
      continue;
    }
    const char32_t c = decode(bytes, pos);
    if (is_space(c)) {
      pending_space = !out.empty();
    } else if (!is_dropped(c)) {
      if (pending_space) out.push_back(' ');
      pending_space = false;
      append_utf8(out, c);
    }
  }
  return to_nfc(std::move(out));
}

std::string_view trim(std::string_view s) {
  std::size_t begin = 0;
  while (begin < s.size()) {
    std::size_t next = begin;
    if (!is_space(decode(s, next))) break;
    begin = next;
  }
  std::size_t end = s.size();
  while (end > begin) {
    std::size_t start = end - 1;
    while (start > begin && (static_cast<unsigned char>(s[start]) & 0xC0U) == 0x80U) --start;
    std::size_t next = start;
    if (!is_space(decode(s, next)) || next != end) break;
    end = start;
  }
  return s.substr(begin, end - begin);
}

std::string fold(std::string_view s) {
  if (is_ascii(s)) return ascii_lower(s);
  static const icu::Normalizer2& nfkd = normalizer(icu::Normalizer2::getNFKDInstance);
  UErrorCode status = U_ZERO_ERROR;
  std::string decomposed;
  icu::StringByteSink<std::string> sink(&decomposed, static_cast<int32_t>(s.size()));
  nfkd.normalizeUTF8(0, icu::StringPiece(s.data(), static_cast<int32_t>(s.size())), sink, nullptr, status);
  if (U_FAILURE(status)) decomposed = s;
  std::string out;
  for (std::size_t pos = 0; pos < decomposed.size();) {
    const char32_t c = decode(decomposed, pos);
    const auto type = u_charType(static_cast<UChar32>(c));
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK) continue;
    // Letters that have no decomposition but that people type without their stroke.
    switch (c) {
      case 0xDF:
        out += "ss";
        break;
      case 0xC6:
      case 0xE6:
        out += "ae";
        break;
      case 0x152:
      case 0x153:
        out += "oe";
        break;
      case 0xD8:
      case 0xF8:
        out += 'o';
        break;
      case 0x110:
      case 0x111:
      case 0xD0:
      case 0xF0:
        out += 'd';
        break;
      case 0x141:
      case 0x142:
        out += 'l';
        break;
      case 0x130:
      case 0x131:
        out += 'i';
        break;
      default:
        append_utf8(out, static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT)));
    }
  }
  return to_nfc(std::move(out));
}

std::string ascii_lower(std::string_view s) {
  std::string out{s};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && istarts_with(a, b);
}

bool istarts_with(std::string_view s, std::string_view ascii_prefix) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return s.size() >= ascii_prefix.size() && std::equal(ascii_prefix.begin(), ascii_prefix.end(), s.begin(),
                                                       [&](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string_view> split(std::string_view s, char sep) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t at = s.find(sep); at != std::string_view::npos; at = s.find(sep, begin)) {
    parts.push_back(s.substr(begin, at - begin));
    begin = at + 1;
  }
  parts.push_back(s.substr(begin));
  return parts;
}

std::vector<std::string> paragraphs(std::string_view s) {
  const std::vector<std::string_view> lines = split(s, '\n');
  const auto is_blank = [](std::string_view line) { return trim(line).empty(); };
  const auto is_indented = [](std::string_view line) { return line.starts_with("  ") || line.starts_with('\t'); };
  std::size_t first = 0;
  while (first < lines.size() && is_blank(lines[first])) ++first;
  std::size_t last = lines.size();
  while (last > first && is_blank(lines[last - 1])) --last;

  bool blank_inside = false;
  for (std::size_t i = first; i < last; ++i) blank_inside = blank_inside || is_blank(lines[i]);
  std::vector<std::string> result;
  std::string current;
  const auto flush = [&] {
    if (std::string line = clean_line(current); !line.empty()) result.push_back(std::move(line));
    current.clear();
  };
  for (std::size_t i = first; i < last; ++i) {
    if (is_blank(lines[i]) || (!blank_inside && is_indented(lines[i]))) flush();
    current.append(lines[i]).push_back(' ');
  }
  flush();
  return result;
}

std::size_t display_width(std::string_view s) {
  std::size_t width = 0;
  for (std::size_t pos = 0; pos < s.size();) {
    const auto c = static_cast<UChar32>(decode(s, pos));
    const auto type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR || type == U_CONTROL_CHAR)
      continue;
    const int wide = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    width += wide == U_EA_FULLWIDTH || wide == U_EA_WIDE ? 2 : 1;
  }
  return width;
}

}  // namespace dateline::text

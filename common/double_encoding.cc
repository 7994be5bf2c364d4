#include "common/double_encoding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "common/text.h"

namespace dateline {
namespace {

/// What windows-1252 has at 0x80..0x9F; 0 where it has nothing.
constexpr std::array<char32_t, 32> kWindows1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_control(char32_t c) {
  return c >= 0x80 && c < 0xA0;
}

/// The byte that a character was if it was read as windows-1252 or Latin-1.
std::optional<unsigned char> byte_of(char32_t c) {
  if (c >= 0x80 && c < 0x100) return static_cast<unsigned char>(c);
  const auto* const at = std::find(kWindows1252.begin(), kWindows1252.end(), c);
  if (c < 0x80 || at == kWindows1252.end()) return std::nullopt;
  return static_cast<unsigned char>(0x80 + (at - kWindows1252.begin()));
}

bool is_lead(char32_t c) {
  return c >= 0xC2 && c < 0xF5;
}

struct Twice {
  char32_t character = 0;  ///< That was encoded twice; 0: none.
  std::size_t end = 0;
  bool certain = false;
};

/// The character that was encoded twice at `pos`, where `lead` stands, which ends at `next`.
Twice twice_at(std::string_view s, std::size_t next, char32_t lead) {
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::string bytes(1, static_cast<char>(lead));
  Twice twice;
  while (bytes.size() < length && next < s.size()) {
    const char32_t c = text::decode(s, next);
    const auto byte = byte_of(c);
    if (!byte || (*byte & 0xC0U) != 0x80U) return {};
    twice.certain = twice.certain || is_control(c) || (lead == 0xE2 && c == 0x20AC);
    bytes += static_cast<char>(*byte);
  }
  if (bytes.size() < length || !text::is_valid_utf8(bytes)) return {};
  std::size_t pos = 0;
  twice.character = text::decode(bytes, pos);
  twice.end = next;
  if (is_control(twice.character)) return {};
  return twice;
}

bool is_suspect(std::string_view utf8) {
  for (std::size_t at = utf8.find('\xC2'); at != std::string_view::npos; at = utf8.find('\xC2', at + 1)) {
    if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0) return true;
  }
  return utf8.find("â€") != std::string_view::npos;
}

}  // namespace

char32_t read_as_windows_1252(char32_t control) {
  const char32_t meant = is_control(control) ? kWindows1252[control - 0x80] : 0;
  return meant != 0 ? meant : control;
}

std::string repair_double_encoding(std::string utf8) {
  if (!is_suspect(utf8)) return utf8;
  const std::string_view s = utf8;
  bool certain = false;
  bool all = true;  // whatever could begin a character that was encoded twice does
  for (std::size_t pos = 0; pos < s.size();) {
    const char32_t c = text::decode(s, pos);
    if (!is_lead(c)) continue;
    const Twice twice = twice_at(s, pos, c);
    certain = certain || twice.certain;
    all = all && twice.character != 0;
  }
  std::string out;
  out.reserve(s.size());
  for (std::size_t pos = 0; pos < s.size();) {
    const char32_t c = text::decode(s, pos);
    if (is_lead(c)) {
      const Twice twice = twice_at(s, pos, c);
      if (twice.character != 0 && (twice.certain || (certain && all))) {
        text::append_utf8(out, twice.character);
        pos = twice.end;
        continue;
      }
    }
    text::append_utf8(out, is_control(c) ? read_as_windows_1252(c) : c);
  }
  return out;
}

}  // namespace dateline

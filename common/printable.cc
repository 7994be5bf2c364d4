#include "common/printable.h"

#include "common/text.h"

namespace dateline {
namespace {

bool steers(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029 || c == 0x200E || c == 0x200F || c == 0x061C || c == 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    const char32_t c = text::decode(text, pos);
    if (c == '\n' || c == '\t' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x85) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (!steers(c)) {
      // Ill-formed bytes come as U+FFFD.
      if (c == 0xFFFD) {
        text::append_utf8(out, c);
      } else {
        out.append(text.substr(begin, pos - begin));
      }
    }
  }
  return out;
}

}  // namespace dateline

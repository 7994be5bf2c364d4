#include "searcher/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "common/text.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kWidthUnknown = 80;
constexpr std::size_t kWidthLeast = 20;

std::size_t number(const char* s) {
  std::size_t value = 0;
  if (s != nullptr) std::from_chars(s, s + std::strlen(s), value);
  return value;
}

bool filled(const char* s) {
  return s != nullptr && *s != '\0';
}

}  // namespace

Terminal describe_terminal(bool is_terminal, std::size_t columns, ColorChoice choice, const Environment& environment) {
  const char* term = environment("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  Terminal out;
  if (choice == ColorChoice::automatic) {
    out.colored = is_terminal && !dumb && !filled(environment("NO_COLOR"));
  } else {
    out.colored = choice == ColorChoice::always;
  }
  out.links = out.colored && is_terminal && !dumb;
  if (is_terminal) {
    const std::size_t given = number(environment("COLUMNS"));
    out.width = given != 0 ? given : columns;
    out.width = out.width == 0 ? kWidthUnknown : std::max(out.width, kWidthLeast);
  }
  return out;
}

Terminal detect_terminal(int descriptor, ColorChoice choice) {
  winsize size{};
  const bool is_terminal = ::isatty(descriptor) == 1;
  const bool known = is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0;
  return describe_terminal(is_terminal, known ? size.ws_col : 0, choice,
                           [](const char* name) -> const char* { return std::getenv(name); });  // NOLINT
}

std::string styled(const Terminal& terminal, Style style, std::string_view text) {
  if (!terminal.colored || text.empty()) return std::string{text};
  std::string_view code;
  switch (style) {
    case Style::bold:
      code = "\x1b[1m";
      break;
    case Style::dim:
      code = "\x1b[2m";
      break;
    case Style::mark:
      code = "\x1b[30;43m";
      break;  // The marker's yellow, legible on light and dark.
    case Style::link:
      code = "\x1b[34m";
      break;
    case Style::warning:
      code = "\x1b[33m";
      break;
  }
  return std::string{code}.append(text).append("\x1b[0m");
}

std::string linked(const Terminal& terminal, std::string_view url, std::string_view text) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!terminal.links || !web || !plain) return std::string{text};
  return std::string{"\x1b]8;;"}.append(url).append("\x1b\\").append(text).append("\x1b]8;;\x1b\\");
}

std::string fitted(std::string_view text, std::size_t width) {
  if (text::display_width(text) <= width) return std::string{text};
  std::string out;
  std::size_t used = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    (void)text::decode(text, pos);
    const std::string_view character = text.substr(begin, pos - begin);
    used += text::display_width(character);
    if (used + 1 > width) break;
    out += character;
  }
  return width == 0 ? std::string{} : out + "…";
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string bar(std::uint64_t value, std::uint64_t greatest, std::size_t width) {
  static constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (value == 0 || greatest == 0 || width == 0) return {};
  const double columns = static_cast<double>(value) / static_cast<double>(greatest) * static_cast<double>(width);
  const auto eighths = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(columns * 8)));
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  return out.append(kEighths.at(eighths % 8));
}

std::string_view spark(std::uint64_t value, std::uint64_t greatest) {
  static constexpr std::array<std::string_view, 8> kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (value == 0 || greatest == 0) return " ";
  const double height = static_cast<double>(value) / static_cast<double>(greatest) * 8;
  return kHeights.at(static_cast<std::size_t>(std::clamp(std::ceil(height) - 1, 0.0, 7.0)));
}

}  // namespace dateline::searcher

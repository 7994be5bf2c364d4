// What the output device can show. Everything is passed in, so that tests need no terminal.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/printable.h"

namespace dateline::searcher {

enum class ColorChoice { automatic, always, never };

/// How text is to be laid out.
struct Terminal {
  bool colored = false;
  bool links = false;     ///< OSC 8 hyperlinks.
  std::size_t width = 0;  ///< Columns; 0: a pipe, no wrapping.
};

using Environment = std::function<const char*(const char*)>;

/// Colour on a terminal unless NO_COLOR is set (https://no-color.org) or TERM is "dumb"; `choice` overrides both.
/// `columns` is what the device reports, 0 if unknown; COLUMNS in the environment overrides it.
[[nodiscard]] Terminal describe_terminal(bool is_terminal, std::size_t columns, ColorChoice choice,
                                         const Environment& environment);

/// describe_terminal() of a file descriptor of this process.
[[nodiscard]] Terminal detect_terminal(int descriptor, ColorChoice choice);

enum class Style { bold, dim, mark, link, warning };

/// `text` in a style; unchanged without colour. `text` must be printable.
[[nodiscard]] std::string styled(const Terminal& terminal, Style style, std::string_view text);

/// A hyperlink where the terminal has them, else `text`.
[[nodiscard]] std::string linked(const Terminal& terminal, std::string_view url, std::string_view text);

/// Cut to `width` columns, with "…" when cut.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width);

/// "24,559"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// A bar of at most `width` columns in eighths of a column; never empty for a value above 0.
[[nodiscard]] std::string bar(std::uint64_t value, std::uint64_t greatest, std::size_t width);

/// One column of height `value` / `greatest`: "▁" to "█", a space for 0.
[[nodiscard]] std::string_view spark(std::uint64_t value, std::uint64_t greatest);

}  // namespace dateline::searcher

// Text as Dateline keeps it: valid UTF-8, NFC, no control characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dateline::text {

/// True if `bytes` is well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

/// What every text of an article goes through once: ill-formed UTF-8 becomes U+FFFD, line ends become "\n", then
/// NFC; control characters (C0 but \n and \t, DEL, C1, bidirectional overrides and isolates U+202A-E, U+2066-9,
/// U+FEFF) are dropped, so that no article can steer a terminal.
[[nodiscard]] std::string clean(std::string_view bytes);

/// `clean`, then every run of white space (Unicode White_Space, also U+200B) becomes one space; trimmed.
[[nodiscard]] std::string clean_line(std::string_view bytes);

/// White space cut off both ends (ASCII and Unicode).
[[nodiscard]] std::string_view trim(std::string_view s);

/// Case folded, accents and other marks off, compatibility forms folded (NFKD, marks dropped, case fold, NFC):
/// "Müller" and "MULLER" fold alike. For keys of comparison, not for display.
[[nodiscard]] std::string fold(std::string_view s);

/// Lower case of ASCII letters only; the rest is untouched.
[[nodiscard]] std::string ascii_lower(std::string_view s);
[[nodiscard]] bool ascii_iequals(std::string_view a, std::string_view b);
[[nodiscard]] bool istarts_with(std::string_view s, std::string_view ascii_prefix);

/// Split at every `sep`; parts are not trimmed, empty parts are kept.
[[nodiscard]] std::vector<std::string_view> split(std::string_view s, char sep);

/// Paragraphs of a plain text: blank lines part them, single line ends inside become spaces. A text without a blank
/// line whose lines are indented by two or more spaces is parted at these indents (wire copy of the 1980s).
[[nodiscard]] std::vector<std::string> paragraphs(std::string_view s);

/// Decode the code point that begins at `pos` (< s.size()) of valid UTF-8 and move `pos` behind it.
/// Ill-formed bytes give U+FFFD and move by one.
[[nodiscard]] char32_t decode(std::string_view s, std::size_t& pos);
void append_utf8(std::string& out, char32_t c);

/// Columns that a text takes on a terminal (wcwidth of its code points; East Asian wide = 2, marks = 0).
[[nodiscard]] std::size_t display_width(std::string_view s);

}  // namespace dateline::text

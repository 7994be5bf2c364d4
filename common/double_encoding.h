// UTF-8 that was taken for Latin-1 or windows-1252 and encoded once more.
#pragma once

#include <string>

namespace dateline {

/// Undoes it in valid UTF-8: "childâ\u0080\u0099s" and "childâ€™s" become "child’s". Acts only where such a text cannot
/// be meant, which the controls U+0080-9F tell, or "â€"; then also on "Ã©" in the same text, if all of its "Ã" and
/// alike are followed so. Other controls U+0080-9F are read as windows-1252.
[[nodiscard]] std::string repair_double_encoding(std::string utf8);

/// What browsers make of a reference to U+0080-9F: the character that windows-1252 has there, if any.
[[nodiscard]] char32_t read_as_windows_1252(char32_t control);

}  // namespace dateline

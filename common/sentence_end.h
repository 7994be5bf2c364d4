// Does a period end a sentence, or belong to the word before it?
#pragma once

#include <string_view>

namespace dateline {

/// A period stands right behind the word `before`, then a space and the word `after`; both as the analyzer folds them.
/// `dotted`: `before` is written with periods (U.S.); `number`: `after` consists of digits.
[[nodiscard]] bool period_ends_sentence(std::string_view before, bool dotted, std::string_view after, bool number);

}  // namespace dateline

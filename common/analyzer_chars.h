// Characters beyond ASCII as the word scanner sees them. Part of the analyzer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace dateline {

/// What a character is to the word scanner.
enum class Class : std::uint8_t {
  other,  // parts words
  letter,
  digit,
  mark,       // belongs to the letter before it
  gram,       // a character of a script written without spaces
  ignorable,  // soft hyphen, joiners: as if it were not there
  apostrophe,
  hyphen,
  space,
  period,      // may end a sentence
  strong_end,  // ! ? …: ends a sentence before a space
  wide_end,    // 。 and its kin: ends a sentence anywhere
  clause_end,  // , ; after a period shows that the sentence goes on
};

/// A character beyond ASCII.
struct Char {
  bool known = false;  // looked up
  Class cls = Class::other;
  bool upper = false;
  bool lower = false;
  std::uint8_t folded_size = 0;  // bytes of UTF-8
  std::uint8_t lowered_size = 0;
  std::array<char, 10> folded{};   // case folded, accents off
  std::array<char, 10> lowered{};  // case folded
};

/// Properties of the characters met so far, in pages of 256. Not for several threads at once.
class CharTable {
 public:
  const Char& at(char32_t c) {
    const Page* page = c >> 8U < pages_.size() ? pages_[c >> 8U].get() : nullptr;
    return page != nullptr && (*page)[c & 0xFFU].known ? (*page)[c & 0xFFU] : look_up(c);
  }

 private:
  using Page = std::array<Char, 256>;
  const Char& look_up(char32_t c);
  std::vector<std::unique_ptr<Page>> pages_;  // none until one is needed: a query makes several tables, and uses none
};

}  // namespace dateline

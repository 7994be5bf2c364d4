// Query text -> tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/query/query.h"

namespace dateline::query {

enum class Lexeme : std::uint8_t {
  end,
  open,
  close,
  plus,
  minus,
  and_op,
  or_op,
  xor_op,
  not_op,
  maybe_op,
  near,    ///< n
  before,  ///< n
  sentence,
  paragraph,
  at_least,  ///< n
  field,     ///< text: lower-case name; its value follows
  first,     ///< n
  word,
  exact_word,  ///< =word
  quoted,      ///< text between quotation marks; n: the ~n behind it, or 0
};

struct LexToken {
  Lexeme kind = Lexeme::end;
  std::string text;
  std::uint32_t n = 0;
  std::size_t begin = 0;  ///< Bytes of the query.
  std::size_t end = 0;
};

/// The last token is `end`. Throws Error(query) for what no query may hold.
[[nodiscard]] std::vector<LexToken> lex(std::string_view text);

/// Throws Error(ErrorCode::query).
[[noreturn]] void fail(std::size_t position, const std::string& message);

/// ASCII and Unicode white space.
[[nodiscard]] bool is_space(char32_t c);

/// The word without punctuation at its edges; empty if nothing is left. Keeps * anywhere, ? inside, # and @ in front.
[[nodiscard]] std::string_view trim_word(std::string_view word);

}  // namespace dateline::query

// An article cut into words and sentences, as recognising names needs them: case and punctuation are kept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"

namespace dateline::indexer {

/// How a word is written.
enum class Cap : std::uint8_t {
  lower,    ///< "talks"
  initial,  ///< "Talks"
  upper,    ///< "NATO", "U.S."
  mixed,    ///< "McCain", "iPhone"
  single,   ///< "A", "J."
  uncased,  ///< a script without case: Arabic, Chinese
  number,   ///< "2022", "10th"
  punctuation,
};

struct Token {
  std::string_view word;  ///< Points into the article.
  std::uint64_t key = 0;  ///< Hash of the folded word; 0 for punctuation.
  Cap cap = Cap::punctuation;
  bool glued = false;   ///< No white space before it.
  bool quoted = false;  ///< Inside quotation marks.
};

enum class SentenceKind : std::uint8_t {
  normal,
  title_case,   ///< A Headline With Most Words Capitalised
  upper_case,   ///< A SHOUTED LINE
  no_capitals,  ///< no word has one
};

struct Sentence {
  std::uint32_t begin = 0;  ///< First token.
  std::uint32_t end = 0;    ///< Behind the last token.
  SentenceKind kind = SentenceKind::normal;
  bool headline = false;
  std::uint32_t paragraph = 0;  ///< 0 is the first of the body.
};

struct TokenisedArticle {
  std::vector<Token> tokens;
  std::vector<Sentence> sentences;
};

/// Cut title and body; `out` is reused, so that a warm run allocates nothing. The tokens point into `article`.
void tokenise(const Article& article, TokenisedArticle& out);

/// Cut one line of text into the tokens that `tokenise` would make of it: for names of a gazetteer.
[[nodiscard]] std::vector<Token> tokenise_name(std::string_view name);

/// The token of a word that is already cut out (a training corpus).
[[nodiscard]] Token make_token(std::string_view word);

/// Kind of a sentence by its capitals.
[[nodiscard]] SentenceKind sentence_kind(const Token* begin, const Token* end);

/// Fold a word for comparison: case, accents, ligatures off; Cyrillic case endings and Arabic particles cut off, so
/// that an inflected name meets its dictionary form.
void fold_word(std::string_view word, std::string& out);

/// Whether `acronym` ("IMF", "I.M.F.") is made of the initials of `name`; small words may be left out.
[[nodiscard]] bool is_acronym(std::string_view acronym, std::span<const Token> name);

/// Key of a word: the hash of its folded form. Never 0.
[[nodiscard]] std::uint64_t word_key(std::string_view word);

/// Mix a value into a hash.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t h = (seed ^ value) * 0x9E3779B97F4A7C15ULL;
  h ^= h >> 32U;
  h *= 0xD6E8FEB86659FD93ULL;
  return h ^ (h >> 29U);
}

[[nodiscard]] inline bool is_capitalised(Cap cap) {
  return cap == Cap::initial || cap == Cap::upper || cap == Cap::mixed || cap == Cap::single;
}

}  // namespace dateline::indexer

// Text -> words, one set-up for indexing and querying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dateline {

/// What a token stands for. Only `word` takes a position of its own; the others are further spellings under which
/// the word before them is found, at the same position (`joined`: at its first part's).
enum class TokenKind : std::uint8_t {
  word,     ///< A word, a part of a hyphenated word, a number, two adjacent characters of Chinese or Thai.
  joined,   ///< The whole of a compound without its hyphens and apostrophes: "covid19", "obrien", "email".
  acronym,  ///< "u.s" for U.S. or US, where the folded word is an ordinary word ("us").
  tag,      ///< "#covid19", "@potus".
};

struct Token {
  std::string term;         ///< Case folded, accents off: the form that is indexed.
  std::string accented;     ///< Case folded with accents; empty when equal to `term`.
  std::uint64_t hash = 0;   ///< Of a `word`: word_hash(term).
  std::uint32_t begin = 0;  ///< Bytes of the text.
  std::uint32_t end = 0;
  TokenKind kind = TokenKind::word;
  bool gram = false;            ///< A pair of adjacent characters of a script without spaces, or the last one of a run.
  bool sentence_start = false;  ///< Of a `word`: a sentence begins here (the first word of a text always does).

  bool operator==(const Token& other) const = default;
};

/// Word scanner, stemmer and stemming cache of one language. Not for use by several threads at once: give each its own.
class Analyzer {
 public:
  /// `lang`: primary language subtag; empty or one without a Snowball stemmer: words are their own stems.
  explicit Analyzer(std::string_view lang = {});
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// The words of one paragraph (valid UTF-8, under 4 GiB), until the next call. Language independent.
  [[nodiscard]] std::span<const Token> tokenize(std::string_view text);

  /// The stem of a `word` or `joined` token without any prefix, accents off. Without a stemmer, and of function words:
  /// the term itself.
  /// Valid until the next call.
  [[nodiscard]] std::string_view stem(const Token& token);
  /// The same for a word that is already case folded (accents may be on).
  [[nodiscard]] std::string_view stem(std::string_view folded_word);

  [[nodiscard]] bool has_stemmer() const;
  [[nodiscard]] const std::string& language() const;
  /// Whose stems stem() gives: language(), or "" where words are their own stems.
  [[nodiscard]] std::string_view stem_language() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One analyzer a language, each made when it is first asked for. Not for use by several threads at once.
class Analyzers {
 public:
  static constexpr std::size_t kFew = 8;
  /// `most`: languages that are kept; each grows to some 2 MB.
  explicit Analyzers(std::size_t most = kFew) : most_(most) {}

  /// Valid until another language is asked for.
  [[nodiscard]] Analyzer& of(std::string_view lang);

 private:
  std::size_t most_;
  std::map<std::string, Analyzer, std::less<>> by_language_;
};

}  // namespace dateline

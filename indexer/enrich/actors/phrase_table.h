// Phrases found in a text, longest first: a trie over word keys, for all names of the gazetteer at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "indexer/enrich/actors/tokens.h"

namespace dateline::indexer {

/// What a word or phrase is, besides an actor's name: features of the tagger, cues of the resolver.
enum class WordClass : std::uint8_t {
  title,  ///< "President", "Foreign Minister", "Mr."
  first_name,
  surname,
  organisation_word,  ///< "Ministry", "Bank", "Party"
  place_word,         ///< "River", "Province"
  date_word,          ///< "Monday", "January"
  place,              ///< a town, region or continent: never an actor
  demonym,            ///< "Russian", "Russians"
  common_word,        ///< also a word of the language: no actor on its own in a shouted line
  event_word,         ///< "Act", "War", "Cup": what ends so is no actor
  count_,
};

constexpr std::uint32_t kNoEntry = UINT32_MAX;
using LanguageMask = std::uint32_t;
constexpr LanguageMask kAnyLanguage = ~LanguageMask{0};

/// One meaning of a phrase.
struct Phrase {
  std::uint32_t entry = kNoEntry;            ///< Actor of the gazetteer, or kNoEntry:
  WordClass word_class = WordClass::count_;  ///< then a class of words.
  bool ambiguous = false;                    ///< Names the actor only where something else in the article does.
  LanguageMask languages = kAnyLanguage;     ///< Article languages in which it counts.
  std::uint64_t case_pattern = 0;            ///< Two bits a word, the first lowest: see CaseRule.
};

enum class CaseRule : std::uint8_t {
  any,      ///< written anyhow
  capital,  ///< first letter upper case, or a script without case
  upper,    ///< all upper case ("US" is not "us")
};

class PhraseTable {
 public:
  /// Words of the longest phrase kept; a longer one is refused.
  static constexpr std::size_t kMaxWords = 14;

  /// Add a phrase of 1..kMaxWords words. False if it is empty or too long.
  bool add(std::span<const Token> words, Phrase phrase);
  /// Before freeze(): forget which actors exactly these words name.
  void remove_actors(std::span<const Token> words);
  /// Call once after the last `add`, before the first `find`.
  void freeze();

  struct Hit {
    std::uint32_t words = 0;
    std::span<const Phrase> phrases;
  };
  /// All phrases that begin at `first` (< last), shortest first, written into `hits`; returns how many.
  std::size_t find(const Token* first, const Token* last, std::span<Hit, kMaxWords> hits) const;

  /// Whether the words are written as the phrase wants them; in a shouted line (`upper_case`) capitals tell nothing.
  [[nodiscard]] static bool case_agrees(const Phrase& phrase, std::span<const Token> words, bool upper_case);

 private:
  struct Slot {
    std::uint64_t edge = 0;  ///< Hash of parent node and word; 0 = free.
    std::uint32_t node = 0;
  };
  struct Node {
    std::uint32_t first_phrase = 0;
    std::uint32_t phrase_count = 0;
    bool leaf = true;
  };
  struct Pending {
    std::uint32_t node;
    Phrase phrase;
  };

  [[nodiscard]] std::uint32_t child(std::uint32_t node, std::uint64_t key) const;
  std::uint32_t add_child(std::uint32_t node, std::uint64_t key);
  void grow();

  using Filter = std::array<std::uint64_t, 1024>;
  /// Whether a phrase may begin with the word: most words begin none, and this is all that is looked at for them.
  [[nodiscard]] bool may_begin(const Token& word) const {
    const Filter& filter = word.cap == Cap::lower ? lower_filter_ : filter_;
    return ((filter[(word.key >> 6U) & 1023U] >> (word.key & 63U)) & 1U) != 0;
  }

  Filter filter_{};        ///< Of the first words of all phrases.
  Filter lower_filter_{};  ///< Of those that a word in lower case agrees with.
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<Phrase> phrases_;
  std::vector<Pending> pending_;
};

}  // namespace dateline::indexer

// The actors that a newsroom knows, from plain TSV files, and the classes of words around names.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/actor_identities.h"
#include "dateline/article.h"
#include "indexer/enrich/actors/phrase_table.h"

namespace dateline::indexer {

/// One actor of the gazetteer.
struct GazetteerEntry {
  std::string name;  ///< Canonical.
  ActorKind kind = ActorKind::person;
  std::string role;
  int from_year = 0;                ///< In office or in being from this year; 0 = not stated.
  int to_year = 0;                  ///< Until this year; 0 = not stated.
  bool surname_alone = true;        ///< The surname alone may mean this person (if no other of the gazetteer bears it).
  std::uint32_t nation = kNoEntry;  ///< Country that the role begins with.
  std::vector<std::string> aliases;  ///< Other names, without marks; the canonical name is not repeated.
};

class Gazetteer {
 public:
  /// Read all `persons.tsv`, `organisations.tsv`, `countries.tsv`, `words.tsv` and `overrides.tsv` of a folder (those
  /// that are there; none at all is an error). Throws Error(io or usage), naming file and line.
  void read_folder(const std::filesystem::path& folder);
  /// One TSV of actors of a kind; columns as the header of the shipped files explains.
  void read_actors(const std::filesystem::path& file, ActorKind kind);
  /// Actors in CAMEO/PETRARCH/TABARI format: names in capitals, "_" between words, "+" before a synonym.
  void read_cameo(const std::filesystem::path& file);
  void read_words(const std::filesystem::path& file);
  void read_overrides(const std::filesystem::path& file);
  /// Names of all countries in all languages we read, from ICU; `countries.tsv` adds to them.
  void add_countries_of_icu();
  /// Call once when everything is read.
  void freeze();

  [[nodiscard]] const std::vector<GazetteerEntry>& entries() const { return entries_; }
  [[nodiscard]] const PhraseTable& phrases() const { return phrases_; }
  /// Bits of WordClass that a single word has.
  [[nodiscard]] std::uint32_t word_classes(std::uint64_t key) const {
    const std::size_t mask = class_table_.size() - 1;
    for (std::size_t at = key & mask; class_table_[at].first != 0; at = (at + 1) & mask) {
      if (class_table_[at].first == key) return class_table_[at].second;
    }
    return 0;
  }
  /// Actor whose canonical name or alias has this name_hash, or kNoEntry; a name that two actors share is nobody's.
  [[nodiscard]] std::uint32_t find(std::uint64_t name) const;
  /// Person whose name has this transliteration_key, or kNoEntry.
  [[nodiscard]] std::uint32_t find_transliterated(const std::string& key) const;
  /// Persons whose surname has this key.
  [[nodiscard]] const std::vector<std::uint32_t>& bearers(std::uint64_t surname_key) const;
  /// What overrides files say, all of origin `file`. Merges and drops are for whoever shows actors to apply; a name
  /// that was split is here an actor of its own already.
  [[nodiscard]] const std::vector<IdentityRule>& overrides() const { return overrides_; }

  /// (folded alias, canonical name) of every actor, the canonical name among the aliases; for the table in the index.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> aliases() const;

 private:
  struct AliasMark;
  std::uint32_t add_entry(GazetteerEntry entry, bool name_ambiguous = false);
  void add_word(std::string_view word, WordClass word_class);
  void add_alias(std::uint32_t entry, std::string_view marked);
  void add_phrase(std::uint32_t entry, std::string_view alias, LanguageMask languages, bool ambiguous);
  void split_overridden();
  void find_nations();
  void flatten_classes();
  void index_persons();

  std::vector<GazetteerEntry> entries_;
  PhraseTable phrases_;
  std::unordered_map<std::uint64_t, std::uint32_t> word_classes_;
  /// The same after freeze(), flat: asked for every word of every article. The key 0 is a free place.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> class_table_ = {{0, 0}};
  std::unordered_map<std::uint64_t, std::uint32_t> by_name_;  ///< name_hash of name or alias -> entry
  std::vector<std::pair<std::uint64_t, std::uint64_t>>
      foreign_names_;                              ///< Word and name_hash of one-word names of some languages.
  std::array<std::uint64_t, 1024> name_filter_{};  ///< A bit for 16 of the hash: most names asked for are new.
  std::unordered_map<std::string, std::uint32_t> by_transliteration_;
  std::unordered_map<std::string, std::uint32_t> by_canonical_;  ///< folded canonical name + kind -> entry
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_surname_;
  std::unordered_map<std::uint64_t, std::uint32_t> nation_of_demonym_;
  std::vector<IdentityRule> overrides_;
};

/// Hash of a name: of its words' keys, without punctuation and a leading "the".
[[nodiscard]] std::uint64_t name_hash(std::span<const Token> words);
[[nodiscard]] std::uint64_t name_hash(std::string_view name);

/// Fold a name for comparison: words folded, joined by a space; punctuation, a leading "the" and a trailing "'s" off.
[[nodiscard]] std::string fold_name(std::string_view name);

/// Bit of a language in a LanguageMask, from its BCP 47 primary tag; 0 for a language without names of its own here.
[[nodiscard]] LanguageMask language_bit(std::string_view lang);

/// Key under which transliterations of one name meet ("Zelensky", "Zelenskyy", "Zelenski"); empty for a name too short
/// to be told apart that way.
[[nodiscard]] std::string transliteration_key(std::string_view name);

}  // namespace dateline::indexer

// Term lists that name no words (docs/decisions/0009-lean-term-lists.md).
//
// Xapian keeps the terms of each document beside it, to delete it: a third of an index, all of which the stored text
// says as well. A lean list names the terms that do not count (wdf 0: identity, source, actors …) and, in the place of
// all others, one term of their whole wdf, by which it is known to be lean:
//
//   FF U4    a fingerprint of the terms left out and their wdf, so that what the text is taken to say can be checked
//
// Before a document is deleted its list is completed, since Xapian takes it out of the postings of what the list names.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/flat_document.h"

namespace dateline {

/// What stands for the words of a document in its list. They may be added in any order.
class WordsStandIn {
 public:
  void add(std::uint64_t hash, std::uint32_t wdf);
  [[nodiscard]] bool empty() const { return length_ == 0; }
  [[nodiscard]] std::string term() const;
  [[nodiscard]] std::uint64_t length() const { return length_; }  ///< Sum of all wdf.

 private:
  std::uint64_t sum_ = 0;
  std::uint64_t length_ = 0;
};

/// Valid terms are UTF-8, which no FF begins.
[[nodiscard]] inline bool is_stand_in(std::string_view term) {
  return !term.empty() && term.front() == '\xFF';
}

/// A stand-in as a list has it.
struct ListedWords {
  std::string term;
  std::uint64_t length = 0;

  /// Are the terms of `document` that have wdf those that were left out?
  [[nodiscard]] bool are_those_of(const FlatDocument& document) const;
};

/// The terms that a document's list names, with their wdf, replacing the content of `out`; and what stands for its
/// words if the list is lean.
[[nodiscard]] std::optional<ListedWords> listed_terms(const Xapian::Database& database, Xapian::docid document,
                                                      FlatDocument& out);

/// The terms with wdf of some documents (ascending), looked for in every posting list: seconds a million articles.
[[nodiscard]] std::map<Xapian::docid, FlatDocument> words_in_postings(const Xapian::Database& database,
                                                                      std::span<const Xapian::docid> documents);

/// Adds at least the words of a document to `out`; terms without wdf do not matter.
using WordsOf = std::function<void(const Xapian::Document& document, FlatDocument& out)>;

/// Completes the lists of those of `documents` that are lean, so that they can be deleted. `database` is `shard`, and
/// in a transaction: what is in it is committed before, another one is open in the end; iterators are no longer valid.
/// Words that are not those of the fingerprint (an article of an analyzer that has changed since) are looked for in all
/// posting lists. A process that dies in between leaves the same content. Throws Error(index_corrupt) if the words are
/// not found there either, Error(io), Xapian::Error.
void complete_term_lists(Xapian::WritableDatabase& database, const std::filesystem::path& shard,
                         const std::vector<Xapian::docid>& documents, const WordsOf& words_of);

/// Removes what complete_term_lists() left behind when its process died.
void remove_half_completed(const std::filesystem::path& shard);

}  // namespace dateline

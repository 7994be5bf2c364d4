// Term lists that leave out what the stored article says as well (docs/decisions/0009-lean-term-lists.md).
//
// Xapian keeps the terms of each document beside it, to delete it: a third of an index. A lean list names those that do
// not follow from the article (its identity, and that it is hidden) and, in the place of all others, one term of their
// whole wdf, by which it is known to be lean:
//
//   FF U4    a fingerprint of the terms left out and their wdf, so that what the article is taken to say can be checked
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

/// Does a lean list name this term?
[[nodiscard]] bool named_in_lean_list(std::string_view term);

/// Key of the identity (identity.h) that a document's terms name; empty: none.
[[nodiscard]] std::string identity_of(Xapian::TermIterator terms);

/// What stands for the terms that a list leaves out. They may be added in any order.
class StandIn {
 public:
  void add(std::uint64_t hash, std::uint32_t wdf);
  [[nodiscard]] bool empty() const { return terms_ == 0; }
  [[nodiscard]] std::string term() const;
  [[nodiscard]] std::uint64_t length() const { return length_; }  ///< Sum of all wdf.

 private:
  std::uint64_t terms_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t length_ = 0;
};

/// Valid terms are UTF-8, which no FF begins.
[[nodiscard]] inline bool is_stand_in(std::string_view term) {
  return !term.empty() && term.front() == '\xFF';
}

/// A stand-in as a list has it.
struct ListedStandIn {
  std::string term;
  std::uint64_t length = 0;

  /// Are the terms of `document` that a lean list does not name those that were left out?
  [[nodiscard]] bool are_those_of(const FlatDocument& document) const;
};

/// The terms that a document's list names, with their wdf, replacing the content of `out`; and what stands for the
/// others if the list is lean.
[[nodiscard]] std::optional<ListedStandIn> listed_terms(const Xapian::Database& database, Xapian::docid document,
                                                        FlatDocument& out);

/// The terms of some documents (ascending) that lean lists do not name, looked for in every posting list: seconds a
/// million articles.
[[nodiscard]] std::map<Xapian::docid, FlatDocument> terms_in_postings(const Xapian::Database& database,
                                                                      std::span<const Xapian::docid> documents);

/// Adds at least the terms of a document that lean lists do not name to `out`.
using TermsOf = std::function<void(const Xapian::Document& document, FlatDocument& out)>;

/// Completes the lists of those of `documents` that are lean, so that they can be deleted. `database` is `shard`, and
/// in a transaction: what is in it is committed before, another one is open in the end; iterators are no longer valid.
/// Terms that are not those of the fingerprint (an article of an analyzer that has changed since) are looked for in all
/// posting lists. A process that dies in between leaves the same content. Throws Error(index_corrupt) if they are
/// not found there either, Error(io), Xapian::Error.
void complete_term_lists(Xapian::WritableDatabase& database, const std::filesystem::path& shard,
                         const std::vector<Xapian::docid>& documents, const TermsOf& terms_of);

/// Deletes documents, with what is kept of them beside Xapian's tables: their lists are completed and their positions
/// erased before. As complete_term_lists().
void delete_documents(Xapian::WritableDatabase& database, const std::filesystem::path& shard,
                      const std::vector<Xapian::docid>& documents, const TermsOf& terms_of);

/// Removes what complete_term_lists() left behind when its process died.
void remove_half_completed(const std::filesystem::path& shard);

}  // namespace dateline

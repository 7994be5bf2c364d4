// Where words stand, kept apart from Xapian's position table: there each word of each document is an entry of a B-tree,
// whose key takes several times the place of its positions. A sealed shard has one list a term instead, of all its
// documents, as metadata: so it lies in the shard, is copied and compacted with it, and stock Xapian need not know.
//
//   kMetaPositions                            V(docid): documents up to this one have their positions in the lists,
//                                             later ones in Xapian's table
//   kMetaPositions E(term)                    V(further chunks) V(docid from which each goes on, less the one before,
//                                             the first chunk's to begin with) chunk
//   kMetaPositions E(term) 00 S(n)            further chunk n, from 1
//   chunk: as of position_chunk.h
//
// Which documents they are is not said again: those of the term's postings, one after another. So a document that is
// deleted must be taken out here as well, in the same transaction: erase_positions().
#pragma once

#include <xapian.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/store/ordinals.h"

namespace dateline {

/// Positions of one document in memory: V(first) V(difference less one)…
void put_position_list(std::string& out, std::span<const std::uint32_t> positions);
/// Replaces the content of `out`.
void get_position_list(std::string_view list, std::vector<std::uint32_t>& out);

/// Lays down the list of one term after another.
class PositionListWriter {
 public:
  using Entry = std::function<void(const std::string& name, const std::string& value)>;
  /// `entry` takes metadata in ascending order.
  explicit PositionListWriter(Entry entry) : entry_(std::move(entry)) {}

  /// Each document that has the term, ascending by docid. `positions`: ascending.
  void add(std::uint32_t docid, std::span<const std::uint32_t> positions);
  /// Ends the list of `term`; none is written if no document has positions.
  void finish(std::string_view term);

 private:
  void end_chunk();

  Entry entry_;
  std::vector<std::uint32_t> firsts_;  // docid of each chunk
  std::vector<std::string> chunks_;    // those of earlier terms are kept for their memory
  std::size_t used_ = 0;
  bool any_ = false;
  std::vector<std::uint32_t> counts_;  // of positions, by document of the chunk that is being filled
  std::vector<std::uint32_t> positions_;
};

/// The docid up to which a shard has lists; 0 for one that has none.
[[nodiscard]] Xapian::docid positions_apart(const Xapian::Database& shard);
/// What metadata says so.
[[nodiscard]] std::string positions_apart_value(Xapian::docid last);

/// The list of one term in memory.
struct LoadedPositions {
  std::vector<std::uint32_t> ends;  ///< In `lists`, of each document's.
  std::string lists;
  Ordinals ordinals;  ///< Of the documents.

  [[nodiscard]] std::size_t bytes() const {
    return sizeof(std::uint32_t) * ends.size() + lists.size() + ordinals.bytes();
  }
};
/// `documents`: that have the term, in that state of the shard; later than the lists may be among them.
[[nodiscard]] LoadedPositions load_positions(const Xapian::Database& shard, const std::string& term,
                                             const std::vector<Xapian::docid>& documents);

/// Documents that have a term.
using TermDocuments = std::shared_ptr<const std::vector<Xapian::docid>>;

/// Lists that are kept from query to query.
struct KeptPositions {
  virtual ~KeptPositions() = default;
  /// Null: not worth keeping.
  virtual std::shared_ptr<const LoadedPositions> positions(const std::string& term, const Xapian::Database& shard) = 0;
  /// Null: Xapian is to be asked.
  virtual TermDocuments documents(const std::string& term) = 0;
};

class PositionChunk;

/// Positions of one term in a shard, fastest when documents are asked for in ascending order.
class PositionList {
 public:
  /// `apart`: positions_apart(shard). Both the shard and the term must outlive the list, and so must `kept`.
  PositionList(const Xapian::Database& shard, Xapian::docid apart, const std::string& term,
               KeptPositions* kept = nullptr);
  ~PositionList();
  PositionList(PositionList&&) noexcept;
  PositionList& operator=(PositionList&&) noexcept;

  /// Replaces the content of `out` by the positions in a document, ascending; none where the term is not.
  void read(Xapian::docid document, std::vector<std::uint32_t>& out);

 private:
  void open();
  void read_loaded(Xapian::docid document, std::vector<std::uint32_t>& out);
  void go_to_chunk(std::size_t chunk);
  void seek(Xapian::docid from);
  /// Passes over the documents before `document`; is that the next one?
  [[nodiscard]] bool pass_until(Xapian::docid document);

  const Xapian::Database* shard_;
  Xapian::docid apart_;
  const std::string* term_;
  KeptPositions* kept_;
  bool open_ = false;
  std::shared_ptr<const LoadedPositions> loaded_;
  std::string head_;                   // entry of the term
  std::vector<Xapian::docid> firsts_;  // from which each chunk goes on
  std::size_t chunk_ = 0;
  std::string further_;                  // chunk, if it is not in the head
  std::unique_ptr<PositionChunk> rest_;  // what has not been passed
  TermDocuments documents_;              // null: postings_
  std::size_t document_ = 0;             // the next in documents_
  Xapian::PostingIterator postings_;
  Xapian::docid asked_ = 0;  // in the chunk: what was asked for last
};

/// Takes documents out of the lists that are about to be deleted; their term lists must name all their terms.
void erase_positions(Xapian::WritableDatabase& shard, std::span<const Xapian::docid> documents);

/// The first term whose list is of another number of documents than its postings; nothing if all agree.
[[nodiscard]] std::optional<std::string> find_misaligned_positions(const Xapian::Database& shard);

/// Positions of whole documents, fastest when these are asked for in ascending order: lists of frequent terms stay open
/// between them.
class DocumentPositions {
 public:
  /// `shard` must outlive the object.
  explicit DocumentPositions(const Xapian::Database& shard);
  /// True for a document of the lists.
  [[nodiscard]] bool has(Xapian::docid document) const { return document <= apart_; }
  /// Adds the positions of a document of the lists to `out`, which has all its terms, as Xapian's own table would hold
  /// them.
  void add_to(Xapian::docid document, Xapian::Document& out);

 private:
  const Xapian::Database& shard_;
  Xapian::docid apart_;
  std::unordered_map<std::string, std::unique_ptr<PositionList>> open_;
};

}  // namespace dateline

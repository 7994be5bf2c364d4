// Lengths of documents as an array. Xapian keeps them in a list that must be decoded number by number, which takes a
// process that answers one question longer than its matching. A sealed shard has them as metadata, too, ready to be
// copied:
//
//   kMetaLengths S(first docid)    two bytes a docid, the lower first: lengths of that docid and the next ones, of
//                                  1,000 docids in all but the last entry. 0: there is no such document; 65,535:
//                                  Xapian's list is to be asked.
//
// Like positions (position_lists.h) they lie in the shard and are copied and compacted with it. The length of a docid
// does not change, since a docid is never given to another text; documents behind the last entry are in Xapian's list.
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

#include "common/store/glass_postings.h"

namespace dateline {

/// Lengths of the documents of one state of a shard by docid, 2 bytes each. 0 for docids without a document.
class DocumentLengths {
 public:
  static constexpr std::uint16_t kLonger = 0xFFFF;

  /// `table`: the shard's; null: Xapian is asked. 0.4 ms a million of a sealed shard, 3 ms of a table without the
  /// array, 50 ms through Xapian. Throws Xapian::Error.
  DocumentLengths(const Xapian::Database& shard, const glass::PostingTable* table);

  [[nodiscard]] Xapian::termcount operator[](Xapian::docid document) const {
    const std::uint16_t length = lengths_[document];
    return length != kLonger ? length : longer_.find(document)->second;
  }

 private:
  void set(Xapian::docid document, Xapian::termcount length);
  /// Those of the metadata. Returns the docid up to which they are known.
  Xapian::docid take_array(const glass::PostingTable& table, const Xapian::Database& shard);

  std::unique_ptr<std::uint16_t[]> lengths_;
  std::unordered_map<Xapian::docid, Xapian::termcount> longer_;
};

/// What is written of `lengths`, by docid from 1 on. `entry` takes metadata in ascending order.
void put_document_lengths(std::span<const Xapian::termcount> lengths,
                          const std::function<void(const std::string& name, const std::string& value)>& entry);

/// The first docid whose length in the array is another than in Xapian's list; nothing if all agree, or if there is no
/// array.
[[nodiscard]] std::optional<Xapian::docid> find_wrong_length(const Xapian::Database& shard);
/// Up to which docid the array says lengths; 0: there is none.
[[nodiscard]] Xapian::docid lengths_in_array(const Xapian::Database& shard);

/// To be called in the transaction that deletes the documents.
void erase_document_lengths(Xapian::WritableDatabase& shard, std::span<const Xapian::docid> documents);

}  // namespace dateline

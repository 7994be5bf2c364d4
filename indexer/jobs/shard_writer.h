// Where a job's documents go: into the database that readers see, or into one that is written whole at the end.
#pragma once

#include <xapian.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/store.h"
#include "common/store/flat_document.h"
#include "common/store/glass_writer.h"
#include "dateline/article.h"

namespace dateline::indexer {

/// A document on its way: made on one thread, written or dropped on the job's.
struct PlacedDocument {
  Xapian::Document document;             ///< When it goes through Xapian's own writer.
  std::uint32_t run = 0;                 ///< When it lies in a run already.
  std::uint32_t number = 0;              ///< In the run.
  std::array<unsigned char, 16> date{};  ///< As in schema::slot_newest.
};

/// What one thread hands its documents to.
class DocumentFeed {
 public:
  virtual ~DocumentFeed() = default;
  /// Throws Error for a document that no database can hold.
  virtual PlacedDocument place(const FlatDocument& document) = 0;
};

/// All but the feeds and work_beside() belongs to the job's thread. An article is known by its identity (identity.h).
class ShardWriter {
 public:
  virtual ~ShardWriter() = default;
  /// One for each thread, made before any is used.
  virtual std::unique_ptr<DocumentFeed> make_feed() = 0;
  /// What to do with an article that another text takes the place of: called in put() or in finish().
  using Replaced = std::function<void(const std::string& identity, const Article& before)>;
  void when_replaced(Replaced replaced) { replaced_ = std::move(replaced); }
  /// Adds an article; true if it replaces one.
  virtual bool put(const std::string& identity, const Article& article, const PlacedDocument& document) = 0;
  /// True if it was there.
  virtual bool remove(const std::string& identity) = 0;
  /// Articles, as of the last commit() where that writes anything.
  [[nodiscard]] virtual std::size_t count() const = 0;
  /// Does commit() make anything durable before finish() does?
  [[nodiscard]] virtual bool commits() const = 0;
  /// Are so many changes waiting for a commit that it is time for one?
  [[nodiscard]] virtual bool full() const { return false; }
  /// Does a piece of work that nobody waits for, if there is any. For threads other than the job's, whenever they could
  /// begin something.
  virtual void work_beside() {}
  virtual void commit() = 0;
  /// After the last document.
  virtual void finish() = 0;

 protected:
  void tell_replaced(const std::string& identity, const Article& before) const {
    if (replaced_) replaced_(identity, before);
  }

 private:
  Replaced replaced_;
};

/// Through Xapian's own writer, in place: for an index that is there. Keeps up to a
/// fourth of `memory` of changes until they are committed.
[[nodiscard]] std::unique_ptr<ShardWriter> make_shard_updater(IndexWriter& writer, std::size_t memory);

/// As a sealed database (common/store/glass_writer.h) that takes the place of the writer's empty shard at the end,
/// numbered from the newest article to the oldest. Takes about `memory` bytes, whatever the number of documents, plus
/// some 150 a document. `positions`: a shard that other machines ask must have them in Xapian's own table. For
/// rebuilds; the library's format must be known (glass::library_has_known_format).
[[nodiscard]] std::unique_ptr<ShardWriter> make_shard_builder(IndexWriter& writer, std::size_t memory, unsigned threads,
                                                              glass::Positions positions);

}  // namespace dateline::indexer

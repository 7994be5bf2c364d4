// Exact counts of fields over all matches.
#pragma once

#include <xapian.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/actor_identities.h"
#include "common/query/compile.h"
#include "dateline/search_result.h"
#include "searcher/match/posting_lists.h"

namespace dateline::searcher {

class FacetColumn;

/// The fields of all documents of one state of an index, as numbers by docid: counting needs no look into the index.
/// A field is read when that pays; then it takes 4 bytes a document and 4 a value. May be shared by threads.
class FacetColumns {
 public:
  /// `identities`: whom the actors' names mean. `shard`: as PostingLists take it.
  explicit FacetColumns(ActorIdentities identities, std::filesystem::path shard = {});
  ~FacetColumns();
  FacetColumns(const FacetColumns&) = delete;
  FacetColumns& operator=(const FacetColumns&) = delete;

  /// The column of a value slot, to count `documents` by; null if these are few, and so were those counted until now,
  /// beside the whole index, or if another thread is reading it: the index itself is then to be asked. `database`: a
  /// view of that state.
  std::shared_ptr<const FacetColumn> column(Xapian::valueno slot, const Xapian::Database& database,
                                            std::size_t documents);
  /// Reads the columns of all slots that fields count, so that no request has to.
  void read_all(const Xapian::Database& database);

  [[nodiscard]] const ActorIdentities& identities() const { return identities_; }
  PostingLists& lists() { return lists_; }

 private:
  struct Entry {
    std::shared_ptr<const FacetColumn> column;
    std::size_t counted = 0;  ///< Documents, without the column.
    bool reading = false;
  };
  std::shared_ptr<const FacetColumn> read(Xapian::valueno slot, const Xapian::Database& database);

  PostingLists lists_;
  ActorIdentities identities_;
  std::mutex mutex_;
  std::map<Xapian::valueno, Entry> entries_;
};

/// Counts documents of a single local shard.
class FacetCounter {
 public:
  /// `names`: of facet_fields(), else Error(usage). `sections`: folded names of the sections that were asked for; what
  /// stands below these is counted, too. `database` must outlive the counter. `budget`: ends a count that asks the
  /// index.
  FacetCounter(std::vector<std::string> names, FacetColumns& columns, const Xapian::Database& database,
               std::vector<std::string> sections = {}, std::shared_ptr<const query::Budget> budget = nullptr);
  ~FacetCounter();
  FacetCounter(const FacetCounter&) = delete;
  FacetCounter& operator=(const FacetCounter&) = delete;

  /// Counts what Enquire::get_mset matches, which must be told to check every document.
  void attach(Xapian::Enquire& enquire);
  void add(Xapian::docid document) { documents_.push_back(document); }

  /// One facet a field, in the order of the names. `limit`: values of each, but of dates, which are a sequence and
  /// given whole; 0: all. Throws Error(deadline); Xapian::Error passes through.
  [[nodiscard]] std::vector<Facet> facets(std::size_t limit);

 private:
  class Spy;
  std::vector<std::string> names_;
  FacetColumns& columns_;
  const Xapian::Database& database_;
  std::vector<std::string> sections_;
  std::shared_ptr<const query::Budget> budget_;
  std::unique_ptr<Spy> spy_;
  std::vector<Xapian::docid> documents_;
};

/// The same over several shards, where a spy is not told the docid that a document has among all, and remote ones,
/// which refuse a spy of our own: stock spies count whole slots, and what several values share (actors, authors) is
/// taken apart afterwards.
class StockFacetCounter {
 public:
  /// `identities` must outlive the counter.
  StockFacetCounter(std::vector<std::string> names, const ActorIdentities& identities,
                    std::vector<std::string> sections = {});

  void attach(Xapian::Enquire& enquire);
  [[nodiscard]] std::vector<Facet> facets(std::size_t limit) const;

 private:
  std::vector<std::string> names_;
  std::map<Xapian::valueno, std::unique_ptr<Xapian::ValueCountMatchSpy>> spies_;
  const ActorIdentities& identities_;
  std::vector<std::string> sections_;
};

}  // namespace dateline::searcher

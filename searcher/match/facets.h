// Exact counts of fields over all matches.
#pragma once

#include <xapian.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/actor_identities.h"
#include "dateline/search_result.h"
#include "searcher/match/ranked_terms.h"

namespace dateline::searcher {

class FacetColumn;

/// The fields of all documents of one state of an index, as numbers by docid: counting needs no look into the index.
/// A field is read when it is first counted; then it takes 4 bytes a document and 4 a value. May be shared by threads.
class FacetColumns {
 public:
  /// `identities`: whom the actors' names mean.
  explicit FacetColumns(ActorIdentities identities);
  ~FacetColumns();
  FacetColumns(const FacetColumns&) = delete;
  FacetColumns& operator=(const FacetColumns&) = delete;

  /// `name`: of facet_fields(), else Error(usage). `database`: a view of that state. `sections`: as FacetCounter takes
  /// them; columns made for some are kept for the last few of such requests.
  std::shared_ptr<const FacetColumn> column(const std::string& name, const Xapian::Database& database,
                                            const std::vector<std::string>& sections);
  DocumentLengths& lengths() { return lengths_; }

 private:
  DocumentLengths lengths_;
  ActorIdentities identities_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const FacetColumn>> columns_;
  std::deque<std::string> by_request_;  ///< Keys of those made for sections, the oldest first.
};

/// Counts documents of a single local shard.
class FacetCounter {
 public:
  /// `sections`: folded names of the sections that were asked for; what stands below these is counted, too.
  FacetCounter(const std::vector<std::string>& names, FacetColumns& columns, const Xapian::Database& database,
               const std::vector<std::string>& sections = {});
  ~FacetCounter();
  FacetCounter(const FacetCounter&) = delete;
  FacetCounter& operator=(const FacetCounter&) = delete;

  /// Counts what Enquire::get_mset matches, which must be told to check every document.
  void attach(Xapian::Enquire& enquire);
  void add(Xapian::docid document);

  /// One facet a field, in the order of the names. `limit`: values of each; 0: all.
  [[nodiscard]] std::vector<Facet> facets(std::size_t limit) const;

 private:
  class Field;
  class Spy;
  std::vector<std::string> names_;
  std::vector<Field> fields_;
  std::unique_ptr<Spy> spy_;
};

/// The same over several shards, where a spy is not told the docid that a document has among all, and remote ones,
/// which refuse a spy of our own: stock spies count whole slots, and what several values share (actors, authors) is
/// taken apart afterwards.
class StockFacetCounter {
 public:
  /// `identities` must outlive the counter.
  StockFacetCounter(const std::vector<std::string>& names, const ActorIdentities& identities,
                    std::vector<std::string> sections = {});

  void attach(Xapian::Enquire& enquire);
  [[nodiscard]] std::vector<Facet> facets(std::size_t limit) const;

 private:
  [[nodiscard]] Facet facet(const std::string& name, std::size_t limit) const;

  std::vector<std::string> names_;
  std::map<Xapian::valueno, std::unique_ptr<Xapian::ValueCountMatchSpy>> spies_;
  const ActorIdentities& identities_;
  std::vector<std::string> sections_;
};

}  // namespace dateline::searcher

// Exact counts of fields over all matches.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "common/actor_identities.h"
#include "dateline/search_result.h"

namespace dateline::searcher {

/// Counts while a query is matched. Stock spies: a spy of our own would be refused by a remote shard. What several
/// values share a slot (actors, authors) is counted as one string and taken apart afterwards.
class FacetCounter {
 public:
  /// `fields`: of facet_fields(). Throws Error(usage) for another one.
  /// `identities`: whom the actors' names mean; must outlive the counter.
  FacetCounter(const std::vector<std::string>& fields, const ActorIdentities& identities);

  /// Before Enquire::get_mset, which must be told to check every document.
  void attach(Xapian::Enquire& enquire);

  /// After it: one facet a field, in their order.
  [[nodiscard]] std::vector<Facet> facets() const;

 private:
  struct Slot {
    Xapian::valueno number;
    std::unique_ptr<Xapian::ValueCountMatchSpy> spy;
  };
  [[nodiscard]] const Xapian::ValueCountMatchSpy& spy(Xapian::valueno slot) const;

  std::vector<std::string> fields_;
  std::vector<Slot> slots_;
  const ActorIdentities& identities_;
};

}  // namespace dateline::searcher

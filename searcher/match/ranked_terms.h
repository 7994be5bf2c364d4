// Words joined by OR, ranked by BM25, in one local shard: what Xapian's OP_OR of them finds, in the same order with the
// same scores, with less done for each document. Lengths come from an array instead of a list in the index; a document
// that cannot come up to the worst hit so far never reaches the matcher; and all matches are counted on the way.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/query/compile.h"
#include "dateline/ranking_parameters.h"

namespace dateline::searcher {

/// Lengths of the documents of one state of an index by docid, 4 bytes each. Read when first used, which takes some 20
/// ms a million. May be shared by threads.
class DocumentLengths {
 public:
  /// `database`: a view of that state.
  const std::vector<Xapian::termcount>& of(const Xapian::Database& database);

 private:
  std::once_flag read_;
  std::vector<Xapian::termcount> lengths_;
};

struct RankedQuery {
  Xapian::Query query;
  /// After the query has been matched: all documents that have one of the words.
  std::shared_ptr<std::uint64_t> total;
};

/// `terms`: at least one. `database`: of a single local shard. `lengths` must outlive the query.
[[nodiscard]] RankedQuery ranked_terms(const std::vector<query::WeightedTerm>& terms, const Xapian::Database& database,
                                       const RankingParameters& parameters, DocumentLengths& lengths,
                                       std::shared_ptr<query::Budget> budget);

}  // namespace dateline::searcher

// Documents that have any of several terms, and the sums of their weights: only as many as can come up.
#pragma once

#include <xapian.h>

#include <memory>
#include <vector>

#include "common/query/compile.h"
#include "searcher/match/posting_lists.h"
#include "searcher/match/sums.h"

namespace dateline::searcher {

/// An OR of terms, and of ORs.
struct AnyOf {
  struct Term {
    PostingLists::List list;
    double weight = 0;  ///< What it weighs at most.
    NestedSum::Place place;
  };
  std::vector<Term> terms;
  NestedSum sum;
};

/// `documents`: of the database.
[[nodiscard]] Xapian::Query any_query(AnyOf any, std::shared_ptr<const Bm25> ranking, Xapian::doccount documents,
                                      std::shared_ptr<query::Budget> budget);

}  // namespace dateline::searcher

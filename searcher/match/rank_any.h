// Documents that have any of several terms, and the sums of their weights: only as many as can come up.
#pragma once

#include <xapian.h>

#include <vector>

#include "common/query/compile.h"
#include "searcher/match/posting_lists.h"
#include "searcher/match/sums.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// An OR of terms, and of ORs.
struct AnyOf {
  struct Term {
    PostingLists::List list;
    double weight = 0;  ///< What it weighs at most.
    NestedSum::Place place;
  };
  std::vector<Term> terms;
  NestedSum sum;  ///< Not needed for one term.

  [[nodiscard]] double weight() const;  ///< Of all terms.
};

/// Adds what can come up. `budget`: null: none.
void rank_any(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top);

}  // namespace dateline::searcher

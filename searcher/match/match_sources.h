// What local_matches.h has found, handed to Xapian's Enquire, which keeps the best of it.
#pragma once

#include <xapian.h>

#include <memory>

#include "searcher/match/posting_lists.h"
#include "searcher/match/sums.h"

namespace dateline::searcher {

/// Documents of one term, which weighs at most `weight`. Blocks none of which can come up are passed over.
[[nodiscard]] Xapian::Query list_query(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight);
/// `sums` gets the memory back and must outlive the query.
[[nodiscard]] Xapian::Query matches_query(Matches matches, Sums& sums);

}  // namespace dateline::searcher

// Documents of one term, best first.
#pragma once

#include "searcher/match/posting_lists.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// Adds what can come up of the documents of a term, which weighs at most `weight`. Blocks of postings none of which
/// can are passed over.
void rank_list(const PostingList& list, const Bm25& ranking, double weight, TopDocuments& top);

/// Tells what as many documents weigh at least as are wanted, as far as the shares of one list say it. `unit`: what a
/// share of one part weighs.
void expect_top(const PostingList::Shares& shares, double unit, TopDocuments& top);

}  // namespace dateline::searcher

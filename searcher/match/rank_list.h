// Documents of one term, best first.
#pragma once

#include "searcher/match/posting_lists.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// Adds what can come up of the documents of a term, which weighs at most `weight`. Blocks of postings none of which can
/// are passed over.
void rank_list(const PostingList& list, const Bm25& ranking, double weight, TopDocuments& top);

}  // namespace dateline::searcher

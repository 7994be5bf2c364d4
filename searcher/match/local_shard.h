// What queries of one local shard are matched with.
#pragma once

#include <xapian.h>

#include <memory>

#include "common/query/compile.h"
#include "searcher/match/posting_lists.h"
#include "searcher/match/sums.h"

namespace dateline::searcher {

/// All must outlive the queries that are made.
struct LocalShard {
  const Xapian::Database& database;  ///< Of one shard.
  PostingLists& lists;               ///< Of its state.
  Sums& sums;                        ///< For this thread.
  std::shared_ptr<query::Budget> budget;
};

}  // namespace dateline::searcher

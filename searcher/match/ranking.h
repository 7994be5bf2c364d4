// How hits are scored and ordered. Only stock weights and queries of Xapian's, so that the same ranking holds over
// several shards and remote ones.
#pragma once

#include <xapian.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "common/analyzer.h"
#include "common/query/compile.h"
#include "dateline/ranking_parameters.h"
#include "dateline/search_result.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// True for a sealed shard to which nothing was added: from the newest article to the oldest in the order of docids.
[[nodiscard]] bool numbered_by_date(const Xapian::Database& database);

/// Sets weights and order for a ranked search; `ranks` is false when nothing in the query scores: newest first then.
/// `by_docid`: numbered_by_date(), whose order costs nothing and lets the newest be found first.
void set_order(Xapian::Enquire& enquire, SortOrder sort, bool ranks, const RankingParameters& parameters,
               bool by_docid = false);

enum class Ties : std::uint8_t {
  exact,     ///< Hits come as they are.
  by_key,    ///< Scores that differ by no more than rounding does are equal, the newest first: each shard adds up the
             ///< weights of a document's words in an order of its own.
  by_docid,  ///< The same where the order of docids is that of dates.
};

struct Page {
  std::vector<Match> hits;
  std::uint64_t about = 0;  ///< How many match.
};

/// The hits from `offset` on, at most `limit`; at least `at_least` documents are looked at.
[[nodiscard]] Page page_of(const Xapian::Enquire& enquire, Xapian::doccount offset, Xapian::doccount limit,
                           Xapian::doccount at_least, Ties ties);
/// The same of hits that are sorted by weight, then by docid, and among which are all that may be tied with the page's
/// last. `budget`: null: none.
[[nodiscard]] std::vector<Match> page_of(const std::vector<Match>& best, const Xapian::Database& database,
                                         std::size_t offset, std::size_t limit, Ties ties, const query::Budget* budget);

/// `query` with words that are typical of its best hits (of those that pass `filters`), which add to the
/// score; with `widen` they also find articles.
[[nodiscard]] Xapian::Query expanded(const Xapian::Database& database, const Xapian::Query& query,
                                     const std::optional<Xapian::Query>& filters, bool widen,
                                     const RankingParameters& parameters, Analyzers& analyzers,
                                     const std::shared_ptr<query::Budget>& budget = {});

/// `query` with a bonus for young articles, halved every `half_life` before `now`; undated ones get none.
[[nodiscard]] Xapian::Query with_recency(const Xapian::Database& database, const Xapian::Query& query,
                                         std::chrono::seconds half_life, std::chrono::sys_seconds now,
                                         const RankingParameters& parameters);

}  // namespace dateline::searcher

#include "searcher/match/posting_lists.h"

#include <algorithm>
#include <cmath>

#include "common/query/rarity.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kMostAsked = 4096;

}  // namespace

const std::vector<Xapian::termcount>& DocumentLengths::of(const Xapian::Database& database) {
  std::call_once(read_, [&] {
    std::vector<Xapian::termcount> lengths(std::size_t{database.get_lastdocid()} + 1);
    for (auto it = database.postlist_begin({}); it != database.postlist_end({}); ++it)
      lengths[*it] = it.get_doclength();
    lengths_ = std::move(lengths);
    known_ = true;
  });
  return lengths_;
}

Bm25::Bm25(const Xapian::Database& database, const RankingParameters& parameters,
           const std::vector<Xapian::termcount>& lengths)
    : lengths_(lengths.data()),
      documents_(database.get_doccount()),
      k1_(parameters.k1),
      b_(parameters.b),
      min_length_(parameters.min_length) {
  if (const double average = database.get_avlength(); average != 0) length_factor_ = 1 / average;
}

double Bm25::weight(Xapian::doccount frequency, double factor) const {
  return query::rarity(documents_, frequency) * factor * (k1_ + 1);
}

bool Bm25::same_shares(const Bm25& other) const {
  return lengths_ == other.lengths_ && k1_ == other.k1_ && b_ == other.b_ && min_length_ == other.min_length_ &&
         length_factor_ == other.length_factor_;
}

std::size_t PostingList::bytes() const {
  return documents.size() * (sizeof(Xapian::docid) + sizeof(double) / kBlock) + wdfs.size() * sizeof(Xapian::termcount);
}

const std::vector<double>* PostingList::best_shares(const Bm25& ranking) const {
  std::call_once(ranked_, [&] {
    best_.resize((documents.size() + kBlock - 1) / kBlock);
    for (std::size_t i = 0; i < documents.size(); ++i)
      best_[i / kBlock] = std::max(best_[i / kBlock], ranking.share(documents[i], wdf(i)));
    ranking_ = std::make_unique<Bm25>(ranking);
  });
  return ranking_->same_shares(ranking) ? &best_ : nullptr;
}

PostingLists::List PostingLists::of(const std::string& term, const Xapian::Database& database,
                                    const query::Budget* budget) {
  constexpr std::size_t kBetweenLooks = 4096;
  if (List list = known(term)) return list;
  auto list = std::make_shared<PostingList>();
  list->documents.reserve(database.get_termfreq(term));
  list->wdfs.reserve(list->documents.capacity());
  bool any_wdf = false;
  for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it) {
    list->documents.push_back(*it);
    list->wdfs.push_back(it.get_wdf());
    any_wdf = any_wdf || list->wdfs.back() != 0;
    if (budget != nullptr && list->documents.size() % kBetweenLooks == 0) budget->check();
  }
  if (!any_wdf) list->wdfs = {};
  postings_.keep(term, list);
  return list;
}

bool PostingLists::asked_again(const std::string& term) {
  const std::lock_guard lock(mutex_);
  if (asked_.size() >= kMostAsked) asked_.clear();
  return !asked_.insert(term).second;
}

std::shared_ptr<const LoadedPositions> PostingLists::positions(const std::string& term, const Xapian::Database& shard) {
  if (auto list = positions_.find(term)) return list;
  if (!asked_again(term)) return nullptr;
  auto list = std::make_shared<const LoadedPositions>(load_positions(shard, term));
  positions_.keep(term, list);
  return list;
}

}  // namespace dateline::searcher

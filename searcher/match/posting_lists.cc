#include "searcher/match/posting_lists.h"

#include <algorithm>
#include <cmath>

#include "common/query/rarity.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kMostAsked = 4096;

/// What is found is looked up by docid.
void check_last(const glass::PostingChunks& chunks, const Xapian::Database& database) {
  if (chunks.last() > database.get_lastdocid())
    throw Xapian::DatabaseCorruptError("postings of more documents than there are");
}

}  // namespace

Bm25::Bm25(const Xapian::Database& database, const RankingParameters& parameters,
           const Xapian::termcount* lengths)
    : lengths_(lengths),
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
  const std::size_t shares = sizeof(std::uint16_t) + sizeof(double) / kBlock;
  return documents.size() * (sizeof(Xapian::docid) + shares) + wdfs.size() * sizeof(Xapian::termcount) +
         Ordinals::bytes(documents);
}

const Ordinals* PostingList::ordinals() const {
  if (!Ordinals::pay(documents)) return nullptr;
  std::call_once(numbered_, [&] { ordinals_ = Ordinals(documents); });
  return &ordinals_;
}

const PostingList::Shares* PostingList::best_shares(const Bm25& ranking) const {
  std::call_once(ranked_, [&] {
    best_.of_blocks.reserve((documents.size() + kBlock - 1) / kBlock);
    best_.rounded_up.resize(documents.size());
    for (std::size_t i = 0; i < documents.size();) {
      double best = 0;
      for (const std::size_t end = std::min(i + kBlock, documents.size()); i < end; ++i) {
        const double share = ranking.share(documents[i], wdf(i));
        best_.rounded_up[i] = static_cast<std::uint16_t>(std::ceil(std::min(share, 1.0) * Shares::kWhole));
        best = std::max(best, share);
      }
      best_.of_blocks.push_back(best);
      best_.of_all = std::max(best_.of_all, best);
    }
    ranking_ = std::make_unique<Bm25>(ranking);
  });
  return ranking_->same_shares(ranking) ? &best_ : nullptr;
}

const glass::PostingTable* PostingLists::table(const Xapian::Database& database) {
  std::call_once(opened_, [&] {
    if (!shard_.empty()) table_ = glass::PostingTable::open(shard_, database.get_revision());
  });
  return table_.get();
}

const Xapian::termcount* PostingLists::lengths(const Xapian::Database& database) {
  std::call_once(lengths_read_, [&] {
    const std::size_t size = std::size_t{database.get_lastdocid()} + 1;
    auto lengths = std::make_unique_for_overwrite<Xapian::termcount[]>(size);
    std::size_t end = 0;  // what is below is known, or 0
    const auto know = [&](std::size_t until) {
      std::fill(&lengths[end], &lengths[until], Xapian::termcount{0});
      end = until;
    };
    if (const glass::PostingTable* from = table(database)) {
      glass::PostingChunks chunks(*from, {});
      while (chunks.next()) {
        check_last(chunks, database);
        know(std::size_t{chunks.last()} + 1);
        chunks.each([to = lengths.get()](Xapian::docid document, Xapian::termcount length) { to[document] = length; });
      }
      know(size);
    } else {
      know(size);
      for (auto it = database.postlist_begin({}); it != database.postlist_end({}); ++it)
        lengths[*it] = it.get_doclength();
    }
    lengths_ = std::move(lengths);
    lengths_known_ = true;
  });
  return lengths_.get();
}

PostingLists::List PostingLists::of(const std::string& term, const Xapian::Database& database,
                                    const query::Budget* budget) {
  constexpr std::size_t kBetweenLooks = 4096;
  if (List list = known(term)) return list;
  auto list = std::make_shared<PostingList>();
  const Xapian::doccount frequency = database.get_termfreq(term);
  list->documents.reserve(frequency);
  list->wdfs.reserve(frequency);
  Xapian::termcount any_wdf = 0;
  const auto take = [&](Xapian::docid document, Xapian::termcount wdf) {
    list->documents.push_back(document);
    list->wdfs.push_back(wdf);
    any_wdf |= wdf;
    if (budget != nullptr && list->documents.size() % kBetweenLooks == 0) budget->check();
  };
  if (const glass::PostingTable* from = term.empty() ? nullptr : table(database)) {
    glass::PostingChunks chunks(*from, term);
    while (chunks.next()) {
      check_last(chunks, database);
      chunks.each(take);
    }
  } else {
    for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it) take(*it, it.get_wdf());
  }
  if (any_wdf == 0) list->wdfs = {};
  postings_.keep(term, list);
  return list;
}

bool PostingLists::worth_reading(const std::string& term, Xapian::doccount frequency) {
  constexpr std::size_t kBytesOfPosting = 10;  // about, with its wdf
  return postings_.has_room_for(frequency * kBytesOfPosting) && asked_again(term);
}

bool PostingLists::asked_again(const std::string& term) {
  const std::lock_guard lock(mutex_);
  if (asked_.size() >= kMostAsked) asked_.clear();
  return !asked_.insert(term).second;
}

std::shared_ptr<const LoadedPositions> PostingLists::positions(const std::string& term, const Xapian::Database& shard) {
  if (auto list = positions_.find(term)) return list;
  if (!asked_again("positions of " + term)) return nullptr;
  auto list = std::make_shared<const LoadedPositions>(load_positions(shard, term, of(term, shard, nullptr)->documents));
  positions_.keep(term, list);
  return list;
}

TermDocuments PostingLists::documents(const std::string& term) {
  const List list = known(term);
  return list ? TermDocuments(list, &list->documents) : nullptr;
}

}  // namespace dateline::searcher

#include "searcher/match/posting_lists.h"

#include <algorithm>
#include <functional>

#include "common/query/rarity.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kMostAsked = 4096;

}  // namespace

Bm25::Bm25(const Xapian::Database& database, const RankingParameters& parameters, const DocumentLengths& lengths)
    : lengths_(&lengths),
      documents_(database.get_doccount()),
      k1_(parameters.k1),
      b_(std::clamp(parameters.b, 0.0, 1.0)),
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
  const std::size_t blocks = documents.size() / kBlock + 1;
  return documents.size() * (sizeof(Xapian::docid) + sizeof(std::uint16_t)) + blocks * sizeof(Shares::Block) +
         wdfs.size() * sizeof(Xapian::termcount) + Ordinals::bytes(documents);
}

const Ordinals* PostingList::ordinals(std::size_t times) const {
  constexpr std::size_t kFew = 256;
  constexpr std::size_t kDearer = 16;  // a search is, than to number a document
  if (documents.size() < kFew || (!numbered_ && times < documents.size() / kDearer)) return nullptr;
  std::call_once(numbering_, [&] {
    ordinals_ = Ordinals(documents);
    numbered_ = true;
  });
  return &ordinals_;
}

PostingList::Shares PostingList::shares(const Bm25& ranking) const {
  Shares out;
  out.of_postings.resize(documents.size());
  out.of_blocks.resize((documents.size() + kBlock - 1) / kBlock);
  for (std::size_t block = 0; block < out.of_blocks.size(); ++block) {
    const std::size_t begin = block * kBlock;
    const std::size_t end = std::min(begin + kBlock, documents.size());
    std::uint32_t best = 0;
    for (std::size_t i = begin; i < end; ++i) {
      // One more than the whole part is not less, and is had without a call.
      const auto more = static_cast<std::uint32_t>(ranking.share(documents[i], wdf(i)) * Shares::kWhole) + 1;
      out.of_postings[i] = static_cast<std::uint16_t>(std::min(more, Shares::kWhole));
      best = std::max<std::uint32_t>(best, out.of_postings[i]);
    }
    out.of_blocks[block] = {documents[begin], best};
    out.best = std::max(out.best, best);
    if (best <= out.top.back()) continue;
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint16_t share = out.of_postings[i];
      if (share <= out.top.back()) continue;
      const auto at = std::upper_bound(out.top.begin(), out.top.end(), share, std::greater<>{});
      std::copy_backward(at, out.top.end() - 1, out.top.end());
      *at = share;
    }
  }
  return out;
}

const PostingList::Shares* PostingList::known_shares(const Bm25& ranking) const {
  std::call_once(ranked_, [&] {
    shares_ = shares(ranking);
    ranking_ = std::make_unique<Bm25>(ranking);
  });
  return ranking_->same_shares(ranking) ? &shares_ : nullptr;
}

const glass::PostingTable* PostingLists::table(const Xapian::Database& database) {
  std::call_once(opened_, [&] {
    if (!shard_.empty()) table_ = glass::PostingTable::open(shard_, database.get_revision());
  });
  return table_.get();
}

const DocumentLengths& PostingLists::lengths(const Xapian::Database& database) {
  std::call_once(lengths_read_, [&] {
    lengths_ = std::make_unique<const DocumentLengths>(database, table(database));
    lengths_known_ = true;
  });
  return *lengths_;
}

PostingLists::List PostingLists::of(const std::string& term, const Xapian::Database& database,
                                    const query::Budget* budget) {
  if (List list = known(term)) return list;
  auto list = std::make_shared<PostingList>();
  const Xapian::doccount frequency = database.get_termfreq(term);
  if (frequency > database.get_doccount())
    throw Xapian::DatabaseCorruptError("a term has more documents than there are");
  list->documents.resize(frequency);
  list->wdfs.resize(frequency);
  std::size_t size = 0;
  Xapian::termcount any_wdf = 0;
  const auto take = [&, documents = list->documents.data(), wdfs = list->wdfs.data()](Xapian::docid document,
                                                                                      Xapian::termcount wdf) {
    if (size == frequency) throw Xapian::DatabaseCorruptError("a list has more postings than documents have its term");
    documents[size] = document;
    wdfs[size++] = wdf;
    any_wdf |= wdf;
  };
  if (const glass::PostingTable* from = term.empty() ? nullptr : table(database)) {
    glass::PostingChunks chunks(*from, term);
    while (chunks.next()) {
      // What is found is looked up by docid.
      if (chunks.last() > database.get_lastdocid())
        throw Xapian::DatabaseCorruptError("postings of more documents than there are");
      chunks.each(take);
      if (budget != nullptr) budget->check();
    }
  } else {
    constexpr std::size_t kBetweenLooks = 4096;
    for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it) {
      if (*it > database.get_lastdocid() || (size > 0 && *it <= list->documents[size - 1]))
        throw Xapian::DatabaseCorruptError("postings out of order, or of more documents than there are");
      take(*it, it.get_wdf());
      if (budget != nullptr && size % kBetweenLooks == 0) budget->check();
    }
  }
  list->documents.resize(size);
  list->wdfs.resize(size);
  if (any_wdf == 0) list->wdfs = {};
  postings_.keep(term, list);
  return list;
}

bool PostingLists::worth_reading(const std::string& term, Xapian::doccount frequency) {
  constexpr std::size_t kBytesOfPosting = 12;  // about, with its wdf and share; few lists so long have long gaps
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

#include "searcher/match/rank_list.h"

#include <algorithm>
#include <array>

namespace dateline::searcher {
namespace {

void rank_shares(const PostingList& list, const PostingList::Shares& shares, const Bm25& ranking, double weight,
                 TopDocuments& top) {
  constexpr std::size_t kBlock = PostingList::kBlock;
  const double unit = weight / PostingList::Shares::kWhole;
  expect_top(shares, unit, top);
  for (std::size_t block = 0; block < shares.of_blocks.size(); ++block) {
    // A share that is less when rounded up is less.
    const auto least = static_cast<std::uint32_t>(top.least() * (1 - kRounding) / unit);
    if (shares.of_blocks[block].best < least) continue;
    const std::size_t end = std::min(list.documents.size(), (block + 1) * kBlock);
    for (std::size_t i = block * kBlock; i < end; ++i) {
      if (shares.of_postings[i] >= least)
        top.add(list.documents[i], weight * ranking.share(list.documents[i], list.wdf(i)));
    }
  }
}

}  // namespace

void expect_top(const PostingList::Shares& shares, double unit, TopDocuments& top) {
  if (top.wanted() == 0 || top.wanted() > shares.top.size()) return;
  const std::uint16_t share = shares.top[top.wanted() - 1];
  if (share > 0) top.expect((share - 1) * unit);
}

void rank_list(const PostingList& list, const Bm25& ranking, double weight, TopDocuments& top) {
  const PostingList::Shares* shares = list.known_shares_again(ranking);
  if (shares != nullptr && weight > 0) {
    rank_shares(list, *shares, ranking, weight, top);
    return;
  }
  std::array<double, 16> most;  // what it weighs where it stands so often
  for (Xapian::termcount wdf = 0; wdf < most.size(); ++wdf) most[wdf] = weight * ranking.most(wdf);
  for (std::size_t i = 0; i < list.documents.size(); ++i) {
    const Xapian::termcount wdf = list.wdf(i);
    if (wdf < most.size() && most[wdf] < top.least()) continue;
    top.add(list.documents[i], weight * ranking.share(list.documents[i], wdf));
  }
}

}  // namespace dateline::searcher

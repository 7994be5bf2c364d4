#include "searcher/match/rank_list.h"

#include <algorithm>
#include <array>

namespace dateline::searcher {
namespace {

/// A list whose shares are known.
void rank_blocks(const PostingList& list, const PostingList::Shares& best, const Bm25& ranking, double weight,
                 TopDocuments& top) {
  constexpr std::size_t kBlock = PostingList::kBlock;
  for (std::size_t block = 0; block < best.of_blocks.size(); ++block) {
    const double least = top.least() * (1 - kRounding);
    if (weight * best.of_blocks[block] < least) continue;
    // A share that is less when rounded up is less.
    const auto least_share = static_cast<std::uint16_t>(weight > 0 ? least / weight * PostingList::Shares::kWhole : 0);
    const std::size_t end = std::min(list.documents.size(), (block + 1) * kBlock);
    for (std::size_t i = block * kBlock; i < end; ++i) {
      if (best.rounded_up[i] < least_share) continue;
      top.add(list.documents[i], weight * ranking.share(list.documents[i], list.wdf(i)));
    }
  }
}

}  // namespace

void rank_list(const PostingList& list, const Bm25& ranking, double weight, TopDocuments& top) {
  if (const PostingList::Shares* best = list.best_shares_again(ranking)) {
    rank_blocks(list, *best, ranking, weight, top);
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

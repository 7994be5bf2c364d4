#include "searcher/match/best_first.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "searcher/match/top_documents.h"

namespace dateline::searcher {
namespace {

/// Tested at once, in the order of docids, in which places are read.
constexpr std::size_t kFirstBatch = 128;

}  // namespace

std::uint64_t keep_best(Matches& matches, const PlacesTests& tests, std::size_t wanted, const LocalShard& shard) {
  std::vector<query::PlacesReader> readers;
  for (const auto& test : tests) readers.emplace_back(test, shard.database, shard.budget, &shard.lists);
  const std::size_t all = matches.documents.size();
  matches.weights.resize(all);
  const std::vector<double>& weights = matches.weights;
  std::vector<std::uint32_t> order(all);
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::uint32_t> kept;
  std::vector<double> best;  // weights of those that are kept, the least on top
  auto tested = order.begin();
  double least = std::numeric_limits<double>::infinity();  // of those tested
  while (wanted > 0 && tested != order.end() && (best.size() < wanted || least >= best.front() * (1 - kRounding))) {
    const auto done = static_cast<std::size_t>(tested - order.begin());
    const auto end = tested + static_cast<std::ptrdiff_t>(std::min(all - done, std::max(done, kFirstBatch)));
    std::nth_element(tested, end - 1, order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return weights[a] > weights[b]; });
    least = weights[*(end - 1)];
    std::sort(tested, end);
    for (; tested != end; ++tested) {
      const Xapian::docid document = matches.documents[*tested];
      if (!std::all_of(readers.begin(), readers.end(), [&](auto& reader) { return reader.holds(document); })) continue;
      kept.push_back(*tested);
      best.push_back(weights[*tested]);
      std::push_heap(best.begin(), best.end(), std::greater<>{});
      if (best.size() <= wanted) continue;
      std::pop_heap(best.begin(), best.end(), std::greater<>{});
      best.pop_back();
    }
  }
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    matches.documents[i] = matches.documents[kept[i]];
    matches.weights[i] = matches.weights[kept[i]];
  }
  matches.documents.resize(kept.size());
  matches.weights.resize(kept.size());
  const auto done = static_cast<std::size_t>(tested - order.begin());
  return done == 0 ? all : kept.size() * all / done;
}

}  // namespace dateline::searcher

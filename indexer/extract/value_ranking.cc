#include "indexer/extract/value_ranking.h"

#include <algorithm>
#include <unordered_map>

namespace dateline::indexer {
namespace {

constexpr float kAbsent = -20;

}  // namespace

ValueTable tabulate(std::span<const Evidence> evidence, const PageMetadata& page, std::size_t kinds,
                    std::size_t extra_columns,
                    const std::function<void(const std::string&, std::vector<float>&)>& extra) {
  ValueTable table;
  std::unordered_map<std::string, std::size_t> index;
  for (const Evidence& e : evidence) {
    if (index.emplace(e.key, table.keys.size()).second) table.keys.push_back(e.key);
  }
  const std::size_t n = table.keys.size();
  std::vector<float> best(n * kinds, kAbsent);
  std::vector<float> count(n, 0);
  std::vector<float> kind_best(kinds, kAbsent);
  for (const Evidence& e : evidence) {
    const std::size_t v = index.at(e.key);
    float& cell = best[v * kinds + e.kind];
    cell = std::max(cell, static_cast<float>(e.score));
    kind_best[e.kind] = std::max(kind_best[e.kind], static_cast<float>(e.score));
    count[v] += 1;
  }
  constexpr std::size_t kShared = 8;
  table.features = FeatureTable(2 * kinds + kShared + extra_columns);
  std::vector<float>& out = table.features.values();
  for (std::size_t v = 0; v < n; ++v) {
    float supporters = 0;
    float top = kAbsent;
    float rivals = 0;
    for (std::size_t k = 0; k < kinds; ++k) {
      const float own = best[v * kinds + k];
      out.push_back(own);
      // How much better this kind of signal likes another value; positive means against this one.
      float other = kAbsent;
      for (std::size_t w = 0; w < n; ++w) {
        if (w != v) other = std::max(other, best[w * kinds + k]);
      }
      out.push_back(own == kAbsent ? other : other == kAbsent ? -kAbsent : own - other);
      if (own > kAbsent)
        supporters += 1;
      else if (kind_best[k] > kAbsent)
        rivals += 1;
      top = std::max(top, own);
    }
    out.push_back(supporters);
    out.push_back(rivals);
    out.push_back(top);
    out.push_back(count[v]);
    out.push_back(static_cast<float>(n));
    out.push_back(static_cast<float>(v));
    out.push_back(static_cast<float>(page.article_rank()));
    out.push_back(page.meta("og:type") == "article" ? 1.F : 0.F);
    if (extra) extra(table.keys[v], out);
  }
  return table;
}

}  // namespace dateline::indexer

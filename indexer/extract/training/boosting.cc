#include "indexer/extract/training/boosting.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace dateline::indexer::training {
namespace {

constexpr std::size_t kBins = 64;

struct Sums {
  double gradient = 0, hessian = 0, weight = 0;
  Sums& operator+=(const Sums& o) {
    gradient += o.gradient;
    hessian += o.hessian;
    weight += o.weight;
    return *this;
  }
  Sums operator-(const Sums& o) const { return {gradient - o.gradient, hessian - o.hessian, weight - o.weight}; }
};

// Borders between bins: a value belongs to the first bin whose border it does not exceed.
std::vector<std::vector<float>> borders_of(const Samples& s, std::span<const std::uint32_t> use,
                                           std::mt19937_64& random) {
  std::vector<std::vector<float>> borders(s.columns);
  std::vector<std::uint32_t> sample(use.begin(), use.end());
  std::shuffle(sample.begin(), sample.end(), random);
  sample.resize(std::min<std::size_t>(sample.size(), 40000));
  std::vector<float> column(sample.size());
  for (std::size_t c = 0; c < s.columns; ++c) {
    for (std::size_t i = 0; i < sample.size(); ++i) column[i] = s.values[sample[i] * s.columns + c];
    std::sort(column.begin(), column.end());
    std::vector<float> distinct = column;
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    auto& b = borders[c];
    if (distinct.size() <= kBins) {
      for (std::size_t i = 0; i + 1 < distinct.size(); ++i) b.push_back((distinct[i] + distinct[i + 1]) / 2);
    } else {
      for (std::size_t q = 1; q < kBins; ++q) b.push_back(column[q * column.size() / kBins]);
      b.erase(std::unique(b.begin(), b.end()), b.end());
    }
  }
  return borders;
}

struct Split {
  double gain = 0;
  std::size_t column = 0;
  std::size_t bin = 0;
};

class Booster {
 public:
  Booster(const Samples& s, std::span<const std::uint32_t> use, const BoostingOptions& o)
      : samples_(s), options_(o), random_(o.seed), rows_(use.begin(), use.end()) {
    borders_ = borders_of(s, use, random_);
    bins_.resize(rows_.size() * s.columns);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (std::size_t c = 0; c < s.columns; ++c) {
        const auto& b = borders_[c];
        bins_[i * s.columns + c] = static_cast<std::uint8_t>(
            std::lower_bound(b.begin(), b.end(), s.values[rows_[i] * s.columns + c]) - b.begin());
      }
    }
  }

  OwnedTrees run() {
    double positive = 0, total = 0;
    for (const std::uint32_t r : rows_) {
      positive += samples_.labels[r] * samples_.weights[r];
      total += samples_.weights[r];
    }
    const double share = std::clamp(positive / std::max(total, 1e-9), 0.001, 0.999);
    OwnedTrees result;
    result.bias = static_cast<float>(std::log(share / (1 - share)));
    scores_.assign(rows_.size(), result.bias);
    gradient_.assign(rows_.size(), 0);
    hessian_.assign(rows_.size(), 0);
    for (int t = 0; t < options_.trees; ++t) grow(result);
    return result;
  }

 private:
  void grow(OwnedTrees& result) {
    std::uniform_real_distribution<double> uniform;
    std::vector<std::uint32_t> in;
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
      const double p = 1 / (1 + std::exp(-scores_[i]));
      const double w = samples_.weights[rows_[i]];
      gradient_[i] = static_cast<float>((p - samples_.labels[rows_[i]]) * w);
      hessian_[i] = static_cast<float>(std::max(p * (1 - p), 1e-6) * w);
      if (uniform(random_) < options_.row_share) in.push_back(i);
    }
    columns_.clear();
    for (std::size_t c = 0; c < samples_.columns; ++c) {
      if (!borders_[c].empty() && uniform(random_) < options_.column_share) columns_.push_back(c);
    }
    const auto root = static_cast<std::uint32_t>(result.nodes.size());
    result.roots.push_back(root);
    result.nodes.emplace_back();
    struct Open {
      std::uint32_t node;
      int depth;
      std::vector<std::uint32_t> rows;
      std::vector<Sums> histogram;
    };
    std::vector<Open> open;
    auto first = histogram(in);
    open.push_back({root, 0, std::move(in), std::move(first)});
    while (!open.empty()) {
      Open o = std::move(open.back());
      open.pop_back();
      Sums total;
      for (const std::uint32_t i : o.rows) total += Sums{gradient_[i], hessian_[i], samples_.weights[rows_[i]]};
      const Split split = o.depth < options_.depth ? best_split(o.histogram, total) : Split{};
      if (split.gain <= 1e-4) {
        result.nodes[o.node] = {
            TreeNode::kLeaf, 0,
            static_cast<float>(-options_.rate * total.gradient / (total.hessian + options_.lambda))};
        continue;
      }
      std::vector<std::uint32_t> left, right;
      for (const std::uint32_t i : o.rows)
        (bins_[i * samples_.columns + split.column] <= split.bin ? left : right).push_back(i);
      const auto children = static_cast<std::uint32_t>(result.nodes.size());
      result.nodes[o.node] = {static_cast<std::uint16_t>(split.column), static_cast<std::uint16_t>(children - root),
                              borders_[split.column][split.bin]};
      result.nodes.emplace_back();
      result.nodes.emplace_back();
      const bool left_small = left.size() < right.size();
      auto small = o.depth + 1 < options_.depth ? histogram(left_small ? left : right) : std::vector<Sums>();
      std::vector<Sums> large;
      if (!small.empty()) {
        large = std::move(o.histogram);
        for (std::size_t k = 0; k < large.size(); ++k) large[k] = large[k] - small[k];
      }
      open.push_back({children, o.depth + 1, std::move(left), left_small ? small : large});
      open.push_back({children + 1, o.depth + 1, std::move(right), left_small ? std::move(large) : std::move(small)});
    }
    const TreeNode* tree = result.nodes.data() + root;
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
      const TreeNode* node = tree;
      const float* row = samples_.values.data() + std::size_t{rows_[i]} * samples_.columns;
      while (node->feature != TreeNode::kLeaf) node = tree + node->left + (row[node->feature] <= node->value ? 0 : 1);
      scores_[i] += node->value;
    }
  }

  std::vector<Sums> histogram(const std::vector<std::uint32_t>& in) const {
    std::vector<Sums> h(columns_.size() * kBins);
    for (const std::uint32_t i : in) {
      const std::uint8_t* row = bins_.data() + std::size_t{i} * samples_.columns;
      const Sums one{gradient_[i], hessian_[i], samples_.weights[rows_[i]]};
      for (std::size_t k = 0; k < columns_.size(); ++k) h[k * kBins + row[columns_[k]]] += one;
    }
    return h;
  }

  Split best_split(const std::vector<Sums>& h, const Sums& total) const {
    const auto value = [&](const Sums& s) { return s.gradient * s.gradient / (s.hessian + options_.lambda); };
    Split best;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      Sums left;
      const std::size_t bins = borders_[columns_[k]].size();
      for (std::size_t b = 0; b < bins; ++b) {
        left += h[k * kBins + b];
        const Sums right = total - left;
        if (left.weight < options_.least_weight || right.weight < options_.least_weight) continue;
        const double gain = value(left) + value(right) - value(total);
        if (gain > best.gain) best = {gain, columns_[k], b};
      }
    }
    return best;
  }

  const Samples& samples_;
  BoostingOptions options_;
  std::mt19937_64 random_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::vector<float>> borders_;
  std::vector<std::uint8_t> bins_;
  std::vector<double> scores_;
  std::vector<float> gradient_, hessian_;
  std::vector<std::size_t> columns_;
};

}  // namespace

OwnedTrees boost(const Samples& samples, std::span<const std::uint32_t> use, const BoostingOptions& options) {
  return Booster(samples, use, options).run();
}

OwnedTrees boost(const Samples& samples, std::span<const std::uint32_t> use, const BoostingOptions& options,
                 int seeds) {
  OwnedTrees mean;
  BoostingOptions one = options;
  for (int k = 0; k < seeds; ++k, ++one.seed) {
    const OwnedTrees trees = boost(samples, use, one);
    const auto offset = static_cast<std::uint32_t>(mean.nodes.size());
    for (const std::uint32_t root : trees.roots) mean.roots.push_back(root + offset);
    for (TreeNode node : trees.nodes) {
      if (node.feature == TreeNode::kLeaf) node.value /= static_cast<float>(seeds);
      mean.nodes.push_back(node);
    }
    mean.bias += trees.bias / static_cast<float>(seeds);
  }
  return mean;
}

}  // namespace dateline::indexer::training

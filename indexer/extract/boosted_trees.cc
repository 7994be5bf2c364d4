#include "indexer/extract/boosted_trees.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace dateline::indexer {
namespace {

std::size_t depth_of(const TreeNode* tree, std::size_t at) {
  if (tree[at].feature == TreeNode::kLeaf) return 0;
  return 1 + std::max(depth_of(tree, tree[at].left), depth_of(tree, std::size_t{tree[at].left} + 1));
}

}  // namespace

BoostedTrees::BoostedTrees(std::span<const TreeNode> nodes, std::span<const std::uint32_t> roots, float bias)
    : bias_(bias) {
  for (const std::uint32_t root : roots) depth_ = std::max(depth_, depth_of(nodes.data() + root, 0));
  const std::size_t width = std::size_t{1} << depth_;
  branches_.resize(roots.size() * (width - 1));
  leaves_.resize(roots.size() * width);
  std::vector<std::size_t> source(2 * width);  // which node stands at each place of the complete tree
  for (std::size_t t = 0; t < roots.size(); ++t) {
    const TreeNode* tree = nodes.data() + roots[t];
    source[0] = 0;
    for (std::size_t k = 0; k + 1 < 2 * width; ++k) {
      const TreeNode& node = tree[source[k]];
      if (k >= width - 1) {
        leaves_[t * width + k - (width - 1)] = node.value;
      } else if (node.feature == TreeNode::kLeaf) {
        branches_[t * (width - 1) + k] = {0, std::numeric_limits<float>::infinity()};
        source[2 * k + 1] = source[2 * k + 2] = source[k];
      } else {
        branches_[t * (width - 1) + k] = {node.feature, node.value};
        columns_ = std::max(columns_, std::size_t{node.feature} + 1);
        source[2 * k + 1] = node.left;
        source[2 * k + 2] = std::size_t{node.left} + 1;
      }
    }
  }
}

template <std::size_t N>
void BoostedTrees::add_scores(const float* rows, std::size_t columns, float* sums) const {
  const std::size_t width = std::size_t{1} << depth_;
  const Branch* tree = branches_.data();
  const float* leaf = leaves_.data();
  for (std::size_t t = leaves_.size() / width; t > 0; --t, tree += width - 1, leaf += width) {
    std::array<std::size_t, N> at{};
    for (std::size_t level = 0; level < depth_; ++level) {
      for (std::size_t n = 0; n < N; ++n) {
        const Branch branch = tree[at[n]];
        at[n] = 2 * at[n] + 1 + (rows[n * columns + branch.feature] <= branch.most ? 0 : 1);
      }
    }
    for (std::size_t n = 0; n < N; ++n) sums[n] += leaf[at[n] - (width - 1)];
  }
}

float BoostedTrees::score(std::span<const float> features) const {
  float sum = bias_;
  add_scores<1>(features.data(), 0, &sum);
  return sum;
}

float BoostedTrees::probability(std::span<const float> features) const {
  return 1.F / (1.F + std::exp(-score(features)));
}

std::vector<float> BoostedTrees::scores(std::span<const float> rows, std::size_t columns) const {
  constexpr std::size_t kAtOnce = 8;
  std::vector<float> sums(columns == 0 ? 0 : rows.size() / columns, bias_);
  std::size_t i = 0;
  for (; i + kAtOnce <= sums.size(); i += kAtOnce)
    add_scores<kAtOnce>(rows.data() + i * columns, columns, sums.data() + i);
  for (; i < sums.size(); ++i) add_scores<1>(rows.data() + i * columns, columns, sums.data() + i);
  return sums;
}

}  // namespace dateline::indexer

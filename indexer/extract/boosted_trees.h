// Gradient-boosted decision trees: evaluation alone. scripts/train-extract makes the tables.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace dateline::indexer {

/// A branch goes left when the feature is at most `value`; its children are `left` and `left + 1`. A leaf adds `value`.
struct TreeNode {
  static constexpr std::uint16_t kLeaf = 0xFFFF;
  std::uint16_t feature = kLeaf;
  std::uint16_t left = 0;
  float value = 0;
};

struct BoostedTrees {
  std::span<const TreeNode> nodes;       ///< Of all trees; `left` counts from the tree's root.
  std::span<const std::uint32_t> roots;  ///< Index of each tree's root.
  float bias = 0;

  /// Log-odds.
  [[nodiscard]] float score(std::span<const float> features) const {
    float sum = bias;
    for (const std::uint32_t root : roots) {
      const TreeNode* tree = nodes.data() + root;
      const TreeNode* node = tree;
      while (node->feature != TreeNode::kLeaf)
        node = tree + node->left + (features[node->feature] <= node->value ? 0 : 1);
      sum += node->value;
    }
    return sum;
  }
  [[nodiscard]] float probability(std::span<const float> features) const {
    return 1.F / (1.F + std::exp(-score(features)));
  }
};

}  // namespace dateline::indexer

// Gradient-boosted decision trees: evaluation alone. scripts/train-extract makes the tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dateline::indexer {

/// As trained and stored. A branch goes left when the feature is at most `value`; its children are `left` and
/// `left + 1`, counted from the tree's root. A leaf adds `value`.
struct TreeNode {
  static constexpr std::uint16_t kLeaf = 0xFFFF;
  std::uint16_t feature = kLeaf;
  std::uint16_t left = 0;
  float value = 0;
};

/// As evaluated: every tree is filled up to a complete one of the same depth, so that the way down has no branches to
/// mispredict and several rows go down at once.
class BoostedTrees {
 public:
  BoostedTrees() = default;
  BoostedTrees(std::span<const TreeNode> nodes, std::span<const std::uint32_t> roots, float bias);

  [[nodiscard]] bool empty() const { return leaves_.empty(); }
  /// Columns that a row must have at least.
  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// Log-odds of one row.
  [[nodiscard]] float score(std::span<const float> features) const;
  [[nodiscard]] float probability(std::span<const float> features) const;
  /// Log-odds of rows that follow each other, all of them as `score` says.
  [[nodiscard]] std::vector<float> scores(std::span<const float> rows, std::size_t columns) const;

 private:
  struct Branch {
    std::uint32_t feature = 0;
    float most = 0;  // that goes left
  };
  template <std::size_t N>
  void add_scores(const float* rows, std::size_t columns, float* sums) const;

  std::size_t depth_ = 0;
  std::size_t columns_ = 0;
  std::vector<Branch> branches_;  // 2^depth - 1 a tree: the children of k are 2 k + 1 and 2 k + 2
  std::vector<float> leaves_;     // 2^depth a tree
  float bias_ = 0;
};

}  // namespace dateline::indexer

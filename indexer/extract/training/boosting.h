// Training of gradient-boosted trees on binned features (histograms, depth-wise growth, logistic loss).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "indexer/extract/models.h"

namespace dateline::indexer::training {

struct Samples {
  std::size_t columns = 0;
  std::vector<float> values;  ///< Row-major.
  std::vector<float> labels;  ///< 0 or 1.
  std::vector<float> weights;
  [[nodiscard]] std::size_t rows() const { return labels.size(); }
};

struct BoostingOptions {
  int trees = 120;
  int depth = 6;
  double rate = 0.1;
  double row_share = 0.7;
  double column_share = 0.4;
  double lambda = 2;
  double least_weight = 3;  ///< Sum of sample weights that a leaf needs.
  std::uint64_t seed = 1;
};

/// `use` lists the rows to train on.
[[nodiscard]] OwnedTrees boost(const Samples& samples, std::span<const std::uint32_t> use,
                               const BoostingOptions& options);
/// The mean of models trained with the seeds options.seed, options.seed + 1, …: steadier than one.
[[nodiscard]] OwnedTrees boost(const Samples& samples, std::span<const std::uint32_t> use,
                               const BoostingOptions& options, int seeds);

}  // namespace dateline::indexer::training

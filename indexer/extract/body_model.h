// The trained tables that tell body from the rest. Generated values: body_model_data.inc, by scripts/train-extract.
#pragma once

#include "indexer/extract/block_features.h"
#include "indexer/extract/boosted_trees.h"

namespace dateline::indexer {

struct BodyModel {
  WordWeights words;
  BoostedTrees first;   ///< On block_features.
  BoostedTrees second;  ///< On surroundings_features.
};

[[nodiscard]] const BodyModel& body_model();

}  // namespace dateline::indexer

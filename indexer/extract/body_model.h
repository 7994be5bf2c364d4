// The trained tables that tell body from the rest.
#pragma once

#include "indexer/extract/block_features.h"
#include "indexer/extract/boosted_trees.h"

namespace dateline::indexer {

struct BodyModel {
  WordWeights words;
  BoostedTrees first;   ///< On block_features.
  BoostedTrees second;  ///< On surroundings_features.
};

}  // namespace dateline::indexer

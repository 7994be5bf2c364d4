// Choosing between values that several signals propose for one field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "indexer/extract/block_features.h"
#include "indexer/extract/boosted_trees.h"
#include "indexer/extract/metadata.h"

namespace dateline::indexer {

/// One signal's word for one value. `key` is equal for equal values; `kind` numbers the sort of signal (below the
/// field's number of kinds); `score` says how much this very occurrence looks like the field (its class names, place
/// …).
struct Evidence {
  std::string key;
  std::size_t kind = 0;
  double score = 0;
};

/// The distinct values in order of first appearance, and a row of features for each: what every kind of signal says for
/// it, which kinds speak for another value, how many agree; `extra` (may be null) appends the same number of features
/// to each row.
struct ValueTable {
  std::vector<std::string> keys;
  FeatureTable features{0};
};
/// `page` tells what kind of page it is.
[[nodiscard]] ValueTable tabulate(std::span<const Evidence> evidence, const PageMetadata& page, std::size_t kinds,
                                  std::size_t extra_columns,
                                  const std::function<void(const std::string& key, std::vector<float>& row)>& extra);

/// Models of the fields.
struct FieldModels {
  BoostedTrees title;
  BoostedTrees published;
  BoostedTrees author;
  std::uint32_t fingerprint = 0;  ///< field_fingerprint() of the features that they were trained on.
};

}  // namespace dateline::indexer

// What the two training programs share.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "indexer/extract/training/boosting.h"

namespace dateline::indexer::training {

constexpr unsigned kFolds = 5;

/// The fold of cross-validation that a site belongs to.
[[nodiscard]] unsigned fold_of(const std::string& site);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
/// Writes constexpr tables kNAMENodes, kNAMERoots, kNAMEBias.
void write_table(std::ostream& out, const std::string& name, const TrainedTrees& trees);

}  // namespace dateline::indexer::training

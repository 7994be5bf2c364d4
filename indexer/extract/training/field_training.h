// Training of the models that choose between proposed titles, days and authors.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "indexer/extract/training/boosting.h"
#include "indexer/extract/training/labelled_pages.h"
#include "indexer/extract/value_ranking.h"

namespace dateline::indexer::training {

/// No known page is younger.
constexpr std::chrono::sys_seconds kLatest = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};

struct FieldTraining {
  std::vector<OwnedModels> folds;  ///< Models that did not see the pages of a fold.
  OwnedModels all;
};

struct FieldOptions {
  BoostingOptions boosting{
      .trees = 280, .depth = 4, .rate = 0.03, .row_share = 0.7, .column_share = 0.25, .lambda = 2, .least_weight = 6};
  int seeds = 4;             ///< Models that are averaged.
  float news_weight = 2.5F;  ///< What a page of news counts more.
  bool show_errors = false;  ///< Print the proposals of every page on which a fold's model errs.
};

[[nodiscard]] FieldTraining train_fields(const std::vector<LabelledPage>& pages, const FieldOptions& options);

}  // namespace dateline::indexer::training

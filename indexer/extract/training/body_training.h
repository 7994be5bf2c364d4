// Training of the two stages of the body model.
#pragma once

#include <string>
#include <vector>

#include "indexer/extract/body_model.h"
#include "indexer/extract/training/boosting.h"
#include "indexer/extract/training/labelled_pages.h"

namespace dateline::indexer::training {

struct BodyOptions {
  BoostingOptions boosting{
      .trees = 300, .depth = 6, .rate = 0.04, .row_share = 0.7, .column_share = 0.12, .lambda = 2, .least_weight = 15};
  int seeds = 2;             ///< Models that are averaged.
  float news_weight = 2;     ///< What a page of news counts more.
  bool show_errors = false;  ///< Print the blocks on which verdicts and labels disagree, heaviest first.
};

/// A page with known text.
struct BodyPage {
  const LabelledPage* known = nullptr;
  PageStatements statements;
  std::size_t first_row = 0;    ///< Of its blocks among the samples.
  std::vector<float> verdicts;  ///< One a block, of models that saw no page of its site.
};

/// Fills the verdicts of `pages` by cross-validation and, unless `whole` is null, trains its body model on all of them.
void train_body(std::vector<BodyPage>& pages, const BodyOptions& options, OwnedModels* whole);

}  // namespace dateline::indexer::training

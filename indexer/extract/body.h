// Which blocks of a page are its article's text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "indexer/extract/block_features.h"
#include "indexer/extract/blocks.h"
#include "indexer/extract/body_model.h"

namespace dateline::indexer {

/// Both stages together: the second knows the surroundings, the first errs less where they mislead. The items of one
/// list and the short cells of one table share a verdict: they are all of the article or none is.
[[nodiscard]] std::vector<float> joint_verdicts(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                                std::span<const float> first, std::span<const float> second);

/// One verdict a block, 0..1: how likely it is body.
[[nodiscard]] std::vector<float> judge_blocks(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                              const BodyModel& model);

struct BodyChoice {
  std::vector<std::size_t> blocks;  ///< Indices of the blocks taken, in order.
  std::vector<std::string> paragraphs;
  std::string signal;
};

/// Turns verdicts into paragraphs: takes what is likely, leaves out repeated paragraphs, the headline and headings
/// that head nothing; JSON-LD's articleBody when the page itself shows hardly any of it. `vetoed` (empty or one a
/// block) are blocks that the site repeats.
[[nodiscard]] BodyChoice choose_body(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                     std::span<const float> verdicts, const std::vector<bool>& vetoed);

}  // namespace dateline::indexer

// What is known of a block when it is judged, as numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/blocks.h"
#include "indexer/extract/html_tree.h"

namespace dateline::indexer {

/// What the page states about itself, as far as it helps to find its text.
struct PageStatements {
  std::string title;         ///< The headline that was chosen.
  std::string description;   ///< Meta description or JSON-LD description.
  std::string article_body;  ///< JSON-LD articleBody.
  int article_rank = 0;      ///< PageMetadata::article_rank: news and other articles have other ideas of tables.
};

/// What single words tell, learnt from labelled pages: log-odds that a block with this word, or in an element whose
/// class or id has this word, is body. Sorted by hash; only words that several sites use.
struct WordWeight {
  std::uint32_t hash = 0;
  float weight = 0;
};
struct WordWeights {
  std::span<const WordWeight> text;     ///< By the low half of word_hashes.
  std::span<const WordWeight> classes;  ///< By name_word_hashes.
};

/// Rows of features, one row a block.
class FeatureTable {
 public:
  explicit FeatureTable(std::size_t columns) : columns_(columns) {}
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  [[nodiscard]] std::span<const float> row(std::size_t i) const {
    return std::span(values_).subspan(i * columns_, columns_);
  }
  std::vector<float>& values() { return values_; }
  [[nodiscard]] const std::vector<float>& values() const { return values_; }

 private:
  std::size_t columns_;
  std::vector<float> values_;
};

/// First stage: a block in its page.
[[nodiscard]] FeatureTable block_features(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                          const WordWeights& words);

/// Second stage: the first stage's features and its verdicts (0..1, one a block) on the block's surroundings. Calls
/// visit(rows) for some blocks after the other: all of them at once take as much memory again as the first stage.
void for_each_surroundings(const HtmlTree& tree, const BlockList& list, const FeatureTable& first,
                           std::span<const float> verdicts, const std::function<void(const FeatureTable& rows)>& visit);

/// Names of the columns, for training and explanation.
[[nodiscard]] const std::vector<std::string>& block_feature_names();
[[nodiscard]] const std::vector<std::string>& surroundings_feature_names();

}  // namespace dateline::indexer

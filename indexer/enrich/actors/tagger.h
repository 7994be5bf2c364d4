// Names in a text by a trained linear-chain CRF.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "indexer/enrich/actors/features.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// Scores of the labels at one token.
using LabelScores = std::array<float, kLabels>;

/// Best labels of a run: O stands before and behind it (Viterbi).
void best_labels(std::span<const LabelScores> scores, const TaggerModel::Transitions& transitions,
                 std::vector<std::uint8_t>& labels);

/// Mentions that labels say, in the run that begins at token `begin`.
void mentions_of(std::span<const std::uint8_t> labels, std::uint32_t begin, std::uint32_t sentence,
                 std::vector<Mention>& out);

/// One a thread.
class Tagger {
 public:
  explicit Tagger(const TaggerModel& model) : model_(model), features_(model) {}

  /// Mentions in text order, not overlapping.
  void tag(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& out);

 private:
  void score(std::uint32_t token, const Sentence& sentence, LabelScores& scores);

  const TaggerModel& model_;
  FeatureExtractor features_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> found_;
  std::vector<LabelScores> scores_;
  std::vector<std::uint8_t> labels_;
};

}  // namespace dateline::indexer

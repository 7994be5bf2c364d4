// Training of the tagger: exact gradient of a linear-chain CRF, AdaGrad steps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "indexer/enrich/actors/tagger.h"
#include "indexer/enrich/actors/training/corpus.h"

namespace dateline::indexer::training {

struct TrainerOptions {
  int epochs = 15;
  float rate = 0.02F;    ///< Small steps: with large ones the model learns the silver labels' mistakes by heart.
  int min_count = 2;     ///< Features seen less often are left out.
  float dropout = 0.3F;  ///< Share of a word's features left out at each step: no feature may be relied upon alone.
  std::size_t keep = 110000;  ///< Strongest features kept at two thirds of the epochs; the rest trains them alone.
  float recall_bias = 0.4F;  ///< Taken off the score of "no name" after training: annotators of silver data miss names.
  float prune_below = 0.05F;  ///< Weights nearer to nothing are left out of the model.
};

class Trainer {
 public:
  /// `model` holds the clusters; trained weights go there.
  Trainer(TaggerModel& model, TrainerOptions options) : model_(model), options_(options), features_(model) {}

  /// Take a document's runs as examples. `weight` copies.
  void add(const PreparedDocument& document);
  /// Train on all that was added; `progress` gets a line an epoch.
  void train(const std::function<void(const std::string&)>& progress);

 private:
  struct Example {
    std::size_t first_token = 0;  ///< Into labels_ and token_features_.
    std::size_t tokens = 0;
  };
  using Row = std::array<float, kLabelWeights>;

  void number_features();
  double step(const Example& example);
  void choose_features(const Example& example);
  void keep_strongest();
  void write_model();

  TaggerModel& model_;
  TrainerOptions options_;
  FeatureExtractor features_;
  std::vector<Example> examples_;
  std::vector<std::uint8_t> labels_;
  std::vector<std::size_t> token_begin_;       ///< First feature of each token; one more at the end.
  std::vector<std::uint32_t> token_features_;  ///< Hashes, after number_features() numbers.
  std::vector<std::uint32_t> hashes_;          ///< Of each number.
  std::vector<Row> weights_;
  std::vector<Row> squares_;
  std::vector<std::uint32_t> chosen_;  ///< Features of the example's words in this step, and where each word's begin.
  std::vector<std::size_t> chosen_begin_;
  std::uint64_t seed_ = 1;
  TaggerModel::Transitions transitions_{};
  TaggerModel::Transitions transition_squares_{};
};

/// What a tagger found against what is there.
struct MentionScore {
  std::size_t gold = 0;
  std::size_t found = 0;
  std::size_t right = 0;          ///< Same words, same type.
  std::size_t right_untyped = 0;  ///< Same words.
};
/// Persons, organisations and places of a document.
void score_mentions(const PreparedDocument& document, Tagger& tagger, MentionScore& score);

}  // namespace dateline::indexer::training

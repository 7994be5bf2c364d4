#include "indexer/enrich/actors/tagger.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <random>
#include <vector>

#include "dateline/error.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;

namespace {

float path_score(const std::vector<LabelScores>& scores, const TaggerModel::Transitions& transitions,
                 const std::vector<std::uint8_t>& labels) {
  float sum = 0;
  std::size_t previous = 0;
  for (std::size_t at = 0; at < labels.size(); ++at) {
    if (!may_follow(previous, labels[at])) return -INFINITY;
    sum += transitions[previous][labels[at]] + scores[at][labels[at]];
    previous = labels[at];
  }
  return may_follow(previous, 0) ? sum + transitions[previous][0] : -INFINITY;
}

/// Every sequence of labels, one after the other.
float best_by_trying_all(const std::vector<LabelScores>& scores, const TaggerModel::Transitions& transitions) {
  std::vector<std::uint8_t> labels(scores.size(), 0);
  float best = -INFINITY;
  while (true) {
    best = std::max(best, path_score(scores, transitions, labels));
    std::size_t at = 0;
    while (at < labels.size() && ++labels[at] == kLabels) labels[at++] = 0;
    if (at == labels.size()) return best;
  }
}

TaggerModel small_model() {
  TaggerModel model;
  model.set_note("a model of two features");
  const std::vector<std::uint32_t> features{7, 0xFFFFFFFF};
  std::vector<TaggerModel::Weights> weights(2);
  weights[0][3] = 12;
  weights[1][15] = -127;
  model.set_features(features, weights);
  model.add_clusters(word_key("talks"), {.coarse = 64, .middle = 256, .fine = 1024});
  TaggerModel::Transitions transitions{};
  transitions[0][4] = 0.25F;
  model.set_transitions(transitions);
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tagger_test)

BOOST_AUTO_TEST_CASE(the_best_labels_are_the_best_of_all) {
  const unsigned seed = dateline::test::seed(5);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> weight(-2, 2);
    for (int round = 0; round < 20; ++round) {
      std::vector<LabelScores> scores(static_cast<std::size_t>(1 + round % 4));
      TaggerModel::Transitions transitions{};
      for (auto& row : transitions) {
        for (float& value : row) value = weight(random);
      }
      for (auto& row : scores) {
        for (float& value : row) value = weight(random);
      }
      std::vector<std::uint8_t> labels;
      best_labels(scores, transitions, labels);
      BOOST_TEST(path_score(scores, transitions, labels) == best_by_trying_all(scores, transitions),
                 boost::test_tools::tolerance(1e-4F));
    }
  }
}

BOOST_AUTO_TEST_CASE(labels_become_mentions) {
  // O, U of a person, B I L of an organisation.
  const std::vector<std::uint8_t> labels{0, 4, 5, 6, 7};
  std::vector<Mention> mentions;
  mentions_of(labels, 10, 2, mentions);
  BOOST_TEST_REQUIRE(mentions.size() == 2U);
  BOOST_TEST(mentions[0].begin == 11U);
  BOOST_TEST(mentions[0].end == 12U);
  BOOST_CHECK(mentions[0].type == MentionType::person);
  BOOST_TEST(mentions[1].begin == 12U);
  BOOST_TEST(mentions[1].end == 15U);
  BOOST_CHECK(mentions[1].type == MentionType::organisation);
  BOOST_TEST(mentions[1].sentence == 2U);
}

BOOST_AUTO_TEST_CASE(a_model_comes_back_as_it_was_written) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "tagger.model";
  small_model().write(file);
  const TaggerModel model(file);
  BOOST_TEST(model.note() == "a model of two features");
  BOOST_TEST(model.feature_count() == 2U);
  const auto weight = [&](std::uint32_t feature, std::size_t label) {
    return static_cast<int>(model.find(feature)[label]);
  };
  BOOST_TEST(weight(7, 3) == 12);
  BOOST_TEST(weight(0xFFFFFFFF, 15) == -127);
  BOOST_TEST((model.find(8) == TaggerModel::kNoWeights));
  const WordClusters clusters = model.clusters(word_key("talks"));
  BOOST_TEST(clusters.coarse == 64);
  BOOST_TEST(clusters.middle == 256);
  BOOST_TEST(clusters.fine == 1024);
  BOOST_TEST(model.clusters(word_key("silence")).fine == 0);
  BOOST_TEST(model.transitions()[0][4] == 0.25F);
}

BOOST_AUTO_TEST_CASE(features_that_share_a_place_keep_their_weights) {
  // As many with the same lowest bits as fill several places.
  std::vector<std::uint32_t> features;
  std::vector<TaggerModel::Weights> weights;
  for (std::uint32_t number = 0; number < 40; ++number) {
    features.push_back((number << 20U) + 5);
    weights.push_back({static_cast<std::int8_t>(number + 1)});
  }
  TaggerModel model;
  BOOST_TEST((model.find(5) == TaggerModel::kNoWeights));
  model.set_features(features, weights);
  for (std::uint32_t number = 0; number < 40; ++number)
    BOOST_TEST(static_cast<std::uint32_t>(model.find(features[number])[0]) == number + 1);
  BOOST_TEST((model.find((40U << 20U) + 5) == TaggerModel::kNoWeights));
  BOOST_TEST((model.find(6) == TaggerModel::kNoWeights));
}

BOOST_AUTO_TEST_CASE(a_damaged_model_is_refused_wherever_it_is_cut) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "tagger.model";
  small_model().write(file);
  std::string bytes(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  int refused = 0;
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    std::ofstream(file, std::ios::binary) << bytes.substr(0, length);
    BOOST_CHECK_THROW(TaggerModel{file}, Error);
    ++refused;
  }
  BOOST_TEST(refused > 50);
  std::ofstream(file, std::ios::binary) << bytes << "more";
  BOOST_CHECK_THROW(TaggerModel{file}, Error);
  BOOST_CHECK_THROW(TaggerModel{folder.path() / "absent"}, Error);
}

BOOST_AUTO_TEST_SUITE_END()

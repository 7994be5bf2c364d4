#include "indexer/extract/models.h"

#include <boost/test/unit_test.hpp>

#include "indexer/extract/field_fingerprint.h"

namespace dateline::indexer {

BOOST_AUTO_TEST_SUITE(models_test)

namespace {

OwnedModels small() {
  OwnedModels models;
  models.title = {
      .nodes = {{3, 1, 0.5F}, {TreeNode::kLeaf, 0, -1.25F}, {TreeNode::kLeaf, 0, 2}}, .roots = {0}, .bias = 0.25F};
  models.first = models.title;
  models.field_fingerprint = 7;
  models.text_words = {{17, 0.5F}, {4'000'000'000U, -1}};
  return models;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_models_of_this_build_fit_its_features) {
  BOOST_TEST(!body_model().first.empty());
  BOOST_TEST(!body_model().second.empty());
  BOOST_TEST(!field_models().title.empty());
  BOOST_TEST(!field_models().published.empty());
  BOOST_TEST(!field_models().author.empty());
  BOOST_TEST(body_model().first.columns() <= block_feature_names().size());
  BOOST_TEST(body_model().second.columns() <= surroundings_feature_names().size());
}

// If this fails the features of title, date or authors have changed: remake the models (docs/EXTRACTION.md, Training).
BOOST_AUTO_TEST_CASE(the_models_of_the_fields_were_trained_on_these_features) {
  BOOST_TEST(field_models().fingerprint == field_fingerprint());
  BOOST_TEST(field_fingerprint() != 0U);
}

BOOST_AUTO_TEST_CASE(models_survive_storing) {
  const std::string bytes = serialise(small());
  const auto again = parse_models(bytes);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(serialise(*again) == bytes);
  BOOST_TEST(again->fields().fingerprint == 7U);
  const float left[] = {0, 0, 0, 0.5F}, right[] = {0, 0, 0, 0.6F};
  BOOST_TEST(again->fields().title.score(left) == -1.0F);
  BOOST_TEST(again->fields().title.score(right) == 2.25F);
}

// As the stored form reads: from the root to a leaf, tree by tree.
BOOST_AUTO_TEST_CASE(trees_filled_up_score_as_those_that_were_trained) {
  const std::vector<TreeNode> nodes{{1, 1, 0.5F},                   // a tree of two levels, one side shorter
                                    {TreeNode::kLeaf, 0, -1},       //
                                    {0, 3, 2},                      //
                                    {TreeNode::kLeaf, 0, 0.25F},    //
                                    {TreeNode::kLeaf, 0, 4},        //
                                    {TreeNode::kLeaf, 0, 0.125F}};  // a tree that is a leaf
  const std::vector<std::uint32_t> roots{0, 5};
  const BoostedTrees trees(nodes, roots, 1);
  BOOST_TEST(trees.columns() == 2U);
  std::vector<float> rows, expected;
  for (int i = 0; i < 21; ++i) {
    const float a = static_cast<float>(i % 5), b = i % 3 == 0 ? 0.5F : 0.75F;
    rows.insert(rows.end(), {a, b});
    expected.push_back(1.125F + (b <= 0.5F ? -1.F : a <= 2 ? 0.25F : 4.F));
    BOOST_TEST(trees.score(std::span(rows).last(2)) == expected.back());
  }
  BOOST_TEST(trees.scores(rows, 2) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_was_cut_or_belongs_to_other_features_is_refused) {
  const std::string bytes = serialise(small());
  for (std::size_t size = 0; size < bytes.size(); ++size) BOOST_TEST(!parse_models(bytes.substr(0, size)).has_value());
  BOOST_TEST(!parse_models(bytes + '\0').has_value());
  std::string other = bytes;
  other[5] = static_cast<char>(other[5] ^ 1);  // the fingerprint
  BOOST_TEST(!parse_models(other).has_value());
  std::string huge = bytes;
  huge[15] = '\x7F';  // a count of nodes
  BOOST_TEST(!parse_models(huge).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

#include "indexer/extract/body.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

namespace dateline::indexer {
namespace {

const char* const kLines[] = {"The ministers met at noon and talked until the evening without a result.",
                              "The talks are to go on next week, said two people who had been in the room.",
                              "Farmers had blocked the roads to the town since the early morning of the day.",
                              "More than the half of them have to sell their milk below its price, they say."};

std::vector<std::size_t> taken(const std::vector<float>& verdicts, const std::vector<bool>& vetoed = {}) {
  std::string html;
  for (std::size_t i = 0; i < verdicts.size(); ++i) html += std::string("<p>") + kLines[i] + "</p>";
  const HtmlTree tree(guard_html(html));
  return choose_body(tree, cut_blocks(tree), {}, verdicts, vetoed).blocks;
}

struct Row {
  const char* what;
  std::vector<float> verdicts;
  std::vector<std::size_t> blocks;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(body_test)

// A block is worth taking if it is likelier than half the F1 that is reached.
BOOST_AUTO_TEST_CASE(the_blocks_of_the_highest_expected_f1_are_taken) {
  const Row rows[] = {
      {"what is certain, and nothing else", {0.99F, 0.98F, 0.3F, 0.02F}, {0, 1}},
      {"as likely as not is better taken", {0.99F, 0.98F, 0.5F, 0.02F}, {0, 1, 2}},
      {"where nothing is certain the bar is lower", {0.45F, 0.4F, 0.4F, 0.02F}, {0, 1, 2}},
      {"what is unlikely is never taken", {0.2F, 0.2F, 0.2F, 0.2F}, {}},
      {"in the order of the page", {0.6F, 0.9F, 0.1F, 0.95F}, {0, 1, 3}},
      {"no block", {}, {}},
  };
  for (const Row& row : rows)
    BOOST_TEST_CONTEXT(row.what) BOOST_TEST(taken(row.verdicts) == row.blocks, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(items_of_a_list_and_cells_of_a_table_share_a_verdict) {
  const HtmlTree tree(
      guard_html("<p>abcd<ul><li>abcd<li>abcd<li>abcdefgh</ul><ul><li>abcd</ul>"
                 "<table><tr><td>abcd<td>abcd<tr><td>abcd</table>"));
  const BlockList list = cut_blocks(tree);
  const std::vector<float> first{0.9F, 0.9F, 0.9F, 0.1F, 0.2F, 0.9F, 0.5F, 0.5F};
  const std::vector<float> verdicts = joint_verdicts(tree, list, {}, first, first);
  BOOST_REQUIRE(verdicts.size() == first.size());
  BOOST_TEST(std::abs(verdicts[0] - 0.9F) < 1e-4F);
  for (std::size_t i = 1; i < 4; ++i) BOOST_TEST(verdicts[i] == verdicts[1]);
  // Two short items for it, a long one against it: 5 and 9 characters with the space.
  BOOST_TEST(std::abs(verdicts[1] - 1 / (1 + std::pow(9.F, -1.F / 19))) < 1e-4F);
  BOOST_TEST(std::abs(verdicts[4] - 0.2F) < 1e-4F);
  for (std::size_t i = 5; i < 8; ++i) BOOST_TEST(std::abs(verdicts[i] - 1 / (1 + std::pow(9.F, -1.F / 3))) < 1e-4F);
}

BOOST_AUTO_TEST_CASE(a_table_of_figures_is_less_likely_in_news) {
  const HtmlTree tree(guard_html("<p>abcd<ul><li>abcd</ul><table><tr><td>abcd<td>abcd</table>"));
  const BlockList list = cut_blocks(tree);
  const std::vector<float> even(4, 0.5F);
  for (const int rank : {0, 3, 4}) {
    BOOST_TEST_CONTEXT("rank " << rank) {
      const std::vector<float> verdicts = joint_verdicts(tree, list, {.article_rank = rank}, even, even);
      for (std::size_t i = 0; i < 2; ++i) BOOST_TEST(verdicts[i] == 0.5F);
      for (std::size_t i = 2; i < 4; ++i) BOOST_TEST((verdicts[i] < 0.5F) == (rank == 4));
    }
  }
}

BOOST_AUTO_TEST_CASE(tables_that_lay_out_a_page_do_not_join_its_parts) {
  const HtmlTree tree(guard_html(std::string("<table><tr><td>Home, News, Sport<td>") + kLines[0] + " " + kLines[1] +
                                 " " + kLines[2] + " " + kLines[3] + "</table>"));
  const std::vector<float> first{0.1F, 0.9F};
  const std::vector<float> verdicts = joint_verdicts(tree, cut_blocks(tree), {}, first, first);
  BOOST_REQUIRE(verdicts.size() == first.size());
  for (std::size_t i = 0; i < 2; ++i) BOOST_TEST(std::abs(verdicts[i] - first[i]) < 1e-4F);
}

BOOST_AUTO_TEST_CASE(what_the_site_repeats_is_not_body) {
  const std::vector<std::size_t> expected{1};
  BOOST_TEST(taken({0.99F, 0.9F, 0.05F}, {true, false, false}) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

#include "common/paragraphs.h"

#include <boost/test/unit_test.hpp>

namespace dateline {
namespace {

BOOST_AUTO_TEST_SUITE(paragraphs_test)

std::size_t count(std::string summary) {
  Article article;
  article.title = "Council votes";
  article.body = {"The council met on Monday. It voted for the bridge.", "Work begins in May."};
  article.summary = std::move(summary);
  return paragraphs_of(article).size();
}

BOOST_AUTO_TEST_CASE(a_summary_of_its_own_is_the_lead) {
  Article article;
  article.body = {"The council met."};
  article.summary = "A bridge at last";
  BOOST_TEST((paragraphs_of(article) == std::vector<std::string>{"A bridge at last", "The council met."}));
}

BOOST_AUTO_TEST_CASE(a_summary_that_repeats_title_or_body_is_not_there_twice) {
  BOOST_TEST(count("") == 2U);
  BOOST_TEST(count("Council votes") == 2U);
  BOOST_TEST(count("The council met on Monday.") == 2U);
  BOOST_TEST(count("The council met on Monday. It voted for the […]") == 2U);
  BOOST_TEST(count("The council met on Monday. It voted for the bridge. Work begins...") == 2U);
  BOOST_TEST(count("After years of dispute the town gets its bridge.") == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline

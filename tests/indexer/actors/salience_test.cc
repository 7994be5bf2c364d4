#include "indexer/enrich/actors/salience.h"

#include <boost/test/unit_test.hpp>

using dateline::indexer::Presence;
using dateline::indexer::salience;

BOOST_AUTO_TEST_SUITE(salience_test)

BOOST_AUTO_TEST_CASE(the_one_an_article_is_about_scores_near_one) {
  const double subject =
      salience({.in_headline = true, .in_lead = true, .mentions = 9, .subjects = 4, .first_position = 0}, 9);
  BOOST_TEST(subject == 1.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(headline_lead_count_and_place_each_raise_it) {
  const Presence plain{.mentions = 2, .first_position = 0.5};
  const double base = salience(plain, 8);
  BOOST_TEST(base > 0);
  for (int which = 0; which < 5; ++which) {
    Presence more = plain;
    if (which == 0) more.in_headline = true;
    if (which == 1) more.in_lead = true;
    if (which == 2) more.mentions = 5;
    if (which == 3) more.subjects = 1;
    if (which == 4) more.first_position = 0.1;
    BOOST_TEST_CONTEXT(which) {
      BOOST_TEST(salience(more, 8) > base);
      BOOST_TEST(salience(more, 8) <= 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(nobody_named_divides_by_nothing) {
  BOOST_TEST(salience({}, 0) == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/store/ordinals.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "tests/support/setting.h"

using dateline::Ordinals;

BOOST_AUTO_TEST_SUITE(ordinals_test)

BOOST_AUTO_TEST_CASE(documents_are_found_where_they_stand) {
  std::mt19937 random(dateline::test::seed(3));
  // Of one in one, …, and of so few that a bit stands for many.
  for (const std::uint32_t one_in : {1U, 2U, 25U, 40U, 64U, 700U, 40'000U}) {
    std::set<Xapian::docid> drawn{one_in};
    while (drawn.size() < 500) drawn.insert(1 + static_cast<Xapian::docid>(random() % (500 * one_in + 500)));
    const std::vector<Xapian::docid> documents(drawn.begin(), drawn.end());
    const Ordinals ordinals(documents);
    BOOST_TEST(ordinals.exact() == (one_in < 32));
    BOOST_TEST(Ordinals::exact(documents) == ordinals.exact());
    BOOST_TEST(Ordinals::bytes(documents) <= 6 * documents.size() + 12);
    std::size_t taken_for_one = 0;
    std::size_t others = 0;
    const std::size_t step = 1 + documents.back() / 200'000;
    for (std::size_t at = 0; at < documents.size(); ++at)
      BOOST_REQUIRE_EQUAL(ordinals.of(documents[at], documents), at);
    for (std::size_t n = 0; n <= documents.back() + 130; n += step) {
      const auto document = static_cast<Xapian::docid>(n);
      if (drawn.contains(document)) continue;
      BOOST_REQUIRE_EQUAL(ordinals.of(document, documents), Ordinals::kNone);
      ++others;
      taken_for_one += ordinals.may_have(document) ? 1U : 0U;
    }
    if (ordinals.exact()) BOOST_TEST(taken_for_one == 0U);
    BOOST_TEST(taken_for_one <= others / 12);
  }
}

BOOST_AUTO_TEST_CASE(documents_that_lie_together_are_found_too) {
  // Of one week, and one of long before: a bit stands for as many as if they lay apart.
  std::vector<Xapian::docid> documents;
  for (Xapian::docid document = 500; document < 3500; document += 2) documents.push_back(document);
  documents.push_back(1'000'000);
  const Ordinals ordinals(documents);
  BOOST_TEST(!ordinals.exact());
  for (std::size_t at = 0; at < documents.size(); ++at) BOOST_REQUIRE_EQUAL(ordinals.of(documents[at], documents), at);
  for (const Xapian::docid document : {0U, 499U, 501U, 3497U, 3499U, 999'999U, 1'000'001U})
    BOOST_TEST(ordinals.of(document, documents) == Ordinals::kNone);
}

BOOST_AUTO_TEST_CASE(of_nothing_nothing_is_found) {
  BOOST_TEST(!Ordinals::exact(std::vector<Xapian::docid>{}));
  BOOST_TEST(Ordinals::bytes({}) == 0U);
  BOOST_TEST(Ordinals().of(1, {}) == Ordinals::kNone);
  BOOST_TEST(!Ordinals().may_have(0));
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/store/ordinals.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "tests/support/setting.h"

using dateline::Ordinals;

BOOST_AUTO_TEST_SUITE(ordinals_test)

BOOST_AUTO_TEST_CASE(documents_are_found_where_they_stand) {
  std::mt19937 random(dateline::test::seed(3));
  for (const std::uint32_t one_in : {1U, 2U, 25U, 64U, 100U, 128U, 140U, 700U, 40'000U}) {
    std::set<Xapian::docid> drawn{one_in};
    while (drawn.size() < 500) drawn.insert(1 + static_cast<Xapian::docid>(random() % (500 * one_in + 500)));
    const std::vector<Xapian::docid> documents(drawn.begin(), drawn.end());
    const Ordinals ordinals(documents);
    for (std::size_t at = 0; at < documents.size(); ++at) {
      BOOST_REQUIRE(ordinals.has(documents[at]));
      BOOST_REQUIRE_EQUAL(ordinals.of(documents[at]), at);
    }
    for (std::size_t n = 0; n <= documents.back() + std::size_t{200}; n += 1 + documents.back() / 200'000) {
      const auto document = static_cast<Xapian::docid>(n);
      BOOST_REQUIRE_EQUAL(ordinals.has(document), drawn.contains(document));
      if (!drawn.contains(document)) BOOST_REQUIRE_EQUAL(ordinals.of(document), Ordinals::kNone);
    }
  }
}

BOOST_AUTO_TEST_CASE(documents_that_lie_together_and_the_last_docids_are_found_too) {
  std::vector<Xapian::docid> documents;
  for (Xapian::docid document = 500; document < 3500; document += 2) documents.push_back(document);
  documents.push_back(1'000'000);
  documents.push_back(20'000'000);
  const Ordinals ordinals(documents);
  for (std::size_t at = 0; at < documents.size(); ++at) BOOST_REQUIRE_EQUAL(ordinals.of(documents[at]), at);
  for (const Xapian::docid document : {0U, 499U, 501U, 3497U, 3499U, 999'999U, 1'000'001U, 20'000'001U, 4'294'967'295U})
    BOOST_TEST(!ordinals.has(document));
}

BOOST_AUTO_TEST_CASE(the_room_they_take_is_bounded) {
  std::vector<Xapian::docid> few{1, 1'000'000};
  BOOST_TEST(Ordinals::bytes(few) < 4'000U);
  std::vector<Xapian::docid> all;
  for (Xapian::docid document = 1; document <= 64'000; ++document) all.push_back(document);
  BOOST_TEST(Ordinals::bytes(all) < 20'000U);
  std::vector<Xapian::docid> halves;  // in every other word
  for (Xapian::docid n = 1; n <= 10'000; ++n) halves.push_back(128 * n - 1);
  for (const auto& documents : {few, all, halves}) BOOST_TEST(Ordinals(documents).bytes() <= Ordinals::bytes(documents));
}

BOOST_AUTO_TEST_CASE(of_nothing_nothing_is_found) {
  BOOST_TEST(Ordinals::bytes({}) == 0U);
  BOOST_TEST(Ordinals().of(1) == Ordinals::kNone);
  BOOST_TEST(!Ordinals().has(0));
  BOOST_TEST(!Ordinals(std::vector<Xapian::docid>{}).has(1));
}

BOOST_AUTO_TEST_SUITE_END()

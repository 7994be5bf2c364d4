#include "common/store/ordinals.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/setting.h"

namespace dateline {
namespace {

BOOST_AUTO_TEST_SUITE(ordinals_test)

BOOST_AUTO_TEST_CASE(each_document_is_found_where_it_stands_and_no_other_is) {
  std::mt19937 random(test::seed(7));
  for (const unsigned one_of : {1U, 2U, 7U, 64U, 900U}) {
    std::vector<Xapian::docid> documents;
    for (Xapian::docid document = 1; document < 5000; ++document) {
      if (random() % one_of == 0) documents.push_back(document);
    }
    const Ordinals ordinals(documents);
    std::size_t at = 0;
    for (Xapian::docid document = 0; document < 5200; ++document) {
      const bool there = at < documents.size() && documents[at] == document;
      BOOST_TEST(ordinals.has(document) == there);
      BOOST_TEST(ordinals.of(document) == (there ? at : Ordinals::kNone));
      at += there ? 1U : 0U;
    }
  }
}

BOOST_AUTO_TEST_CASE(they_pay_for_frequent_words) {
  BOOST_TEST(!Ordinals::pay({}));
  BOOST_TEST(!Ordinals::pay({1000}));
  BOOST_TEST(Ordinals::pay({1}));
  BOOST_TEST(Ordinals::pay({10, 20, 30, 40}));
  BOOST_TEST(Ordinals::bytes({1000}) == 0U);
  BOOST_TEST(Ordinals().of(1) == Ordinals::kNone);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline

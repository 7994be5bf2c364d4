#include "searcher/match/top_documents.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

#include "common/schema.h"
#include "searcher/match/ranking.h"
#include "tests/support/setting.h"

namespace dateline::searcher {
namespace {

using Hits = std::vector<std::pair<Xapian::docid, double>>;

Hits hits_of(const std::vector<Match>& matches) {
  Hits out;
  for (const Match& match : matches) out.emplace_back(match.document, match.weight);
  return out;
}

BOOST_AUTO_TEST_SUITE(top_documents_test)

BOOST_AUTO_TEST_CASE(the_best_are_kept_and_all_that_are_tied_with_the_last) {
  std::mt19937 random(test::seed(7));
  for (const unsigned weights : {1U, 3U, 50U, 100'000U}) {  // how many there are
    for (const std::size_t wanted : {1U, 2U, 10U, 300U, 3000U}) {
      TopDocuments top(wanted);
      std::vector<Match> all;
      for (Xapian::docid document = 1; document <= 2000; ++document) {
        all.push_back({document, 0.1 * static_cast<double>(1 + random() % weights)});
        top.add(all.back().document, all.back().weight);
      }
      std::stable_sort(all.begin(), all.end(), [](const Match& a, const Match& b) { return a.weight > b.weight; });
      std::size_t end = std::min<std::size_t>(wanted, all.size());
      while (end < all.size() && all[end].weight == all[end - 1].weight) ++end;
      all.resize(end);
      BOOST_TEST((hits_of(top.take()) == hits_of(all)));
    }
  }
}

BOOST_AUTO_TEST_CASE(sums_that_differ_by_rounding_are_tied_with_the_last) {
  TopDocuments top(2);
  const double sum = 0.1 + 0.2;  // not 0.3
  for (Xapian::docid document = 1; document <= 40; ++document)
    top.add(document, document % 4 == 0 ? 0.3 : document % 4 == 1 ? sum : 0.2999);
  BOOST_TEST(top.take().size() == 20U);
}

BOOST_AUTO_TEST_CASE(what_weighs_nothing_is_kept_where_nothing_weighs_more) {
  TopDocuments top(3);
  for (Xapian::docid document = 1; document <= 100; ++document) top.add(document, 0);
  BOOST_TEST(top.least() == 0.0);
  BOOST_TEST(top.number().value() == 100U);
  BOOST_TEST(top.take().front().document == 1U);
}

BOOST_AUTO_TEST_CASE(the_number_is_known_until_something_is_too_light) {
  TopDocuments top(5);
  for (Xapian::docid document = 1; document < 5; ++document) top.add(document, document);
  BOOST_TEST(top.number().value() == 4U);
  for (Xapian::docid document = 5; document < 50; ++document) top.add(document, document);
  BOOST_TEST(!top.number().has_value());
  TopDocuments none(0);
  none.add(1, 1);
  BOOST_TEST(!none.number().has_value());
  BOOST_TEST(none.take().empty());
}

// A page is cut the same from what we have matched as from what Xapian has, whatever is tied with its first and last.
BOOST_AUTO_TEST_CASE(pages_are_those_of_xapian) {
  std::mt19937 random(test::seed(7));
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (unsigned i = 0; i < 500; ++i) {
    Xapian::Document document;
    document.add_term("a", 1 + below(i % 100 == 0 ? 7 : 2));
    document.add_value(schema::slot_newest, std::string(1, static_cast<char>('a' + below(20))));
    database.add_document(document);
  }
  Xapian::Enquire enquire(database);
  enquire.set_query(Xapian::Query("a"));
  for (const Ties ties : {Ties::by_key, Ties::by_docid}) {
    set_order(enquire, SortOrder::relevance, true, {}, ties == Ties::by_docid);
    TopDocuments all(500);
    const Xapian::MSet found = enquire.get_mset(0, 500);
    for (auto hit = found.begin(); hit != found.end(); ++hit) all.add(*hit, hit.get_weight());
    const std::vector<Match> best = all.take();
    BOOST_REQUIRE(best.size() == 500U);
    for (const unsigned offset : {0U, 3U, 10U, 200U, 499U, 500U, 700U}) {
      for (const unsigned limit : {0U, 1U, 10U, 500U}) {
        BOOST_TEST((hits_of(page_of(best, database, offset, limit, ties, nullptr)) ==
                    hits_of(page_of(enquire, offset, limit, 500, ties).hits)));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

#include "searcher/match/ranked_terms.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <random>
#include <utility>

#include "common/schema.h"
#include "dateline/error.h"
#include "searcher/match/ranking.h"

namespace dateline::searcher {
namespace {

using Hits = std::vector<std::pair<Xapian::docid, double>>;

Hits hits(const Xapian::Database& database, const Xapian::Query& query, const RankingParameters& parameters,
          Xapian::doccount offset, Xapian::doccount limit, Xapian::doccount at_least) {
  Xapian::Enquire enquire(database);
  enquire.set_query(query);
  set_order(enquire, SortOrder::relevance, true, parameters);
  Hits out;
  const Xapian::MSet found = enquire.get_mset(offset, limit, at_least);
  for (auto hit = found.begin(); hit != found.end(); ++hit) out.emplace_back(*hit, hit.get_weight());
  return out;
}

BOOST_AUTO_TEST_SUITE(ranked_terms_test)

BOOST_AUTO_TEST_CASE(hits_scores_and_totals_are_those_of_xapian) {
  const char* given = std::getenv("DATELINE_TEST_SEED");
  const unsigned seed = given != nullptr ? static_cast<unsigned>(std::atoi(given)) : 7;
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 60; ++round) {
    Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
    const std::size_t documents = 1 + below(300);
    for (std::size_t i = 0; i < documents; ++i) {
      Xapian::Document document;
      for (const char* term : {"a", "b", "c", "d"}) {
        if (below(3) != 0) document.add_term(term, static_cast<Xapian::termcount>(1 + below(6)));
      }
      if (below(9) == 0) document.add_term("rare");
      document.add_term("other", static_cast<Xapian::termcount>(below(100)));
      document.add_value(schema::slot_newest, std::string(1, static_cast<char>('a' + below(20))));
      database.add_document(document);
      if (below(10) == 0) database.delete_document(static_cast<Xapian::docid>(i + 1));
    }
    if (database.get_doccount() == 0) continue;
    std::vector<query::WeightedTerm> terms;
    Xapian::Query query;
    for (const char* term : {"a", "rare", "d", "never"}) {
      if (!terms.empty() && below(2) == 0) continue;
      terms.push_back({.term = term, .factor = below(2) == 0 ? 1 : 0.25});
      const Xapian::Query part(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(term), terms.back().factor);
      query = terms.size() == 1 ? part : Xapian::Query(Xapian::Query::OP_OR, query, part);
      if (terms.size() == 2) break;  // the order of a longer sum is Xapian's own
    }
    const RankingParameters parameters{.k1 = 1 + static_cast<double>(below(3)),
                                       .b = 0.1 * static_cast<double>(below(11))};
    const auto offset = static_cast<Xapian::doccount>(below(2) * below(50));
    const auto limit = static_cast<Xapian::doccount>(1 + below(30));
    DocumentLengths lengths;
    const RankedQuery ranked = ranked_terms(terms, database, parameters, lengths, nullptr);
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round << " " << query.get_description()) {
      const Hits expected = hits(database, query, parameters, offset, limit, database.get_doccount());
      const Hits found = hits(database, ranked.query, parameters, offset, limit, 0);
      BOOST_REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        BOOST_TEST(found[i].first == expected[i].first);
        BOOST_TEST(found[i].second == expected[i].second);
      }
      BOOST_TEST(*ranked.total == hits(database, query, parameters, 0, database.get_doccount(), 0).size());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_deadline_ends_a_long_list) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  Xapian::Document document;
  document.add_term("a");
  for (int i = 0; i < 5000; ++i) database.add_document(document);
  DocumentLengths lengths;
  const auto budget = std::make_shared<query::Budget>(std::chrono::steady_clock::now());
  const RankedQuery ranked = ranked_terms({{.term = "a"}}, database, {}, lengths, budget);
  BOOST_CHECK_THROW(hits(database, ranked.query, {}, 0, 10, 0), Error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

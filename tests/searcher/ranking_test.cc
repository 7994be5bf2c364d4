#include "searcher/match/ranking.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "common/schema.h"
#include "searcher/match/explain.h"

namespace dateline::searcher {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kNow = 1640872800;  // 2021-12-30T14:00:00Z
constexpr std::chrono::sys_seconds kNowTime{std::chrono::seconds{kNow}};
constexpr std::int64_t kDay = 86400;

struct Sample {
  std::string id;
  std::vector<std::string> stems;
  std::int64_t utc = 0;  ///< 0: undated
};

Xapian::Document document(const Sample& sample) {
  Xapian::Document out;
  out.set_data(sample.id);
  out.add_boolean_term(schema::term(schema::kId, sample.id));
  for (const std::string& stem : sample.stems) out.add_term(schema::stem_term("", "en", stem));
  if (sample.utc != 0)
    out.add_value(schema::slot_published, Xapian::sortable_serialise(static_cast<double>(sample.utc)));
  out.add_value(schema::slot_newest, schema::newest_key(sample.utc != 0, sample.utc, sample.id));
  out.add_value(schema::slot_oldest, schema::oldest_key(sample.utc != 0, sample.utc, sample.id));
  return out;
}

/// The samples over two shards; `turned` puts them in from the other end.
Xapian::Database database(std::vector<Sample> samples, bool turned = false) {
  if (turned) std::reverse(samples.begin(), samples.end());
  std::vector<Xapian::WritableDatabase> shards = {Xapian::WritableDatabase("", Xapian::DB_BACKEND_INMEMORY),
                                                  Xapian::WritableDatabase("", Xapian::DB_BACKEND_INMEMORY)};
  for (std::size_t i = 0; i < samples.size(); ++i) shards[i % 2].add_document(document(samples[i]));
  Xapian::Database out;
  for (const Xapian::WritableDatabase& shard : shards) out.add_database(shard);
  return out;
}

std::string ids(const Xapian::Database& db, const Xapian::Query& query, SortOrder sort, bool ranks = true) {
  Xapian::Enquire enquire(db);
  enquire.set_query(query);
  set_order(enquire, sort, ranks, {});
  const Xapian::MSet hits = enquire.get_mset(0, 100);
  std::string out;
  for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit) {
    out += (out.empty() ? "" : " ") + hit.get_document().get_data();
  }
  return out;
}

Xapian::Query word(const std::string& stem) {
  return Xapian::Query(schema::stem_term("", "en", stem));
}

/// Equal in all but date and identity.
const std::vector<Sample> kTies = {{"undated", {"oil"}, 0},
                                   {"old", {"oil"}, kNow - 10 * kDay},
                                   {"new", {"oil"}, kNow},
                                   {"middle", {"oil"}, kNow - kDay}};

BOOST_AUTO_TEST_SUITE(ranking_test)

BOOST_AUTO_TEST_CASE(ties_are_broken_by_date_newest_first_undated_last) {
  for (const bool turned : {false, true}) {
    BOOST_TEST(ids(database(kTies, turned), word("oil"), SortOrder::relevance) == "new middle old undated");
  }
}

BOOST_AUTO_TEST_CASE(ties_of_one_date_are_broken_by_identity_whatever_the_order_of_indexing) {
  std::vector<Sample> samples;
  for (int i = 0; i < 40; ++i) samples.push_back({"a" + std::to_string(i), {"oil"}, kNow});
  for (const SortOrder sort : {SortOrder::relevance, SortOrder::newest, SortOrder::oldest}) {
    BOOST_TEST(ids(database(samples), word("oil"), sort) == ids(database(samples, true), word("oil"), sort));
  }
}

BOOST_AUTO_TEST_CASE(both_orders_by_date_put_the_undated_last) {
  const Xapian::Database db = database(kTies);
  BOOST_TEST(ids(db, word("oil"), SortOrder::newest) == "new middle old undated");
  BOOST_TEST(ids(db, word("oil"), SortOrder::oldest) == "old middle new undated");
}

BOOST_AUTO_TEST_CASE(what_does_not_rank_is_sorted_by_date) {
  BOOST_TEST(ids(database(kTies), Xapian::Query::MatchAll, SortOrder::relevance, false) == "new middle old undated");
}

BOOST_AUTO_TEST_CASE(ties_that_shards_add_up_in_other_orders_are_ties) {
  // Which word is the rarest, and so where a sum begins, differs between the two shards.
  std::vector<Sample> samples;
  for (int i = 0; i < 120; ++i) {
    const bool tie = i % 6 < 2;
    const std::string often = i % 2 == 0 ? "gas" : "coal";
    samples.push_back(
        {(tie ? "t" : "x") + std::to_string(i),
         tie ? std::vector<std::string>{"oil", "gas", "coal", "wind"} : std::vector<std::string>{often, "sun"},
         kNow - i * kDay});
  }
  const Xapian::Database db = database(samples);
  std::vector<Xapian::Query> words;
  double factor = 0.1;
  for (const char* stem : {"oil", "gas", "coal", "wind"})
    words.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, word(stem), factor += 0.17);
  Xapian::Enquire enquire(db);
  enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end()));
  set_order(enquire, SortOrder::relevance, true, {});
  std::string expected;
  for (int i = 0; i < 120; ++i) expected += i % 6 < 2 ? "t" + std::to_string(i) + " " : "";
  const auto shown = [&](Xapian::doccount offset, Xapian::doccount limit) {
    std::string out;
    for (const Match& hit : page_of(enquire, offset, limit, db.get_doccount(), Ties::by_key).hits)
      out += db.get_document(hit.document).get_data() + " ";
    return out;
  };
  BOOST_TEST(shown(0, 40) == expected);
  BOOST_TEST(shown(0, 3) == "t0 t1 t6 ");
  BOOST_TEST(shown(3, 2) == "t7 t12 ");
  BOOST_TEST(shown(200, 2).empty());
  BOOST_TEST(shown(0, 0).empty());
}

BOOST_AUTO_TEST_CASE(more_of_a_word_and_less_besides_ranks_higher) {
  const Xapian::Database db = database({{"once", {"oil", "gas", "coal", "wind"}, kNow},
                                        {"often", {"oil", "oil", "oil", "gas"}, kNow},
                                        {"long", {"oil", "a1", "b1", "c1", "d1", "e1", "f1", "g1"}, kNow},
                                        {"other", {"gas"}, kNow}});
  BOOST_TEST(ids(db, word("oil"), SortOrder::relevance) == "often once long");
}

BOOST_AUTO_TEST_CASE(recency_lifts_young_articles_and_loses_none) {
  const Xapian::Database db = database({{"old", {"oil", "oil"}, kNow - 400 * kDay},
                                        {"young", {"oil", "gas"}, kNow - kDay},
                                        {"undated", {"oil", "oil", "oil"}, 0},
                                        {"x", {"coal"}, kNow}});
  BOOST_TEST(ids(db, word("oil"), SortOrder::relevance) == "undated old young");
  const Xapian::Query query = with_recency(db, word("oil"), std::chrono::days{7}, kNowTime, {});
  BOOST_TEST(ids(db, query, SortOrder::relevance) == "young undated old");
}

BOOST_AUTO_TEST_CASE(the_bonus_for_recency_halves_with_the_half_life) {
  std::vector<Sample> samples;
  for (const int days : {0, 7, 14, 21, 700})
    samples.push_back({std::to_string(days), {"oil"}, kNow - days * kDay - 3600});
  samples.push_back({"future", {"oil"}, kNow + 30 * kDay});
  samples.push_back({"other", {"gas"}, kNow});
  const Xapian::Database db = database(samples);
  Xapian::Enquire enquire(db);
  enquire.set_query(with_recency(db, word("oil"), std::chrono::days{7}, kNowTime, {}));
  set_order(enquire, SortOrder::relevance, true, {});
  const Xapian::MSet hits = enquire.get_mset(0, 10);
  std::map<std::string, double> score;
  for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit)
    score[hit.get_document().get_data()] = hit.get_weight();
  const auto bonus = [&](const char* id) { return score.at(id) - score.at("700"); };
  BOOST_TEST(bonus("0") > 0);
  BOOST_TEST(bonus("7") == bonus("0") / 2, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(bonus("14") == bonus("0") / 4, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(bonus("21") == bonus("0") / 8, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(bonus("future") == bonus("0"));
}

BOOST_AUTO_TEST_CASE(feedback_finds_articles_about_the_same_thing) {
  Analyzers analyzers;
  const Xapian::Database db = database({{"both", {"putin", "kremlin", "moscow"}, kNow},
                                        {"both2", {"putin", "kremlin"}, kNow},
                                        {"related", {"kremlin", "moscow"}, kNow},
                                        {"x1", {"wheat"}, kNow},
                                        {"x2", {"football"}, kNow},
                                        {"x3", {"rain"}, kNow},
                                        {"x4", {"snow"}, kNow}});
  BOOST_TEST(ids(db, expanded(db, word("putin"), {}, true, {}, analyzers), SortOrder::relevance).find("related") !=
             std::string::npos);
  // Without widening the words only reorder.
  BOOST_TEST(ids(db, expanded(db, word("putin"), {}, false, {}, analyzers), SortOrder::relevance).find("related") ==
             std::string::npos);
  BOOST_TEST(ids(db, expanded(db, word("nothing"), {}, true, {}, analyzers), SortOrder::relevance).empty());
}

BOOST_AUTO_TEST_CASE(explanations_add_up_to_the_score) {
  Analyzers analyzers;
  const Xapian::Database db = database({{"a", {"oil", "gas", "gas"}, kNow},
                                        {"b", {"oil", "coal"}, kNow - kDay},
                                        {"c", {"gas", "wind", "oil", "oil"}, kNow - 20 * kDay},
                                        {"d", {"wind"}, kNow}});
  using Xapian::Query;
  const std::vector<Query> queries = {
      word("oil"),
      Query(Query::OP_AND, word("oil"), word("gas")),
      Query(Query::OP_OR, word("oil"), Query(Query::OP_SCALE_WEIGHT, word("wind"), 0.3)),
      Query(Query::OP_AND_NOT, Query(Query::OP_OR, word("oil"), word("gas")), word("coal")),
      Query(Query::OP_OR, Query(Query::OP_SYNONYM, word("oil"), word("coal")), word("gas")),
      Query(Query::OP_FILTER, Query(Query::OP_AND_MAYBE, word("oil"), word("gas")), word("gas")),
      Query(Query::OP_OR, Query(Query::OP_AND, word("oil"), word("gas")), word("wind")),
      Query(Query::OP_XOR, word("oil"), word("wind")),
      Query(Query::OP_OR, Query(Query::OP_AND_MAYBE, word("wind"), word("oil")), word("gas")),
      with_recency(db, word("oil"), std::chrono::days{7}, kNowTime, {}),
      expanded(db, word("oil"), {}, true, {}, analyzers),
  };
  for (const Query& query : queries) {
    Xapian::Enquire enquire(db);
    enquire.set_query(query);
    set_order(enquire, SortOrder::relevance, true, {});
    const Xapian::MSet hits = enquire.get_mset(0, 10);
    BOOST_TEST(!hits.empty());
    std::vector<Xapian::docid> documents;
    for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit) documents.push_back(*hit);
    auto explained = contributions(db, query, documents, {});
    for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit) {
      double sum = 0;
      for (const Contribution& contribution : explained[*hit]) sum += contribution.score;
      BOOST_TEST_CONTEXT(query.get_description().substr(0, 100)) {
        BOOST_TEST(sum == hit.get_weight(), boost::test_tools::tolerance(1e-9));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(parts_are_named_as_a_reader_would) {
  const Xapian::Database db =
      database({{"a", {"sanction", "oil"}, kNow}, {"b", {"wind"}, kNow}, {"c", {"wind"}, kNow}});
  Xapian::Enquire enquire(db);
  enquire.set_query(word("sanction"));
  set_order(enquire, SortOrder::relevance, true, {});
  const Xapian::MSet hits = enquire.get_mset(0, 1);
  const auto explained = contributions(db, enquire.get_query(), {*hits.begin()}, {});
  BOOST_REQUIRE(explained.size() == 1);
  BOOST_TEST(explained.begin()->second.at(0).part == "sanction*");
  BOOST_TEST(explained.begin()->second.at(0).articles == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

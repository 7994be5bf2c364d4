#include "searcher/match/facets.h"

#include <xapian.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <map>
#include <random>
#include <set>

#include "common/schema.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "tests/support/setting.h"

namespace dateline::searcher {
namespace {

/// What of an article the facets count.
struct Facts {
  std::string source, day, section, lang;
  std::vector<std::string> actors;  ///< Packed: kind and name.
  std::vector<std::string> authors;
  bool matches = false;
};

void add(Xapian::WritableDatabase& database, const Facts& facts) {
  Xapian::Document document;
  document.add_boolean_term("Kall");
  if (facts.matches) document.add_boolean_term("Kmatch");
  document.add_value(schema::slot_source, facts.source);
  document.add_value(schema::slot_day, facts.day);
  document.add_value(schema::slot_section, facts.section);
  document.add_value(schema::slot_language, facts.lang);
  document.add_value(schema::slot_actors, schema::pack_strings(facts.actors));
  document.add_value(schema::slot_authors, schema::pack_strings(facts.authors));
  database.add_document(document);
}

template <typename Counter>
std::vector<Facet> counted(Counter&& counter, const Xapian::Database& database, std::size_t values) {
  Xapian::Enquire enquire(database);
  enquire.set_query(Xapian::Query("Kmatch"));
  counter.attach(enquire);
  (void)enquire.get_mset(0, 0, database.get_doccount());
  return counter.facets(values);
}

/// As counted by stock spies and, which must be the same in a single shard, by columns.
std::vector<Facet> facets_of(const Xapian::Database& database, const std::vector<std::string>& fields,
                             std::size_t values = 0, const std::vector<std::string>& sections = {}) {
  const ActorIdentities nobody;
  std::vector<Facet> facets = counted(StockFacetCounter(fields, nobody, sections), database, values);
  if (database.size() != 1) return facets;
  FacetColumns columns(nobody);
  const std::vector<Facet> same = counted(FacetCounter(fields, columns, database, sections), database, values);
  BOOST_REQUIRE(facets.size() == same.size());
  for (std::size_t i = 0; i < facets.size(); ++i) {
    BOOST_TEST(facets[i].field == same[i].field);
    BOOST_TEST((facets[i].values == same[i].values));
    BOOST_TEST(facets[i].missing == same[i].missing);
  }
  return facets;
}

BOOST_AUTO_TEST_SUITE(facets_test)

BOOST_AUTO_TEST_CASE(values_are_counted_most_frequent_first) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  add(database, {.source = "B", .matches = true});
  add(database, {.source = "A", .matches = true});
  add(database, {.source = "C", .matches = true});
  add(database, {.source = "C", .matches = true});
  add(database, {.source = "A", .matches = false});
  add(database, {.source = "", .matches = true});
  const std::vector<Facet> facets = facets_of(database, {"source"});
  BOOST_REQUIRE(facets.size() == 1);
  const std::vector<FacetValue> expected = {{"C", "", 2}, {"A", "", 1}, {"B", "", 1}};
  BOOST_TEST((facets[0].values == expected));
  BOOST_TEST(facets[0].missing == 1);
}

BOOST_AUTO_TEST_CASE(sections_that_are_asked_for_show_what_stands_below) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  const auto sections = [](const std::vector<std::vector<std::string>>& paths) {
    std::vector<std::string> packed;
    for (const auto& path : paths) packed.push_back(schema::pack_path(path));
    return schema::pack_strings(packed);
  };
  add(database, {.section = sections({{"Sport", "event", "cup"}, {"politics"}}), .matches = true});
  add(database, {.section = sections({{"sport", "venue"}, {"sport", "event"}}), .matches = true});
  add(database, {.section = "sport", .matches = true});
  add(database, {.section = "World", .matches = true});
  add(database, {.matches = true});
  using Values = std::vector<FacetValue>;
  const Facet tops = facets_of(database, {"section"})[0];
  BOOST_TEST((tops.values == Values{{"sport", "", 3}, {"World", "", 1}, {"politics", "", 1}}));
  BOOST_TEST(tops.missing == 1);
  const Facet below = facets_of(database, {"section"}, 0, {"sport"})[0];
  BOOST_TEST((below.values ==
              Values{{"sport", "", 3}, {"event", "", 2}, {"World", "", 1}, {"politics", "", 1}, {"venue", "", 1}}));
  const Facet lowest = facets_of(database, {"section"}, 0, {"event"})[0];
  BOOST_TEST((lowest.values ==
              Values{{"sport", "", 3}, {"event", "", 2}, {"World", "", 1}, {"cup", "", 1}, {"politics", "", 1}}));
}

BOOST_AUTO_TEST_CASE(actors_of_one_article_are_counted_apart) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  add(database, {.actors = {"pJoe Biden", "cRussia", "oNATO"}, .matches = true});
  add(database, {.actors = {"pJoe Biden", "cRussia"}, .matches = true});
  add(database, {.actors = {"pJoe Biden"}, .matches = true});
  add(database, {.matches = true});
  const std::vector<Facet> facets = facets_of(database, {"actors", "actors:person", "actors:country"});
  const std::vector<FacetValue> all = {
      {"Joe Biden", "person", 3}, {"Russia", "country", 2}, {"NATO", "organisation", 1}};
  BOOST_TEST((facets[0].values == all));
  BOOST_TEST(facets[0].missing == 1);
  BOOST_TEST((facets[1].values == std::vector<FacetValue>{{"Joe Biden", "person", 3}}));
  BOOST_TEST((facets[2].values == std::vector<FacetValue>{{"Russia", "country", 2}}));
  BOOST_TEST(facets[2].missing == 2);
}

BOOST_AUTO_TEST_CASE(dates_stand_in_order_and_are_summed_by_month_and_year) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const char* day : {"2022-01-02", "2021-12-30", "2021-12-30", "2021-12-01", "2021", ""}) {
    add(database, {.day = day, .matches = true});
  }
  const std::vector<Facet> facets = facets_of(database, {"date", "date:month", "date:year"});
  const std::vector<FacetValue> by_day = {
      {"2021", "", 1}, {"2021-12-01", "", 1}, {"2021-12-30", "", 2}, {"2022-01-02", "", 1}};
  const std::vector<FacetValue> by_month = {{"2021", "", 1}, {"2021-12", "", 3}, {"2022-01", "", 1}};
  const std::vector<FacetValue> by_year = {{"2021", "", 4}, {"2022", "", 1}};
  BOOST_TEST((facets[0].values == by_day));
  BOOST_TEST((facets[1].values == by_month));
  BOOST_TEST((facets[2].values == by_year));
  BOOST_TEST(facets[0].missing == 1);
}

BOOST_AUTO_TEST_CASE(an_unknown_field_is_refused) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  BOOST_CHECK_EXCEPTION(facets_of(database, {"colour"}), Error,
                        [](const Error& e) { return e.code() == ErrorCode::usage; });
}

BOOST_AUTO_TEST_CASE(spellings_of_one_name_are_one_value_and_the_commonest_is_shown) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const char* source : {"alpha news", "Alpha News", "Alpha News", "ALPHA NEWS", "El País", "El Pais"})
    add(database, {.source = source, .matches = true});
  add(database, {.authors = {"Ann Lee", "ann lee"}, .matches = true});
  const std::vector<Facet> facets = facets_of(database, {"source", "authors"});
  BOOST_REQUIRE(facets[0].values.size() == 2);
  BOOST_TEST(facets[0].values[0].value == "Alpha News");
  BOOST_TEST(facets[0].values[0].count == 4);
  BOOST_TEST(facets[0].values[1].value == "El Pais");
  BOOST_TEST(facets[0].missing == 1);
  BOOST_REQUIRE(facets[1].values.size() == 1);
  BOOST_TEST(facets[1].values[0].count == 1);
}

BOOST_AUTO_TEST_CASE(a_count_ends_with_its_deadline) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 3; ++i) add(database, {.source = "A", .matches = i > 0});
  FacetColumns columns(ActorIdentities{});
  const auto over = std::make_shared<const query::Budget>(std::chrono::steady_clock::time_point{});
  BOOST_CHECK_EXCEPTION(counted(FacetCounter({"source"}, columns, database, {}, over), database, 0), Error,
                        [](const Error& e) { return e.code() == ErrorCode::deadline; });
}

BOOST_AUTO_TEST_CASE(no_more_values_than_asked_for_are_given_the_first_ones) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const char* source : {"B", "B", "C", "A", "D", "D", "D"}) add(database, {.source = source, .matches = true});
  const std::vector<FacetValue> expected = {{"D", "", 3}, {"B", "", 2}, {"A", "", 1}};
  BOOST_TEST((facets_of(database, {"source"}, 3)[0].values == expected));
}

BOOST_AUTO_TEST_CASE(every_field_that_is_promised_can_be_counted) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  add(database, {.matches = true});
  const std::vector<Facet> facets = facets_of(database, facet_fields());
  BOOST_REQUIRE(facets.size() == facet_fields().size());
  for (std::size_t i = 0; i < facets.size(); ++i) BOOST_TEST(facets[i].field == facet_fields()[i]);
}

/// Random articles in one shard or three, counted by a loop over all of them.
BOOST_AUTO_TEST_CASE(counts_agree_with_brute_force) {
  const unsigned seed = dateline::test::seed(7);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  const std::vector<std::string> actors = {"pA", "pB", "oA", "oC", "cD", "cE"};
  for (int round = 0; round < 200; ++round) {
    std::vector<Xapian::WritableDatabase> shards;
    Xapian::Database database;
    const int shard_count = round % 2 == 0 ? 3 : 1;
    for (int i = 0; i < shard_count; ++i) {
      shards.emplace_back("", Xapian::DB_BACKEND_INMEMORY);
    }
    std::map<std::string, std::uint64_t> sources, people, days;
    std::uint64_t undated = 0;
    for (std::size_t n = 1 + below(60); n > 0; --n) {
      Facts facts;
      facts.matches = below(3) != 0;
      if (below(4) != 0) facts.source = std::string(1, static_cast<char>('A' + below(5)));
      if (below(4) != 0) facts.day = "2021-12-0" + std::to_string(1 + below(9));
      std::set<std::string> chosen;
      for (std::size_t k = below(4); k > 0; --k) chosen.insert(actors[below(actors.size())]);
      facts.actors.assign(chosen.begin(), chosen.end());
      add(shards[below(shards.size())], facts);
      if (!facts.matches) continue;
      if (!facts.source.empty()) ++sources[facts.source];
      facts.day.empty() ? ++undated : ++days[facts.day];
      for (const std::string& actor : chosen) {
        if (actor.front() == 'p') ++people[actor.substr(1)];
      }
    }
    for (Xapian::WritableDatabase& shard : shards) database.add_database(shard);
    const std::vector<Facet> facets = facets_of(database, {"source", "actors:person", "date"});
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
      const auto as_map = [](const Facet& facet) {
        std::map<std::string, std::uint64_t> out;
        for (const FacetValue& value : facet.values) out[value.value] = value.count;
        return out;
      };
      BOOST_TEST((as_map(facets[0]) == sources));
      BOOST_TEST((as_map(facets[1]) == people));
      BOOST_TEST((as_map(facets[2]) == days));
      BOOST_TEST(facets[2].missing == undated);
    }
  }
}

/// What was counted from the index itself, while that was less work, is what columns say afterwards.
BOOST_AUTO_TEST_CASE(counts_are_the_same_before_and_after_a_column_is_read) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 40; ++i) {
    add(database, {.source = i % 3 == 0 ? "A" : "B",
                   .day = i % 4 == 0 ? "" : "2021-12-30",
                   .section = i % 2 == 0 ? "World" : "",
                   .actors = {"pJoe Biden", i % 5 == 0 ? "oNATO" : "cRussia"},
                   .matches = i % 4 == 1});
  }
  const std::vector<std::string> fields = facet_fields();
  FacetColumns columns(ActorIdentities{});
  BOOST_TEST(columns.column(schema::slot_source, database, 1) == nullptr);
  const auto count = [&] { return counted(FacetCounter(fields, columns, database), database, 0); };
  const std::vector<Facet> before = count();
  for (int i = 0; i < 5; ++i) (void)count();
  BOOST_TEST(columns.column(schema::slot_source, database, 1) != nullptr);
  const std::vector<Facet> after = count();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    BOOST_TEST((before[i].values == after[i].values), fields[i]);
    BOOST_TEST(before[i].missing == after[i].missing, fields[i]);
    BOOST_TEST(before[i].distinct == after[i].values.size(), fields[i]);
  }
  FacetColumns read(ActorIdentities{});
  read.read_all(database);
  BOOST_TEST(read.column(schema::slot_actors, database, 0) != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

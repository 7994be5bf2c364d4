// The whole way over corpus/: articles in all formats in, ranked and faceted answers out. The expected answers were
// read off the articles (corpus/README.md), not off the program.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(corpus_test)

namespace {

/// corpus/, indexed once for all cases.
const std::string& index_of_corpus() {
  static const TemporaryFolder folder;
  static const std::string index = [] {
    std::string where = (folder.path() / "index").string();
    const Finished done =
        run({DATELINE_INDEX_PROGRAM, "-q", "-d", where, std::string{DATELINE_SOURCE_DIR} + "/corpus"});
    BOOST_REQUIRE_EQUAL(done.status, 0);
    return where;
  }();
  return index;
}

json ask(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {DATELINE_SEARCH_PROGRAM, "-d", index_of_corpus(), "--format", "json", "--limit", "100"});
  const Finished done = run(arguments);
  BOOST_TEST(done.status == 0, done.err);
  return json::parse(done.out);
}

std::size_t count(const std::string& query) {
  return ask({query}).at("total").get<std::size_t>();
}

std::multiset<std::string> titles(const json& answer) {
  std::multiset<std::string> found;
  for (const json& hit : answer.at("hits")) found.insert(hit.at("title").get<std::string>());
  return found;
}

std::map<std::string, int> facet(const json& answer, const std::string& name) {
  std::map<std::string, int> counts;
  for (const json& value : answer.at("facets").at(name))
    counts[value.at("value").get<std::string>()] = value.at("count").get<int>();
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(putin_and_sanctions_finds_the_fifteen_articles_that_say_both) {
  const json answer = ask({"--facet", "source,actors,date", "Putin AND sanctions"});
  BOOST_TEST(answer.at("total").get<int>() == 15);
  double last = 1e9;
  for (const json& hit : answer.at("hits")) {
    BOOST_TEST(hit.at("score").get<double>() <= last);
    last = hit.at("score").get<double>();
    BOOST_TEST(!hit.at("snippet").get<std::string>().empty());
  }
  const auto actors = facet(answer, "actors");
  BOOST_TEST(actors.at("Vladimir Putin") == 15);
  int sources = 0;
  for (const auto& [source, articles] : facet(answer, "source")) sources += articles;
  BOOST_TEST(sources == 15);
  const auto dates = facet(answer, "date");
  BOOST_TEST(dates.at("2022-02-24") == 1);
  BOOST_TEST(dates.at("undated") == 1);
  // Spanish "sanciones" and German "Sanktionen" are other words.
  const auto found = titles(answer);
  for (const std::string& title : found) {
    BOOST_TEST(title.find("Zelenski pide") == std::string::npos);
    BOOST_TEST(title.find("Scholz kündigt") == std::string::npos);
  }
}

struct Row {
  const char* query;
  std::size_t articles;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.query;
}

const Row kRows[] = {
    {"*", 65},
    {"lang:es", 7},
    {"lang:fr OR lang:de", 6},
    {"lang:zh", 1},
    {"source:\"Capital Ledger\"", 9},
    {"source:\"Capital Ledger\" source:\"Gazette de l'Est\"", 12},
    {"title:Truss", 1},  // two pages of one address: one article, the later version
    {"\"AT&T\" AND title:Hollywood", 1},
    {"date:1989", 1},
    {"before:2000", 4},
    {"date:2022-02-22..2022-02-24", 2},
    {"on:2008-09-15", 1},
    {"NOT has:date", 2},
    {"author:\"Annika Stroud\" source:\"The Harbour Post\" sanctions -title:Navalny", 2},
    {"section:Commodities", 2},
    {"\"hideous and barbaric venture\"", 1},
    {"Lehman ADJ/2 Brothers", 2},
    {"scholz AND lang:de AND bundeswehr", 1},
    {"小平 OR 习近平", 1},
    {"Путин", 1},
    {"title:Kyoto author:\"Silas Brandt\"", 1},            // ARC
    {"source:Reuters title:(\"Wall Street\" OR fed)", 2},  // Reuters-21578
    {"Concorde Heathrow on:2003-10-24", 1},                // TREC
    {"Gusev on:2004-01-04 author:\"Idris Vale\"", 1},
    {"title:\"Europe’s new money\" Prodi on:2002-01-01", 1},  // mailbox
    {"\"largest airliner\" Toulouse", 1},
    {"\"Mossack Fonseca\" author:Solheim", 1},                   // FollowTheMoney
    {"Pluto source:\"River Notes\" author:\"Inês Calder\"", 1},  // WordPress
    {"المغرب", 1},
};

BOOST_DATA_TEST_CASE(filters_and_operators_find_what_the_corpus_has, kRows, row) {
  BOOST_TEST(count(row.query) == row.articles);
}

BOOST_AUTO_TEST_CASE(every_value_of_a_facet_counts_what_drilling_down_finds) {
  const json all = ask({"--facet", "source,actors,lang,section", "*"});
  for (const auto& [field, name] : std::map<std::string, std::string>{
           {"source", "source"}, {"actors", "actor"}, {"lang", "lang"}, {"section", "section"}}) {
    int tried = 0;
    for (const auto& [value, articles] : facet(all, field)) {
      if (++tried > 12) break;
      BOOST_TEST(count(name + ":\"" + value + "\"") == static_cast<std::size_t>(articles), name << ":" << value);
    }
  }
}

BOOST_AUTO_TEST_CASE(dates_are_those_of_the_articles_own_zone_and_sort_both_ways) {
  const json newest = ask({"--sort", "date", "*"});
  const json oldest = ask({"--sort", "-date", "*"});
  BOOST_TEST(newest.at("hits").at(0).at("date").get<std::string>() == "2024-02-23");
  BOOST_TEST(oldest.at("hits").at(0).at("date").get<std::string>() == "1987-10-19");
  BOOST_TEST(newest.at("hits").at(64).at("date").is_null());
  BOOST_TEST(oldest.at("hits").at(64).at("date").is_null());
  // 21:35 in Lima is the day after in UTC.
  BOOST_TEST(ask({"title:Castillo"}).at("hits").at(0).at("date").get<std::string>() == "2022-12-07");
  BOOST_TEST(count("on:2022-12-07 title:Castillo") == 1U);
  BOOST_TEST(count("on:2022-12-08 title:Castillo") == 0U);
}

BOOST_AUTO_TEST_CASE(an_actor_is_found_however_an_article_spells_him) {
  const json answer = ask({"actor:\"Volodymyr Zelensky\""});
  const auto found = titles(answer);
  BOOST_TEST(found.size() >= 10U);
  bool spanish = false;
  for (const json& hit : answer.at("hits")) spanish = spanish || hit.at("lang").get<std::string>() == "es";
  BOOST_TEST(spanish);  // "Zelenski"
  BOOST_TEST(count("actor:zelenskyy") == count("actor:\"Volodymyr Zelensky\""));
}

BOOST_AUTO_TEST_CASE(an_article_is_shown_whole_by_its_id) {
  const std::string id = ask({"title:\"martial law\""}).at("hits").at(0).at("id").get<std::string>();
  const Finished shown = run({DATELINE_SEARCH_PROGRAM, "-d", index_of_corpus(), "--format", "json", "show", id});
  const json article = json::parse(shown.out);
  BOOST_TEST(article.at("source").get<std::string>() == "Northern Courier");
  BOOST_TEST(article.at("body").size() == 6U);
  BOOST_TEST(article.at("authors").size() == 2U);
  BOOST_TEST(article.at("text").get<std::string>().find("Share this") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

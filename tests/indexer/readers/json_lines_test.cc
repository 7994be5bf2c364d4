#include "indexer/readers/json_lines.h"

#include <boost/test/unit_test.hpp>

#include "common/date.h"
#include "tests/indexer/readers/read_all.h"

using namespace dateline;
using indexer::JsonLinesReader;
using test::read_all;

BOOST_AUTO_TEST_SUITE(json_lines_test)

BOOST_AUTO_TEST_CASE(our_own_names_are_read) {
  const auto read = read_all<JsonLinesReader>(
      R"({"id":"7","title":" A  title ","body":["One.","Two."],"published":"2021-12-30T14:05:00-05:00","source":"The Paper",)"
      R"("url":"https://example.com/a","authors":["Jane Doe","Li Wei"],"lang":"en","section":"World","actors":[{"name":"NATO","kind":"organisation"}]})");
  BOOST_REQUIRE_EQUAL(read.articles.size(), 1U);
  const Article& a = read.articles[0].article;
  BOOST_TEST(a.id == "7");
  BOOST_TEST(a.title == "A title");
  BOOST_TEST(a.body == (std::vector<std::string>{"One.", "Two."}), boost::test_tools::per_element());
  BOOST_TEST(format_rfc3339(*a.published) == "2021-12-30T14:05:00-05:00");
  BOOST_TEST(a.source == "The Paper");
  BOOST_TEST(a.authors == (std::vector<std::string>{"Jane Doe", "Li Wei"}), boost::test_tools::per_element());
  BOOST_REQUIRE_EQUAL(a.actors.size(), 1U);
  BOOST_TEST((a.actors[0].kind == ActorKind::organisation));
}

BOOST_AUTO_TEST_CASE(names_of_other_systems_are_read) {
  const auto read = read_all<JsonLinesReader>(
      R"({"headline":"H","content":"One\n\nTwo","published_at":1640873100,"publisher":{"name":"P"},"link":"http://x.example/","byline":"Jane","category":"News","language":"English","_id":{"$oid":"ff"}})");
  BOOST_REQUIRE_EQUAL(read.articles.size(), 1U);
  const Article& a = read.articles[0].article;
  BOOST_TEST(a.title == "H");
  BOOST_TEST(a.body.size() == 2U);
  BOOST_TEST(format_day(*a.published) == "2021-12-30");
  BOOST_TEST(a.source == "P");
  BOOST_TEST(a.lang == "en");
  BOOST_TEST(a.id == "ff");
}

BOOST_AUTO_TEST_CASE(a_byline_is_split_into_names) {
  const auto read = read_all<JsonLinesReader>(R"({"title":"H","byline":"By Ana Ruiz, Li Wei and José Paz"})");
  BOOST_TEST(read.articles.at(0).article.authors == (std::vector<std::string>{"Ana Ruiz", "Li Wei", "José Paz"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_language_says_how_a_numeric_date_is_read) {
  const auto read = read_all<JsonLinesReader>(R"({"title":"H","fecha":"03/04/2021","idioma":"es"})");
  BOOST_TEST(format_day(*read.articles.at(0).article.published) == "2021-04-03");
}

BOOST_AUTO_TEST_CASE(a_mapping_goes_before_known_names) {
  indexer::ReaderOptions options;
  options.field_map = {{"hed", "title"}, {"when", "published"}};
  const auto read =
      read_all<JsonLinesReader>(R"({"title":"wrong","hed":"right","when":"2020-01-02","date":"1999-01-01"})", options);
  BOOST_TEST(read.articles.at(0).article.title == "right");
  BOOST_TEST(format_day(*read.articles.at(0).article.published) == "2020-01-02");
}

BOOST_AUTO_TEST_CASE(a_date_that_is_none_stays_missing) {
  const auto read = read_all<JsonLinesReader>("{\"title\":\"H\",\"date\":null}\n{\"title\":\"H\",\"date\":\"soon\"}\n");
  BOOST_REQUIRE_EQUAL(read.articles.size(), 2U);
  BOOST_TEST(!read.articles[0].article.published.has_value());
  BOOST_TEST(!read.articles[1].article.published.has_value());
}

BOOST_AUTO_TEST_CASE(a_broken_line_is_refused_by_number_and_the_next_is_read) {
  const auto read = read_all<JsonLinesReader>("{\"title\":\"one\"}\nnonsense\n\n[1]\n{\"title\":\"two\"}");
  BOOST_TEST(read.articles.size() == 2U);
  BOOST_REQUIRE_EQUAL(read.refusals.size(), 2U);
  BOOST_TEST(read.refusals[0].starts_with("2: not JSON"));
  BOOST_TEST(read.refusals[1] == "4: not a JSON object");
}

BOOST_AUTO_TEST_CASE(a_line_beyond_the_limit_is_refused_and_the_next_is_read) {
  indexer::ReaderOptions options;
  options.max_record = 1000;
  const std::string huge(3'000'000, 'x');
  const auto read =
      read_all<JsonLinesReader>("{\"title\":\"one\"}\n{\"title\":\"" + huge + "\"}\n{\"title\":\"two\"}\n", options);
  BOOST_TEST(read.articles.size() == 2U);
  BOOST_REQUIRE_EQUAL(read.refusals.size(), 1U);
  BOOST_TEST(read.refusals[0].starts_with("2: a line of 3000012 bytes"));
}

BOOST_AUTO_TEST_CASE(long_files_are_read_in_pieces) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i)
    bytes += "{\"title\":\"article " + std::to_string(i) + "\",\"body\":\"some words to fill the line with\"}\n";
  const auto read = read_all<JsonLinesReader>(bytes);
  BOOST_REQUIRE_EQUAL(read.articles.size(), 20'000U);
  BOOST_TEST(read.articles[19'999].article.title == "article 19999");
  BOOST_TEST(read.refusals.empty());
}

BOOST_AUTO_TEST_CASE(a_pretty_printed_object_is_one_article) {
  const auto read = read_all<JsonLinesReader>("{\n  \"title\": \"H\",\n  \"body\": \"B\"\n}\n");
  BOOST_REQUIRE_EQUAL(read.articles.size(), 1U);
  BOOST_TEST(read.articles[0].article.title == "H");
}

BOOST_AUTO_TEST_CASE(a_first_line_that_was_cut_costs_itself_alone) {
  const auto read = read_all<JsonLinesReader>("{\"title\": \"cut\n{\"title\":\"whole\"}\n");
  BOOST_TEST(read.articles.size() == 1U);
  BOOST_TEST(read.refusals.size() == 1U);
}

BOOST_AUTO_TEST_CASE(invalid_utf8_is_mended) {
  const auto read = read_all<JsonLinesReader>("{\"title\":\"caf\xE9 caf\xC3\xA9\"}");
  BOOST_REQUIRE_EQUAL(read.articles.size(), 1U);
  BOOST_TEST(read.articles[0].article.title == "caf\xEF\xBF\xBD café");
}

BOOST_AUTO_TEST_CASE(a_body_of_markup_is_left_to_extraction) {
  const auto read =
      read_all<JsonLinesReader>(R"({"title":"H","body":"<p>One</p><p>Two</p>","url":"https://e.example/x"})");
  BOOST_REQUIRE(read.articles.at(0).html.has_value());
  BOOST_TEST(read.articles[0].html->bytes == "<p>One</p><p>Two</p>");
  BOOST_TEST(read.articles[0].html->url == "https://e.example/x");
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_not_followed) {
  std::string deep = "{\"title\":\"x\",\"a\":";
  deep.append(5000, '[').append(5000, ']').append("}");
  const auto read = read_all<JsonLinesReader>(deep);
  BOOST_TEST(read.articles.empty());
  BOOST_TEST(read.refusals.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

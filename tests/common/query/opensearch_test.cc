// Queries for OpenSearch, as tables. Nothing runs them here: the meaning of each rule is OpenSearch's documentation.
#include "common/query/opensearch.h"

#include <boost/test/unit_test.hpp>

#include "dateline/error.h"

using namespace dateline;
using namespace dateline::query;

BOOST_AUTO_TEST_SUITE(opensearch_test)

namespace {

std::string translated(const std::string& text, const std::vector<std::string>& languages = {}) {
  const Parsed parsed = parse(text, {.zone = {}, .languages = languages});
  return to_opensearch(parsed.root, {.languages = languages, .budget = nullptr}).dump();
}

}  // namespace

BOOST_AUTO_TEST_CASE(filters_and_ranges_are_terms_and_ranges) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"*", R"({"match_all":{}})"},
      {"source:\"The Harbour Post\"", R"({"term":{"source":"the harbour post"}})"},
      {"source:Harb*", R"({"wildcard":{"source":"harb*"}})"},
      {"lang:en", R"({"term":{"lang":"en"}})"},
      {"actor:\"Joe Biden\"", R"({"terms":{"actors":["joe biden"]}})"},
      {"words:>500", R"({"range":{"word_count":{"gte":501}}})"},
      {"date:2021-12",
       R"({"bool":{"filter":[{"range":{"first_day":{"gte":"2021-12-01"}}},{"range":{"last_day":{"lte":"2021-12-31"}}}]}})"},
      {"since:2022-01-15", R"({"bool":{"filter":[{"range":{"first_day":{"gte":"2022-01-15"}}}]}})"},
      {"has:author", R"({"term":{"has":"author"}})"},
  };
  for (const auto& [text, body] : cases) BOOST_TEST(translated(text) == body, text << " -> " << translated(text));
}

BOOST_AUTO_TEST_CASE(words_are_looked_for_in_all_their_fields) {
  BOOST_TEST(
      translated("=putin") ==
      R"({"bool":{"should":[{"term":{"words":"putin"}},{"term":{"spellings":"putin"}},{"term":{"others":"putin"}}],)"
      R"("minimum_should_match":1}})");
  const std::string stemmed = translated("sanctions", {"en"});
  BOOST_TEST(stemmed.find(R"({"term":{"stems":"en:sanction"}})") != std::string::npos, stemmed);
  BOOST_TEST(stemmed.find(R"({"term":{"compounds":"en:sanction"}})") != std::string::npos);
  BOOST_TEST(translated("title:oil").find("title_words") != std::string::npos);
  BOOST_TEST(translated("ukrain*").find(R"({"wildcard":{"words":"ukrain*"}})") != std::string::npos);
  BOOST_TEST(translated("putin~1").find(R"("fuzziness":1,"transpositions":false)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(operators_are_boolean_queries) {
  const std::string both = translated("=oil AND source:Post NOT =gas");
  BOOST_TEST(both.starts_with(R"({"bool":{"must":[)"), both);
  BOOST_TEST(both.find(R"("filter":[{"term":{"source":"post"}}])") != std::string::npos);
  BOOST_TEST(both.find(R"("must_not":[)") != std::string::npos);
  BOOST_TEST(translated("=oil MAYBE =gas").find(R"("should":[)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(distances_are_intervals) {
  const std::string phrase = translated("\"natural gas\"");
  BOOST_TEST(phrase.starts_with(R"({"intervals":{"words":{"all_of":{"ordered":true,"max_gaps":0,)"), phrase);
  BOOST_TEST(phrase.find(R"({"match":{"query":"natural","use_field":"words"}})") != std::string::npos);
  BOOST_TEST(translated("=gas NEAR/5 =europe").find(R"("ordered":false,"max_gaps":4)") != std::string::npos);
  BOOST_TEST(translated("=gas ADJ/5 =europe").find(R"("ordered":true,"max_gaps":4)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_said_exactly_is_an_error_with_its_place) {
  for (const char* text : {"ATLEAST3 putin", "oil NEAR/3 oil", "author:\"Jane Roe\""}) {
    try {
      const std::string body = translated(text);
      BOOST_TEST(body == "an error", text);
    } catch (const Error& error) {
      BOOST_TEST((error.code() == ErrorCode::query), text);
      BOOST_TEST(error.position().has_value());
      BOOST_TEST(std::string{error.what()}.find("exactly") != std::string::npos, error.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

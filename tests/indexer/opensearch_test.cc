// What the export writes for OpenSearch.
#include "indexer/opensearch.h"

#include <boost/test/unit_test.hpp>

#include "common/date.h"
#include "common/text.h"

using namespace dateline;
using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(opensearch_test)

namespace {

Article article() {
  return {.id = "7",
          .title = "Oil cap agreed",
          .body = {"The G7 agreed. Prices fell.", "Anti-war groups protested."},
          .published = parse_date("2022-12"),
          .source = "The Harbour Post",
          .url = "https://post.example/7",
          .authors = {"Jane Roe"},
          .lang = "en",
          .actors = {{.name = "G7", .kind = ActorKind::organisation, .salience = 0.7}}};
}

std::vector<std::string> split(const std::string& places) {
  std::vector<std::string> out;
  for (const std::string_view token : text::split(places, ' ')) out.emplace_back(token);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_stand_where_the_index_has_them) {
  const auto document = opensearch_document(article());
  const std::vector<std::string> words = split(document.at("words").get<std::string>());
  BOOST_REQUIRE(words.size() > 510U);
  BOOST_TEST(words[0] == "oil");
  BOOST_TEST(words[2] == "agreed");
  BOOST_TEST(words[3] == "_");
  BOOST_TEST(words[503] == "the");  // after the title's gap
  BOOST_TEST(words[505] == "agreed");
  BOOST_TEST(words[506] == "_");  // between sentences
  BOOST_TEST(words[507] == "prices");
  const std::vector<std::string> stems = split(document.at("stems").get<std::string>());
  BOOST_TEST(stems[505] == "en:agre");
  BOOST_TEST(stems[507] == "en:price");
  const std::vector<std::string> marks = split(document.at("marks").get<std::string>());
  BOOST_TEST(marks[502] == "§p");
  BOOST_TEST(marks[506] == "§s");
  BOOST_TEST(document.at("spellings").get<std::string>().ends_with("antiwar"));
  BOOST_TEST(document.at("title_words") == "oil cap agreed");
}

BOOST_AUTO_TEST_CASE(facts_are_folded_keywords_and_days_are_spans) {
  const auto document = opensearch_document(article());
  BOOST_TEST(document.at("source") == "the harbour post");
  BOOST_TEST(document.at("first_day") == "2022-12-01");
  BOOST_TEST(document.at("last_day") == "2022-12-31");
  BOOST_TEST(document.at("salient_actors").at(0) == "g7");
  BOOST_TEST(document.at("article").at("title") == "Oil cap agreed");
  const std::string lines = opensearch_bulk_lines(article(), "KEY");
  BOOST_TEST(lines.starts_with("{\"index\":{\"_id\":\"KEY\"}}\n{"));
  BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 2);
}

BOOST_AUTO_TEST_CASE(every_field_of_a_document_is_in_the_mapping) {
  const auto properties = opensearch_mapping().at("mappings").at("properties");
  const auto document = opensearch_document(article());
  for (const auto& [name, value] : document.items()) BOOST_TEST(properties.contains(name), name);
}

BOOST_AUTO_TEST_SUITE_END()

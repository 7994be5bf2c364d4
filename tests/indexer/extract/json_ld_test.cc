#include "indexer/extract/json_ld.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace dateline::indexer {
namespace {

StructuredData read(std::initializer_list<std::string_view> scripts) {
  const std::vector<std::string_view> list(scripts);
  return read_json_ld(list);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_ld_test)

BOOST_AUTO_TEST_CASE(the_most_specific_article_comes_first) {
  const auto data = read(
      {R"({"@type":"WebPage","name":"Page"})",
       R"({"@graph":[{"@type":"WebSite","name":"The Daily"},{"@type":["Article","NewsArticle"],"headline":"Oil &amp; gas"}]})"});
  BOOST_REQUIRE(data.articles.size() == 2U);
  BOOST_TEST(data.articles[0].type == "NewsArticle");
  BOOST_TEST(data.articles[0].headline == "Oil & gas");
  BOOST_TEST(data.site == "The Daily");
}

BOOST_AUTO_TEST_CASE(authors_come_as_strings_objects_lists_and_references) {
  const auto data = read({R"({"@graph":[{"@type":"Person","@id":"#p","name":"Ann Lee"},
    {"@type":"Article","headline":"x","author":[{"@id":"#p"},"Bo Ek",{"@type":"Organization","name":"Wire"},{"givenName":"Cy","familyName":"Dow"}]}]})"});
  BOOST_REQUIRE(data.articles.size() == 1U);
  BOOST_TEST(data.articles[0].authors == (std::vector<std::string>{"Ann Lee", "Bo Ek", "Cy Dow"}),
             boost::test_tools::per_element());
  BOOST_TEST(data.articles[0].organisations == (std::vector<std::string>{"Wire"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_pages_really_contain_is_read) {
  BOOST_TEST(read({"<!-- {\"@type\":\"Article\",\"headline\":\"a\"} -->"}).articles.size() == 1U);
  BOOST_TEST(read({"//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"a\"}\n//]]>"}).articles.size() == 1U);
  BOOST_TEST(read({"{\"@type\":\"Article\",\"headline\":\"a\",};"}).articles.size() == 1U);
  const auto broken_lines = read({"{\"@type\":\"Article\",\"headline\":\"a\nb\tc\"}"});
  BOOST_REQUIRE(broken_lines.articles.size() == 1U);
  BOOST_TEST(broken_lines.articles[0].headline == "a b c");
}

BOOST_AUTO_TEST_CASE(the_body_keeps_its_paragraphs) {
  const auto data = read({R"({"@type":"NewsArticle","articleBody":"<p>One.</p><p>Two.</p>"})"});
  BOOST_REQUIRE(data.articles.size() == 1U);
  BOOST_TEST(data.articles[0].body.find("One.") < data.articles[0].body.find('\n', 2));
}

BOOST_AUTO_TEST_CASE(hostile_scripts_are_skipped) {
  BOOST_TEST(read({std::string(100'000, '[')}).articles.empty());
  BOOST_TEST(read({"{", "null", "", "\"@type\"", "{\"@type\":{}}", "[[[]]]"}).articles.empty());
  std::string circle = R"({"@graph":[{"@type":"Article","@id":"#a","author":{"@id":"#a"}}]})";
  BOOST_TEST(read({circle}).articles.size() == 1U);
}

BOOST_AUTO_TEST_CASE(references_are_decoded_once) {
  BOOST_TEST(decode_references("a &amp;amp; b &#39;c&#x27; &nope; &") == "a &amp; b 'c' &nope; &");
  BOOST_TEST(decode_references("&#xD800;&#1114112;&#99999999999;") == "&#xD800;&#1114112;&#99999999999;");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

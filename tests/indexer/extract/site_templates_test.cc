#include "indexer/extract/site_templates.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

constexpr const char* kPromotion =
    "Our newsroom needs readers who pay, so that it can go on to report what others would rather keep quiet.";

std::string page(int n) {
  const std::string number(1, static_cast<char>('a' + n));
  std::string html = "<html lang=en><head><title>Story " + number + number +
                     " of the day | Harbour Gazette</title><link rel=canonical href='https://gazette.example/" +
                     number + "'></head><body><main><article><h1>Story " + number + number + " of the day</h1>";
  for (int k = 0; k < 4; ++k) {
    html += "<p>Paragraph " + std::to_string(k) + " of story " + number + " tells, at some length, what the council " +
            number +
            " decided about the harbour on Tuesday, and why the mayor, who had voted against it, gave way.</p>";
    if (k == 1) html += "<p>" + std::string(kPromotion) + "</p>";
  }
  return html + "</article></main></body></html>";
}

SiteTemplates learnt(int pages) {
  SiteTemplates templates;
  ExtractOptions options;
  options.outline = true;
  for (int n = 0; n < pages; ++n) templates.learn(extract_page(page(n), {}, options).outline);
  return templates;
}

bool has(const ExtractedPage& page, std::string_view paragraph) {
  for (const std::string& p : page.article.body) {
    if (p == paragraph) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(site_templates_test)

BOOST_AUTO_TEST_CASE(what_a_site_repeats_is_no_body) {
  BOOST_TEST(has(extract_page(page(0)), kPromotion));
  const SiteTemplates templates = learnt(3);
  const ExtractedPage out = extract_page(page(0), {}, {.templates = &templates});
  BOOST_TEST(!has(out, kPromotion));
  BOOST_TEST(out.article.body.size() == 4U);
}

BOOST_AUTO_TEST_CASE(two_pages_are_too_few) {
  const SiteTemplates templates = learnt(2);
  BOOST_TEST((templates.find("gazette.example") == nullptr));
  BOOST_TEST(has(extract_page(page(0), {}, {.templates = &templates}), kPromotion));
}

BOOST_AUTO_TEST_CASE(versions_of_one_article_count_once) {
  SiteTemplates templates;
  ExtractOptions options;
  options.outline = true;
  for (int n = 0; n < 5; ++n) templates.learn(extract_page(page(0), {}, options).outline);
  BOOST_TEST((templates.find("gazette.example") == nullptr));
}

BOOST_AUTO_TEST_CASE(the_ends_of_titles_are_learnt) {
  const SiteTemplates templates = learnt(4);
  const SiteTemplate* site = templates.find("gazette.example");
  BOOST_REQUIRE(site != nullptr);
  BOOST_TEST(title_affixes(*site) == (std::vector<std::string>{"Harbour Gazette"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_learnt_survives_storing) {
  const SiteTemplates templates = learnt(4);
  const std::string stored = templates.serialise();
  const auto again = SiteTemplates::parse(stored);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->serialise() == stored);
  BOOST_TEST(!has(extract_page(page(7), {}, {.templates = &*again}), kPromotion));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused) {
  for (const char* text : {"", "{", "[]", "{\"a\":1}", "{\"a\":{\"pages\":3}}",
                           "{\"a\":{\"pages\":3,\"texts\":{\"x\":1},\"places\":{},\"affixes\":{}}}"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!SiteTemplates::parse(text).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

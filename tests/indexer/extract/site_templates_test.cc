#include "indexer/extract/site_templates.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

constexpr const char* kPromotion =
    "Our newsroom needs readers who pay, so that it can go on to report what others would rather keep quiet.";

std::string page(int n) {
  std::string number(1, static_cast<char>('a' + n % 26));
  if (n >= 26) number += static_cast<char>('a' + n / 26);
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

SiteTemplates learnt(const std::vector<int>& pages) {
  SiteLearner learner;
  for (const int n : pages) teach(learner, page(n));
  return learner.templates();
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
  const SiteTemplates templates = learnt({0, 1, 2});
  const ExtractedPage out = extract_page(page(0), {}, {.templates = &templates});
  BOOST_TEST(!has(out, kPromotion));
  BOOST_TEST(out.article.body.size() == 4U);
}

BOOST_AUTO_TEST_CASE(two_pages_are_too_few) {
  BOOST_TEST(learnt({0, 1}).empty());
}

BOOST_AUTO_TEST_CASE(versions_of_one_article_count_once) {
  BOOST_TEST(learnt({0, 0, 0, 0, 0}).empty());
}

BOOST_AUTO_TEST_CASE(what_repeats_is_shown_and_the_ends_of_titles_are_learnt) {
  const SiteTemplates templates = learnt({0, 1, 2, 3});
  BOOST_REQUIRE(templates.count("gazette.example") == 1U);
  const SiteTemplate& site = templates.at("gazette.example");
  BOOST_TEST(site.pages == 4U);
  BOOST_TEST(site.affixes == (std::vector<std::string>{"Harbour Gazette"}), boost::test_tools::per_element());
  BOOST_REQUIRE(site.texts.size() == 1U);
  BOOST_TEST(std::string(kPromotion).starts_with(site.texts.begin()->second));
  BOOST_TEST(site.texts.begin()->second.size() > 80U);
}

BOOST_AUTO_TEST_CASE(what_is_learnt_does_not_depend_on_the_order_of_pages) {
  std::vector<int> pages;
  for (int n = 0; n < 100; ++n) pages.push_back(n);
  const SiteTemplates forwards = learnt(pages);
  BOOST_REQUIRE(forwards.size() == 1U);
  BOOST_TEST(forwards.begin()->second.pages == SiteLearner::kPages);
  for (unsigned seed = 1; seed <= 3; ++seed) {
    std::shuffle(pages.begin(), pages.end(), std::mt19937(seed));
    BOOST_TEST(serialise(learnt(pages).begin()->second) == serialise(forwards.begin()->second));
  }
}

BOOST_AUTO_TEST_CASE(a_page_that_would_change_nothing_is_not_wanted) {
  SiteLearner learner;
  PageOutline outline;
  outline.host = "gazette.example";
  for (std::uint64_t n = 1; n <= SiteLearner::kPages; ++n) {
    BOOST_TEST(learner.wants(outline.host, 1000 * n));
    outline.title = std::to_string(n);
    learner.learn(1000 * n, outline);
  }
  BOOST_TEST(!learner.wants(outline.host, 1000 * SiteLearner::kPages + 1));
  BOOST_TEST(learner.wants(outline.host, 999));
  BOOST_TEST(!learner.wants("", 1));
}

BOOST_AUTO_TEST_CASE(a_page_stored_under_another_address_teaches_nothing) {
  SiteLearner learner;
  for (int n = 0; n < 4; ++n) teach(learner, page(n), {.url = "https://mirror.example/a"});
  BOOST_TEST(learner.templates().empty());
}

BOOST_AUTO_TEST_CASE(what_is_learnt_survives_storing) {
  const SiteTemplate site = learnt({0, 1, 2, 3}).at("gazette.example");
  const std::string stored = serialise(site);
  const auto again = parse_site_template(stored);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(serialise(*again) == stored);
  const SiteTemplates templates{{"gazette.example", *again}};
  BOOST_TEST(!has(extract_page(page(7), {}, {.templates = &templates}), kPromotion));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused) {
  for (const char* text :
       {"", "{", "[]", "{\"a\":1}", "{\"pages\":3}", "{\"pages\":3,\"texts\":{\"x\":\"1\"},\"affixes\":[]}",
        "{\"pages\":3,\"texts\":{\"1\":1},\"affixes\":[]}"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_site_template(text).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

#include "indexer/extract/page.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>

#include "common/text.h"

namespace dateline::indexer {
namespace {

std::string story(std::string_view head, std::string_view first) {
  return "<html><head>" + std::string(head) +
         "</head><body><nav><a href=/>Home</a> <a href=/w>World</a></nav><article><h1>Harbour opens again</h1><p>" +
         std::string(first) +
         "</p><p>The first ship came in at dawn, three years after the storm, and the pilots who brought it in said "
         "that the channel was deep enough for all.</p>"
         "<p>What it cost is not known; the council, which paid for most of it, will say so in March, according to a "
         "spokesman.</p></article>"
         "<footer>© 2021 Harbour Gazette</footer></body></html>";
}

void check_text(const ExtractedPage& page) {
  const auto check = [](std::string_view s) { BOOST_TEST(text::clean(s) == s); };
  check(page.article.title);
  check(page.article.section);
  check(page.article.url);
  check(page.site);
  for (const std::string& p : page.article.body) {
    check(p);
    BOOST_TEST(!p.empty());
  }
  for (const std::string& a : page.article.authors) check(a);
  for (const std::string& k : page.article.keywords) check(k);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_test)

BOOST_AUTO_TEST_CASE(a_plain_story_is_read) {
  const auto page = extract_page(
      story("<title>Harbour opens again | Gazette</title>",
            "The harbour opened again on Monday, the council said, after it had been closed for three years."));
  BOOST_TEST(page.refusal.empty());
  BOOST_TEST(page.article.title == "Harbour opens again");
  BOOST_REQUIRE(page.article.body.size() == 3U);
  BOOST_TEST(page.article.body[0].starts_with("The harbour opened"));
}

BOOST_AUTO_TEST_CASE(every_field_names_its_signal) {
  const auto page = extract_page(story(
      R"(<meta property="article:published_time" content="2021-12-30"><meta name=author content="Ann Lee"><meta property="article:section" content="Port">)",
      "The harbour opened again on Monday, the council said, after it had been closed for three years."));
  for (const char* field : {"title", "body", "published", "authors", "section"}) {
    const bool named = std::any_of(page.signals.begin(), page.signals.end(),
                                   [&](const Signal& s) { return s.field == field && !s.signal.empty(); });
    BOOST_TEST_CONTEXT(field) BOOST_TEST(named);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_page_is_refused_with_a_reason) {
  BOOST_TEST(extract_page("").refusal == "empty");
  BOOST_TEST(extract_page(std::string(100, '\0')).refusal == "not HTML");
  BOOST_TEST(extract_page("just words").refusal == "not HTML");
  std::string binary;  // as compressed bytes are, with a tag in it by chance
  for (unsigned i = 0; i < 3000; ++i) binary.push_back(static_cast<char>(i * 7919U >> 3U & 0xFFU));
  BOOST_TEST(extract_page(binary + "<p>words").refusal == "not HTML");
  BOOST_TEST(extract_page("<?xml version='1.0'?><!-- a --><rss><channel><title>News</title></channel></rss>").refusal ==
             "not HTML");
  for (const std::string_view prolog : {"<", "<!", "<!DOCTYPE html>", "<?xml version='1.0'?><!-- all -->", "words<!"})
    BOOST_TEST(!extract_page(prolog).refusal.empty());
  BOOST_TEST(extract_page("<?xml version='1.0'?><html><p>Some words of a page.</p></html>").refusal.empty());
  BOOST_TEST(extract_page("<p></p>").refusal == "no text");
  BOOST_TEST(extract_page(std::string(200, 'a'), {}, {.max_bytes = 100}).refusal == "larger than 0 MiB");
}

BOOST_AUTO_TEST_CASE(encodings_are_found_where_pages_state_them) {
  const std::string words =
      "Die Stra\xDF"
      "e am Hafen ist wieder frei, sagte die Stadt, und f\xFCr alle offen.";
  BOOST_TEST(
      extract_page(story("<meta charset=iso-8859-1>", words)).article.body.at(0).starts_with("Die Straße am Hafen"));
  BOOST_TEST(extract_page(story("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", words))
                 .article.body.at(0)
                 .starts_with("Die Straße"));
  BOOST_TEST(extract_page(story("", words), {.charset = "iso-8859-15"}).article.body.at(0).starts_with("Die Straße"));
  // Valid UTF-8 is believed more than a wrong declaration.
  BOOST_TEST(extract_page(story("<meta charset=iso-8859-1>",
                                "Die Straße am Hafen ist wieder frei, sagte die Stadt, und für alle offen."))
                 .article.body.at(0)
                 .starts_with("Die Straße"));
}

BOOST_AUTO_TEST_CASE(control_characters_never_pass) {
  const auto page = extract_page(
      story("<title>a&#27;[31mb</title><meta name=author content='Ann&#x9b; Lee'>",
            "The \x1b]0;harbour\x07 opened &#x202e;again on Monday, the council said, after three years."));
  check_text(page);
}

BOOST_AUTO_TEST_CASE(the_same_page_gives_the_same_article) {
  const std::string html =
      story("<title>x</title>",
            "The harbour opened again on Monday, the council said, after it had been closed for three years.");
  const auto one = extract_page(html), two = extract_page(html);
  BOOST_TEST((one.article == two.article));
}

BOOST_AUTO_TEST_CASE(a_deep_page_keeps_its_text) {
  std::string html = "<h1>Harbour opens again</h1>";
  for (int i = 0; i < 10'000; ++i) html += "<div>";
  html +=
      "<p>The harbour opened again on Monday, the council said, after it had been closed for three years, and the "
      "first ship came in.</p>";
  const auto page = extract_page(html);
  BOOST_REQUIRE(page.article.body.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_page_of_very_many_blocks_is_bounded) {
  std::string html = "<h1>Harbour opens again</h1>";
  for (int i = 0; i < 120'000; ++i) html += "<p>x 3";
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST(extract_page(html, {}, {.explain = true, .outline = true}).refusal.empty());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  BOOST_TEST(took.count() < 20.0);
}

BOOST_AUTO_TEST_CASE(broken_pages_never_break_us) {
  const char* given = std::getenv("DATELINE_TEST_SEED");
  const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::mt19937_64 random(seed);
  const std::string base = story(
      R"(<meta charset=utf-8><title>t</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour","author":[{"name":"A B"}],"datePublished":"2021-12-30"}</script>)",
      "The harbour opened again on Monday, the council said, after it had been closed for three years.");
  const std::string_view alphabet = "<>/\"'=&;{}[]! -abtdp\n\xC3\xA9\xFF";
  BOOST_TEST_CONTEXT("DATELINE_TEST_SEED=" << seed) {
    for (int round = 0; round < 300; ++round) {
      std::string html = base;
      const auto edits = 1 + random() % 20;
      for (std::uint64_t k = 0; k < edits && !html.empty(); ++k) {
        const std::size_t at = random() % html.size();
        switch (random() % 4) {
          case 0:
            html[at] = alphabet[random() % alphabet.size()];
            break;
          case 1:
            html.erase(at, random() % 40);
            break;
          case 2:
            html.insert(at, html.substr(random() % html.size(), random() % 60));
            break;
          default:
            html.resize(at);
            break;
        }
      }
      check_text(extract_page(html, {}, {.explain = true, .outline = true}));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

#include "indexer/extract/title.h"

#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

struct Row {
  std::string_view title, rest;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.title;
}

const Row kRows[] = {
    {"Oil falls | The Daily", "Oil falls"},
    {"Oil falls - The Daily", "Oil falls"},
    {"Oil falls again – World | The Daily", "Oil falls again – World"},
    {"The Daily: Oil falls", "The Daily: Oil falls"},
    {"The Daily | Oil falls again", "Oil falls again"},
    {"Oil falls again: The Daily", "Oil falls again"},
    {"Oil - what now?", "Oil - what now?"},
    {"Oil falls again | Local Weather", "Oil falls again"},
    {"The Daily", "The Daily"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(title_test)

BOOST_DATA_TEST_CASE(the_name_of_the_site_is_cut_off, boost::unit_test::data::make(kRows), row) {
  PageMetadata page;
  page.site = "The Daily";
  page.host = "thedaily.example";
  BOOST_TEST(without_site_name(row.title, page, {"Local Weather"}) == row.rest);
}

BOOST_AUTO_TEST_CASE(the_headline_wins_over_the_name_of_a_blog) {
  const auto out = extract_page(
      "<html><head><title>How prices are made - Jane's Blog</title><meta property='og:title' content='How prices are "
      "made'>"
      "<meta property='og:site_name' content=\"Jane's Blog\"></head><body><h1>Jane's Blog</h1><article><h2>How prices "
      "are made</h2>"
      "<p>Prices are made where those who sell and those who buy agree, and that is all.</p></article></body></html>");
  BOOST_TEST(out.article.title == "How prices are made");
}

std::string headline_of(std::string_view head, std::string_view body) {
  return extract_page("<html><head>" + std::string(head) + "</head><body>" + std::string(body) +
                      "<p>Oil prices fell for a third day on Tuesday, traders in the old harbour said, as stocks rose "
                      "and nobody, they said, would buy.</p></body></html>")
      .article.title;
}

BOOST_AUTO_TEST_CASE(a_news_article_is_called_what_it_puts_out) {
  const std::string_view news = R"(<script type="application/ld+json">{"@type":"NewsArticle",
      "headline":"Oil falls again as stocks rise and nobody buys"}</script>)";
  const std::string_view h1 = "<h1>Oil falls again as stocks rise and nobody buys</h1>";
  BOOST_TEST(headline_of(std::string(news) + "<meta property='og:title' content='Stocks are full, traders wait'>",
                         h1) == "Stocks are full, traders wait");
  // What is put out beyond the headline is no part of it.
  BOOST_TEST(headline_of(std::string(news) + "<meta property='og:title' content='Oil falls again as stocks rise and "
                                             "nobody buys - Economy - Northern Courier'>",
                         h1) == "Oil falls again as stocks rise and nobody buys");
}

BOOST_AUTO_TEST_CASE(an_h1_that_page_titles_hold_beside_the_headline_is_the_name_of_the_site) {
  BOOST_TEST(headline_of("<title>Notes from the harbour: Why nobody buys oil this winter, and who will</title>",
                         "<h1>Notes from the harbour</h1><h2>Why nobody buys oil this winter, and who will</h2>") ==
             "Why nobody buys oil this winter, and who will");
}

BOOST_AUTO_TEST_CASE(an_h1_without_text_is_a_logo) {
  const std::string_view head = "<title>Flood closes the old harbour for a week | Northern Courier</title>";
  const auto h1 = [&](std::string_view logo) {
    const auto out = extract_page("<html><head>" + std::string(head) + "</head><body>" + std::string(logo) +
                                      "<article><h1>Flood shuts the harbour</h1><p>The flood came at night, and by the "
                                      "morning the harbour stood under water, the council said.</p></article></body>",
                                  {}, {.explain = true});
    const auto it = std::find_if(out.candidates.begin(), out.candidates.end(),
                                 [](const Candidate& c) { return c.value == "Flood shuts the harbour"; });
    BOOST_REQUIRE((it != out.candidates.end()));
    return it->score;
  };
  BOOST_TEST(h1("<h1><a href='/'><img src=logo.png></a></h1>") == h1("<div><a href='/'><img src=logo.png></a></div>"));
}

BOOST_AUTO_TEST_CASE(the_name_of_the_site_is_no_headline) {
  BOOST_TEST(headline_of("<title>Harbour Notes - Why nobody buys oil this winter, and who will</title>"
                         "<meta property='og:site_name' content='Harbour Notes'>",
                         "<h1>Harbour Notes</h1><h3>Why nobody buys oil this winter, and who will</h3>") ==
             "Why nobody buys oil this winter, and who will");
}

BOOST_AUTO_TEST_CASE(a_bold_line_is_a_headline_where_there_are_no_headings) {
  const auto out = extract_page(
      "<html><head><title>Northern Courier: World</title></head><body><table><tr><td><font size=5><b>Flood closes the "
      "old harbour for a week</b></font><br>Friday, March 11, 2011<br><br><p>The flood came at night, and by the "
      "morning "
      "the harbour stood under water, the council said, as did the streets behind it.</p><p>Nobody was hurt, but ships "
      "will have to go elsewhere for a week, and those who unload them, too.</p></td></tr></table></body></html>",
      {}, {.explain = true});
  bool proposed = false;
  for (const Candidate& c : out.candidates) proposed = proposed || c.value == "Flood closes the old harbour for a week";
  BOOST_TEST(proposed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

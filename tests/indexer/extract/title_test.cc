#include "indexer/extract/title.h"

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

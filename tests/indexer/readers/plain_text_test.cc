#include "indexer/readers/plain_text.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/date.h"
#include "tests/indexer/readers/read_all.h"

using namespace dateline;
using indexer::PlainTextReader;
using test::read_all;

BOOST_AUTO_TEST_SUITE(plain_text_test)

namespace {
Article read_one(std::string_view bytes) {
  return read_all<PlainTextReader>(bytes).articles.at(0).article;
}
}  // namespace

BOOST_AUTO_TEST_CASE(headline_body_place_and_source_are_read_and_litter_is_dropped) {
  const Article a = read_one(
      "Leaders meet in Geneva\n\nGeneva. The two leaders met for three hours.\nThey agreed to meet again.\n\nA second "
      "paragraph.\n\n\n\n"
      "Reference-www.thepaper.example\n\nLeave a Comment");
  BOOST_TEST(a.title == "Leaders meet in Geneva");
  BOOST_TEST(
      a.body == (std::vector<std::string>{"Geneva. The two leaders met for three hours. They agreed to meet again.",
                                          "A second paragraph."}),
      boost::test_tools::per_element());
  BOOST_TEST(a.place == "Geneva");
  BOOST_TEST(a.source == "thepaper.example");
  BOOST_TEST(!a.published.has_value());
}

BOOST_AUTO_TEST_CASE(a_credit_may_name_a_paper_and_litter_may_lack_a_credit) {
  BOOST_TEST(read_one("T\n\nBody text.\n\nSource: The Daily Paper\nShare this:\nTweet").source == "The Daily Paper");
  BOOST_TEST(read_one("T\n\nTexto.\n\nFuente: https://www.diario.example/nota/1").source == "diario.example");
  BOOST_TEST(read_one("T\n\nBody text.\n\nShare on Facebook\nTweet\n").body.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_date_below_the_story_is_read_as_one) {
  const Article below = read_one("T\n\nBody text.\n\nSource: P\n\nPosted on December 18, 2022\nLeave a comment");
  BOOST_TEST(format_day(below.published.value()) == "2022-12-18");
  BOOST_TEST(below.body.size() == 1U);
  const Article above = read_one("T\n\nBody text.\n\nPublished: 23 September 2022\n\nReference-www.p.example");
  BOOST_TEST(format_day(above.published.value()) == "2022-09-23");
  BOOST_TEST(above.body.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_source_inside_the_story_is_no_credit) {
  std::string story = "T\n\nSource: officials, who spoke at length about what they had seen.\n";
  for (int i = 0; i < 3; ++i) story += "\n" + std::string(200, 'a') + " goes on.\n";
  BOOST_TEST(read_one(story).body.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_header_block_is_understood) {
  const Article a = read_one(
      "Title: The headline\nDate: 3 de abril de 2021\nSource: El Faro\nAuthor: Ana Ruiz y José Paz\nURL: "
      "https://faro.example/1\nSection: Mundo\n"
      "Language: es\n\nThe headline\n\nMadrid. Cuerpo de la nota.\n");
  BOOST_TEST(a.title == "The headline");
  BOOST_TEST(format_day(*a.published) == "2021-04-03");
  BOOST_TEST(a.source == "El Faro");
  BOOST_TEST(a.authors == (std::vector<std::string>{"Ana Ruiz", "José Paz"}), boost::test_tools::per_element());
  BOOST_TEST(a.section == "Mundo");
  BOOST_TEST(a.lang == "es");
  BOOST_TEST(a.body == (std::vector<std::string>{"Madrid. Cuerpo de la nota."}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_language_line_decides_the_date_line_wherever_it_stands) {
  BOOST_TEST(format_day(*read_one("Date: 03/04/2021\nLanguage: es\n\nT\n\nB.").published) == "2021-04-03");
  BOOST_TEST(format_day(*read_one("Date: 03/04/2021\nLanguage: en\n\nT\n\nB.").published) == "2021-03-04");
}

BOOST_AUTO_TEST_CASE(byline_and_date_under_the_headline_are_no_paragraphs) {
  const Article a = read_one("T\n\nBy Jane Doe\n30 December 2021\n\nThe story.");
  BOOST_TEST(a.authors.at(0) == "Jane Doe");
  BOOST_TEST(format_day(*a.published) == "2021-12-30");
  BOOST_TEST(a.body.size() == 1U);
}

BOOST_AUTO_TEST_CASE(old_encodings_and_marks_are_read) {
  BOOST_TEST(read_one("Espa\xF1"
                      "a y Per\xFA\n\nMadrid. La reuni\xF3n fue ma\xF1"
                      "ana.")
                 .title == "España y Perú");
  BOOST_TEST(read_one("\xEF\xBB\xBFT\n\nB.").title == "T");
}

BOOST_AUTO_TEST_CASE(a_text_without_a_headline_is_all_body) {
  const Article a = read_one(std::string(5000, 'a'));
  BOOST_TEST(a.title.empty());
  BOOST_TEST(a.body.size() == 1U);
}

struct Place {
  const char* paragraph;
  const char* place;
};
std::ostream& operator<<(std::ostream& out, const Place& p) {
  return out << p.paragraph;
}
const Place kPlaces[] = {
    {"Washington. US President Joe Biden will …", "Washington"},
    {"KYIV, Feb 24 — The first …", "KYIV"},
    {"MOSCOW (Agency) - The ministry …", "MOSCOW"},
    {"Buenos Aires. El presidente …", "Buenos Aires"},
    {"São Paulo, 30 Oct (Agencia) – O …", "São Paulo"},
    {"NEW YORK — Stocks fell", "NEW YORK"},
    {"Mr. Smith went to Washington. He stayed.", ""},
    {"The president said so. He then left.", ""},
    {"Rishi Sunak - the former chancellor - said", ""},
    {"Never. That is what he said.", ""},
    {"", ""},
};
BOOST_DATA_TEST_CASE(the_place_of_the_dateline_is_told_from_a_sentence, kPlaces, row) {
  BOOST_TEST(indexer::dateline_place(row.paragraph) == row.place);
}

BOOST_AUTO_TEST_CASE(the_archived_article_of_the_evaluation_data) {
  const std::filesystem::path path =
      std::filesystem::path(DATELINE_SOURCE_DIR).parent_path() / "shared/eval/seed/article.txt";
  if (!std::filesystem::exists(path)) {
    BOOST_TEST_MESSAGE("skipped: no " << path);
    return;
  }
  std::ifstream in(path);
  std::stringstream bytes;
  bytes << in.rdbuf();
  const Article a = read_one(bytes.str());
  BOOST_TEST(a.title == "Biden will offer Putin a diplomatic channel on the Ukraine crisis");
  BOOST_TEST(a.source == "eleconomista.com.mx");
  BOOST_TEST(a.place == "Washington");
  BOOST_REQUIRE(!a.body.empty());
  BOOST_TEST(a.body.back().ends_with("“unacceptable.”"));
  BOOST_TEST(a.body.size() == 11U);
}

BOOST_AUTO_TEST_SUITE_END()

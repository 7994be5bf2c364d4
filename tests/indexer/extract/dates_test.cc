#include "indexer/extract/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "common/date.h"
#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

struct Row {
  std::string_view url, day;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.url;
}

const Row kAddresses[] = {
    {"https://paper.example/2021/12/30/story", "2021-12-30"},
    {"https://paper.example/2021-12-30-story", "2021-12-30"},
    {"https://paper.example/news/20211230/story", "2021-12-30"},
    {"https://paper.example/2021/dec/30/story", "2021-12-30"},
    {"https://paper.example/2021/december/30/story", "2021-12-30"},
    {"https://paper.example/2015/08/150803-story", "2015-08-03"},
    {"https://paper.example/meldungen/29-10-2021", "2021-10-29"},
    {"https://paper.example/2021/12/story", "2021-12"},
    {"https://paper.example/2021/13/45/story", ""},
    {"https://paper.example/story-120211230999", ""},
    {"https://2021-12-30.example/", ""},
    {"", ""},
};

std::string page(std::string_view head, std::string_view body) {
  return "<html lang=en><head><title>Oil falls again</title>" + std::string(head) +
         "</head><body><h1>Oil falls again</h1>" + std::string(body) +
         "<p>Prices fell for a third day on Tuesday, traders said, as stocks rose.</p></body></html>";
}

ExtractedPage extract(const std::string& html) {
  return extract_page(html, {}, {.latest = std::chrono::sys_days{std::chrono::year{2022} / 6 / 1}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dates_test)

BOOST_DATA_TEST_CASE(an_address_may_hold_a_day, boost::unit_test::data::make(kAddresses), row) {
  const auto date = date_in_url(row.url);
  BOOST_TEST((date ? format_day(*date) : "") == row.day);
}

BOOST_AUTO_TEST_CASE(zone_and_precision_are_kept) {
  const auto out = extract(page(R"(<meta property="article:published_time" content="2021-12-30T14:05:00-05:00">)", ""));
  BOOST_REQUIRE(out.article.published.has_value());
  BOOST_TEST(format_rfc3339(*out.article.published) == "2021-12-30T14:05:00-05:00");
}

BOOST_AUTO_TEST_CASE(published_is_never_taken_from_modified) {
  const auto out = extract(page(R"(<meta property="article:modified_time" content="2021-12-31T10:00:00Z">
    <script type="application/ld+json">{"@type":"NewsArticle","headline":"Oil falls again","dateModified":"2021-12-31T10:00:00Z"}</script>)",
                                "<p>Last updated: December 31, 2021</p>"));
  BOOST_TEST(!out.article.published.has_value());
  BOOST_REQUIRE(out.article.modified.has_value());
  BOOST_TEST(format_day(*out.article.modified) == "2021-12-31");
}

BOOST_AUTO_TEST_CASE(impossible_dates_are_refused) {
  for (const char* date : {"0001-01-01T00:00:00Z", "2199-01-01", "2022-06-03", "1899-12-30", "2021-02-30", "soon"}) {
    const auto out =
        extract(page("<meta property=\"article:published_time\" content=\"" + std::string(date) + "\">", ""));
    BOOST_TEST_CONTEXT(date) BOOST_TEST(!out.article.published.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_dateline_under_the_headline_counts) {
  for (const char* line : {"December 30, 2021", "30 December 2021, 14:05", "Published: 2021-12-30", "30. Dezember 2021",
                           "30 de diciembre de 2021", "30 декабря 2021", "2021年12月30日"}) {
    const auto out = extract(page("", "<p class=\"date\">" + std::string(line) + "</p>"));
    BOOST_TEST_CONTEXT(line) {
      BOOST_REQUIRE(out.article.published.has_value());
      BOOST_TEST(format_day(*out.article.published) == "2021-12-30");
    }
  }
}

BOOST_AUTO_TEST_CASE(days_are_proposed_by_signals_that_are_not_the_usual_ones) {
  const std::string_view heads[] = {
      R"(<meta property="our_own:uploaded" content="2021-12-30T04:36:36-05:00">)",
      R"(<meta name="article:published_time" value="2021-12-30T04:36:36-05:00">)",
      R"(<script>state = {"updated_at":"2022-02-01T10:00:00Z","created_at":"2021-12-30T04:36:36-05:00"};</script>)",
  };
  for (const std::string_view head : heads) {
    const auto out = extract_page(page(head, ""), {}, {.explain = true});
    bool proposed = false;
    for (const Candidate& c : out.candidates)
      proposed = proposed || (c.field == "published" && c.value.starts_with("2021-12-30"));
    BOOST_TEST_CONTEXT(head) BOOST_TEST(proposed);
  }
}

BOOST_AUTO_TEST_CASE(inline_elements_part_what_the_text_runs_together) {
  const auto out = extract(page("", "<div class=dateline><a href=/h>Health</a><span>DECEMBER 22, 2021</span></div>"));
  BOOST_REQUIRE(out.article.published.has_value());
  BOOST_TEST(format_day(*out.article.published) == "2021-12-22");
}

BOOST_AUTO_TEST_CASE(a_day_at_the_end_of_the_title_is_proposed) {
  const auto out = extract_page(
      "<html lang=de><head><title>Oil falls again | Northern Courier | 30.12.2021</title></head><body><h1>Oil falls "
      "again</h1><p>Prices fell for a third day on Tuesday, traders said, as stocks rose.</p></body></html>");
  BOOST_REQUIRE(out.article.published.has_value());
  BOOST_TEST(format_day(*out.article.published) == "2021-12-30");
}

BOOST_AUTO_TEST_CASE(a_news_article_states_its_day) {
  const auto stating = [](std::string_view published) {
    return R"(<script type="application/ld+json">{"@type":"NewsArticle","headline":"Oil falls again","datePublished":")" +
           std::string(published) + R"("}</script>)";
  };
  // The printed paper is of the next day.
  const auto evening = extract(page(stating("2021-12-29T19:30:00+01:00") + "<meta name=date content=2021-12-30>", ""));
  BOOST_REQUIRE(evening.article.published.has_value());
  BOOST_TEST(format_day(*evening.article.published) == "2021-12-29");
}

BOOST_AUTO_TEST_CASE(a_moment_in_the_time_of_greenwich_is_of_the_day_that_the_page_shows) {
  const auto day = [](std::string_view head, std::string_view body) {
    const auto out = extract(page(head, body));
    return out.article.published ? format_day(*out.article.published) : std::string();
  };
  const auto published = [](std::string_view when) {
    return R"(<meta property="article:published_time" content=")" + std::string(when) + "\">";
  };
  // Another statement of the same moment has a zone, or shows the clock of the place.
  BOOST_TEST(day(published("2021-12-31T03:05:09Z"),
                 "<time datetime='2021-12-30T19:05:09-08:00'>December 30, 2021</time>") == "2021-12-30");
  BOOST_TEST(day(published("2021-12-31T03:05:09Z"), "<time datetime='2021-12-30 19:05:09'>Thursday</time>") ==
             "2021-12-30");
  // A day alone is written as its midnight.
  BOOST_TEST(day(published("2021-12-29T23:00:00Z"), "<p class=date>30 December 2021</p>") == "2021-12-30");
  // Whole hours later another thing may happen.
  BOOST_TEST(day(published("2021-12-29T22:00:00Z") +
                     R"(<meta property="article:modified_time" content="2021-12-30T08:00:00">)",
                 "") == "2021-12-29");
  // A zone that the page itself writes is kept.
  BOOST_TEST(day(published("2021-12-30T23:05:09-05:00"), "<time datetime='2021-12-31T04:05:09Z'>Thursday</time>") ==
             "2021-12-30");
}

std::vector<std::string> proposed_days(const std::string& html) {
  std::vector<std::string> days;
  for (const Candidate& c : extract_page(html, {}, {.explain = true}).candidates) {
    if (c.field == "published") days.push_back(c.value.substr(0, 10));
  }
  return days;
}

BOOST_AUTO_TEST_CASE(shown_days_are_read_by_the_words_before_them) {
  BOOST_TEST(proposed_days(page("", "<p>Copyright © 30 December 2021</p>")) == std::vector<std::string>{"2021-12-30"},
             boost::test_tools::per_element());
  for (const char* joined : {"Registriert: 30.12.2021", "Joined: 30 December 2021", "Зарегистрирован: 30.12.2021"})
    BOOST_TEST(proposed_days(page("", "<p>" + std::string(joined) + "</p>")).empty(), joined);
  for (const char* changed : {"Geändert: 30.12.2021", "Ändrad: 30.12.2021", "Dernière modification : 30/12/2021",
                              "Cập nhật: 30/12/2021", "최종수정 2021-12-30"})
    BOOST_TEST(proposed_days(page("", "<p>" + std::string(changed) + "</p>")).empty(), changed);
  const auto both = proposed_days(page("", "<p class=date>03/10/2021</p>"));
  BOOST_TEST((std::count(both.begin(), both.end(), "2021-03-10") == 1));
  BOOST_TEST((std::count(both.begin(), both.end(), "2021-10-03") == 1));
}

// Signals are compared with each other: a page may not have any number of them.
BOOST_AUTO_TEST_CASE(of_many_statements_the_first_thousand_count) {
  std::string statements;
  std::chrono::sys_days day = std::chrono::year{1960} / 1 / 1;
  for (int i = 0; i < 20000; ++i, day += std::chrono::days{1}) {
    const std::chrono::year_month_day date{day};
    statements += fmt::format(R"({{"@type":"NewsArticle","datePublished":"{}-{:02}-{:02}T03:05:09Z"}},)",
                              int{date.year()}, unsigned{date.month()}, unsigned{date.day()});
  }
  const std::size_t proposed =
      proposed_days(page("<script type='application/ld+json'>[" + statements + "{}]</script>", "")).size();
  BOOST_TEST(proposed > 500U);
  BOOST_TEST(proposed <= 1000U);
}

BOOST_AUTO_TEST_CASE(a_number_that_can_be_read_both_ways_is_settled_by_the_text) {
  const auto out =
      extract(page(R"(<meta name=date content="11/01/2021 12:43:42">)", "<p class=date>1 November 2021</p>"));
  BOOST_REQUIRE(out.article.published.has_value());
  BOOST_TEST(format_day(*out.article.published) == "2021-11-01");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

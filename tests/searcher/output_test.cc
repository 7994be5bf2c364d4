#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "common/date.h"
#include "common/query_error.h"
#include "common/text.h"
#include "searcher/output/json_printer.h"
#include "searcher/output/result_writer.h"
#include "searcher/output/text.h"
#include "tests/support/golden.h"

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;

Article article_about_offer() {
  Article article;
  article.id = "7f3a9c0e51d2";
  article.title = "Biden to offer Putin a diplomatic way out over Ukraine";
  article.body = {
      "Washington would rather see the troops return to their bases; in early December the president threatened Putin "
      "with "
      "sanctions of a kind he had not seen if he attacked.",
      "“The choice is his,” an official said."};
  article.published = parse_date("2021-12-30T14:05:00-05:00");
  article.source = "El Economista";
  article.url = "https://example.org/biden-putin";
  article.authors = {"Ann Lee", "José Pérez"};
  article.lang = "en";
  article.section = "World";
  article.place = "Washington";
  article.keywords = {"diplomacy"};
  article.actors = {
      {.name = "Joe Biden", .kind = ActorKind::person, .mentions = 4, .salience = 0.5, .surfaces = {"Biden"}},
      {.name = "Vladimir Putin", .kind = ActorKind::person, .mentions = 3, .salience = 0.25, .surfaces = {"Putin"}},
      {.name = "NATO", .kind = ActorKind::organisation, .mentions = 1, .salience = 0, .surfaces = {}}};
  return article;
}

MarkedText marked(std::string text, const std::vector<std::string>& words) {
  MarkedText out{.text = std::move(text), .marks = {}};
  for (const std::string& word : words) {
    const std::size_t at = out.text.find(word);
    if (at != std::string::npos) out.marks.push_back({at, at + word.size()});
  }
  return out;
}

/// Two hits: one complete, one of an article of which little is known and whose title attacks the terminal.
SearchResult result_with_everything() {
  SearchResult result;
  result.query = "putin AND sanctions";
  result.total = 1398;
  result.took = std::chrono::microseconds{6200};
  Hit first;
  first.rank = 1;
  first.score = 12.345678;
  first.article = article_about_offer();
  first.title = marked(first.article.title, {"Putin"});
  first.snippet = marked(first.article.body[0], {"Putin", "sanctions"});
  Hit second;
  second.rank = 2;
  second.score = 11;
  second.article.id = "b2";
  second.article.title = "=cmd|' /C calc'!A0, \"quoted\" \x1b]52;c;cm0gLXJm\x07 北京 sanctions";
  second.title = marked(second.article.title, {"sanctions"});
  second.snippet = marked("Rouble falls, sanctions bite", {"sanctions"});
  result.hits = {first, second};
  Facet source{.field = "source",
               .values = {{"Reuters", "", 1210}, {"Wire & Post", "", 64}, {"El Economista", "", 31}},
               .missing = 2};
  Facet actors{.field = "actors",
               .values = {{"Vladimir Putin", "person", 1398}, {"Russia", "country", 391}, {"Ukraine", "country", 3}},
               .missing = 0};
  Facet date{.field = "date", .values = {}, .missing = 4};
  for (const auto& [day, count] : std::vector<std::pair<const char*, int>>{{"2021-10-03", 1},
                                                                           {"2021-11-20", 2},
                                                                           {"2021-12-30", 5},
                                                                           {"2022-01-02", 6},
                                                                           {"2022-01-03", 8},
                                                                           {"2022-03-01", 4}}) {
    date.values.push_back({.value = day, .kind = {}, .count = static_cast<std::uint64_t>(count)});
  }
  result.facets = {source, actors, date};
  result.notes = {"“sanctions” also covers sanctioned, sanctioning; =sanctions for the exact word"};
  return result;
}

std::string written(OutputFormat format, const SearchResult& result, OutputSettings settings = {}) {
  std::ostringstream out;
  write(result, *make_writer(format, out, settings));
  return out.str();
}

OutputSettings on_terminal(std::size_t width, bool colored = false) {
  return {.terminal = {.colored = colored, .links = false, .width = width}};
}

BOOST_AUTO_TEST_SUITE(output_test)

BOOST_AUTO_TEST_CASE(text_looks_as_it_should) {
  const SearchResult result = result_with_everything();
  test::check_golden("output/text-pipe/expected.txt", written(OutputFormat::text, result));
  test::check_golden("output/text-80/expected.txt", written(OutputFormat::text, result, on_terminal(80)));
  test::check_golden("output/text-50/expected.txt", written(OutputFormat::text, result, on_terminal(50)));
  test::check_golden("output/text-colour/expected.txt", written(OutputFormat::text, result, on_terminal(90, true)));
}

BOOST_AUTO_TEST_CASE(other_formats_look_as_documented) {
  const SearchResult result = result_with_everything();
  test::check_golden("output/json/expected.json", written(OutputFormat::json, result));
  test::check_golden("output/jsonl/expected.jsonl", written(OutputFormat::json_lines, result));
  test::check_golden("output/csv/expected.csv", written(OutputFormat::csv, result));
  test::check_golden("output/trec/expected.run", written(OutputFormat::trec, result));
}

BOOST_AUTO_TEST_CASE(articles_look_as_documented) {
  const auto article = [](OutputFormat format, const OutputSettings& settings) {
    std::ostringstream out;
    make_writer(format, out, settings)->article(article_about_offer());
    return out.str();
  };
  test::check_golden("output/article-text/expected.txt", article(OutputFormat::text, on_terminal(80)));
  test::check_golden("output/article-json/expected.json", article(OutputFormat::json, {}));
}

BOOST_AUTO_TEST_CASE(explanations_contexts_warnings_and_suggestions_are_shown) {
  SearchResult result = result_with_everything();
  result.hits.resize(1);
  result.hits[0].snippet = {};
  result.hits[0].contexts = {marked("… threatened Putin with sanctions of a kind he had not seen …", {"sanctions"})};
  result.hits[0].explanation = {{.part = "sanction*", .score = 8.25, .articles = 1450},
                                {.part = "putin", .score = 4.095678, .articles = 1}};
  result.facets.clear();
  result.tree = "AND\n  putin\n  sanctions\n";
  result.warnings = {"“sanctionz” is in no article; did you mean sanctions?"};
  result.suggestions = {{.word = "sanctionz", .replacements = {"sanctions", "sanction"}}};
  test::check_golden("output/text-explained/expected.txt", written(OutputFormat::text, result, on_terminal(80)));
  test::check_golden("output/json-explained/expected.json", written(OutputFormat::json, result));
}

BOOST_AUTO_TEST_CASE(nothing_found_is_an_answer) {
  SearchResult result;
  result.query = "nothing";
  BOOST_TEST(written(OutputFormat::text, result) == "nothing  0 articles\n");
  BOOST_TEST(written(OutputFormat::json_lines, result).empty());
  BOOST_TEST(written(OutputFormat::trec, result).empty());
  BOOST_TEST(nlohmann::json::parse(written(OutputFormat::json, result)).at("hits").empty());
}

BOOST_AUTO_TEST_CASE(without_colour_no_control_character_is_written) {
  const SearchResult result = result_with_everything();
  for (const OutputFormat format :
       {OutputFormat::text, OutputFormat::json, OutputFormat::json_lines, OutputFormat::csv, OutputFormat::trec}) {
    for (const std::size_t width : {0U, 20U, 80U, 200U}) {
      const std::string out = written(format, result, on_terminal(width));
      const bool clean = std::none_of(out.begin(), out.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r') || byte == 0x7F;
      });
      BOOST_TEST(clean);
    }
  }
}

BOOST_AUTO_TEST_CASE(text_fits_the_terminal) {
  const SearchResult result = result_with_everything();
  for (const std::size_t width : {40U, 50U, 60U, 80U, 100U, 132U}) {
    std::istringstream lines(written(OutputFormat::text, result, on_terminal(width)));
    for (std::string line; std::getline(lines, line);) {
      if (line.find("also covers") != std::string::npos) continue;
      BOOST_TEST(text::display_width(line) <= width, "width " << width << ": " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(colour_takes_nothing_and_adds_only_styles) {
  const SearchResult result = result_with_everything();
  std::string colored = written(OutputFormat::text, result, on_terminal(80, true));
  for (std::size_t at = 0; (at = colored.find("\x1b[", at)) != std::string::npos;)
    colored.erase(at, colored.find('m', at) - at + 1);
  BOOST_TEST(colored == written(OutputFormat::text, result, on_terminal(80)));
}

BOOST_AUTO_TEST_CASE(json_has_what_the_documentation_promises) {
  const nlohmann::json json = nlohmann::json::parse(written(OutputFormat::json, result_with_everything()));
  BOOST_TEST(json.at("format_version") == 1);
  BOOST_TEST(json.at("total") == 1398);
  const nlohmann::json& hit = json.at("hits").at(0);
  for (const char* member : {"id", "title", "source", "date", "authors", "actors", "url", "score", "snippet"}) {
    BOOST_TEST(hit.contains(member), member);
  }
  BOOST_TEST(hit.at("date") == "2021-12-30");
  BOOST_TEST(json.at("hits").at(1).at("date").is_null());
  BOOST_TEST(json.at("facets").at("source").at(0).at("value") == "Reuters");
  BOOST_TEST(json.at("facets").at("source").at(0).at("count") == 1210);
  BOOST_TEST(json.at("facets").at("date").back().at("value") == "undated");
}

BOOST_AUTO_TEST_CASE(json_highlights_count_characters) {
  SearchResult result;
  Hit hit;
  hit.snippet = marked("“é” sanctions", {"sanctions"});
  result.hits = {hit};
  const nlohmann::json json = nlohmann::json::parse(written(OutputFormat::json, result));
  BOOST_TEST(json.at("hits").at(0).at("highlights").at("snippet").dump() == "[[4,13]]");
}

BOOST_AUTO_TEST_CASE(trec_scores_fall_strictly) {
  SearchResult result;
  for (std::size_t i = 0; i < 5; ++i) {
    Hit hit;
    hit.rank = i + 1;
    hit.score = i < 3 ? 2.5 : 2.4999999;
    hit.article.id = "a b" + std::to_string(i);
    result.hits.push_back(hit);
  }
  std::istringstream lines(written(OutputFormat::trec, result, {.query_id = "q7"}));
  double last = 1e9;
  std::string query, q0, id, rank, score, tag;
  std::size_t count = 0;
  while (lines >> query >> q0 >> id >> rank >> score >> tag) {
    BOOST_TEST(query == "q7");
    BOOST_TEST(id.starts_with("a%20b"));
    BOOST_TEST(std::stod(score) < last);
    last = std::stod(score);
    ++count;
  }
  BOOST_TEST(count == 5);
}

BOOST_AUTO_TEST_CASE(facets_keep_to_their_limit) {
  const SearchResult result = result_with_everything();
  const OutputSettings two{.terminal = {}, .facet_limit = 2};
  BOOST_TEST(nlohmann::json::parse(written(OutputFormat::json, result, two)).at("facets").at("source").size() == 2);
  BOOST_TEST(written(OutputFormat::text, result, two).find("and 1 more") != std::string::npos);
}

struct Wrap {
  const char* text;
  std::size_t width;
  std::vector<std::string> lines;
};
std::ostream& operator<<(std::ostream& out, const Wrap& w) {
  return out << w.text << " at " << w.width;
}

const std::vector<Wrap> kWraps = {
    {"one two three", 7, {"one two", "three"}},
    {"one two three", 0, {"one two three"}},
    {"one two three", 100, {"one two three"}},
    {"onetwothree", 4, {"onet", "woth", "ree"}},
    {"a onetwothree", 4, {"a", "onet", "woth", "ree"}},
    {"北京北京北京", 5, {"北京", "北京", "北京"}},
    {"ab 北京", 4, {"ab", "北京"}},
    {"  lead and trail  ", 8, {"lead and", "trail"}},
    {"one  two", 4, {"one", "two"}},
    {"", 10, {}},
    {"abc", 3, {"abc"}},
    {"abc d", 3, {"abc", "d"}},
};

BOOST_DATA_TEST_CASE(lines_break_where_they_may, data::make(kWraps), wrap) {
  BOOST_TEST(wrapped({.text = wrap.text, .marks = {}}, wrap.width, Terminal{}) == wrap.lines,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_mark_over_a_line_end_is_marked_on_both_lines) {
  const Terminal colored{.colored = true, .links = false, .width = 7};
  const std::vector<std::string> lines = wrapped({.text = "one two three", .marks = {{4, 13}}}, 7, colored);
  const std::vector<std::string> expected = {"one \x1b[30;43mtwo\x1b[0m", "\x1b[30;43mthree\x1b[0m"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

std::vector<FacetValue> days(const std::vector<std::pair<std::string, std::uint64_t>>& list) {
  std::vector<FacetValue> out;
  for (const auto& [value, count] : list) out.push_back({.value = value, .kind = {}, .count = count});
  return out;
}

BOOST_AUTO_TEST_CASE(timelines_are_as_fine_as_fits) {
  const auto shown = [](const std::vector<FacetValue>& values) {
    std::string out;
    for (const FacetValue& value : values) out += value.value + "=" + std::to_string(value.count) + " ";
    return out;
  };
  BOOST_TEST(shown(timeline(days({{"2021-12-30", 1}, {"2022-01-02", 2}}), 10)) ==
             "2021-12-30=1 2021-12-31=0 2022-01-01=0 2022-01-02=2 ");
  BOOST_TEST(shown(timeline(days({{"2021-11-30", 1}, {"2021-11-03", 4}, {"2022-01-02", 2}}), 10)) ==
             "2021-11=5 2021-12=0 2022-01=2 ");
  BOOST_TEST(shown(timeline(days({{"2021", 1}, {"2022-01-02", 2}}), 10)) == "2021=1 2022=2 ");
  BOOST_TEST(shown(timeline(days({{"1900-01-01", 1}, {"1950-01-01", 3}, {"2022-01-02", 2}}), 2)) == "1950=3 2022=2 ");
  BOOST_TEST(timeline({}, 10).empty());
}

BOOST_AUTO_TEST_CASE(dates_are_the_readers) {
  BOOST_TEST(local_date(*parse_date("2021-12-30")) == "30 Dec 2021");
  BOOST_TEST(local_date(*parse_date("2021-12")) == "Dec 2021");
  BOOST_TEST(local_date(*parse_date("2021")) == "2021");
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  BOOST_TEST(local_date(*parse_date("2021-12-30T23:00:00Z")) == "31 Dec 2021");
  BOOST_TEST(local_date(*parse_date("2021-12-30")) == "30 Dec 2021");
  setenv("TZ", "UTC", 1);
  tzset();
}

struct Escaped {
  std::string in;
  const char* out;
};
std::ostream& operator<<(std::ostream& out, const Escaped& e) {
  return out << e.out;
}

const std::vector<Escaped> kEscaped = {
    {"plain", R"("plain")"},
    {"\"\\/\n\t\r", R"("\"\\/\n\t\r")"},
    {std::string("a\0b", 3), R"("a\u0000b")"},
    {"\x1b[31m\x7F", R"("\u001b[31m\u007f")"},
    {"\xC2\x9B", R"("\u009b")"},
    {"\xE2\x80\xAE\xE2\x80\xA8", R"("\u202e\u2028")"},
    {"é北", R"("é北")"},
    {"\xFF", "\"\xEF\xBF\xBD\""},
};

BOOST_DATA_TEST_CASE(json_strings_are_escaped, data::make(kEscaped), row) {
  std::ostringstream out;
  JsonPrinter(out).value(row.in);
  BOOST_TEST(out.str() == row.out);
}

struct BadQuery {
  std::string query;
  std::size_t position;
  const char* expected;
};
std::ostream& operator<<(std::ostream& out, const BadQuery& q) {
  return out << q.query.substr(0, 40);
}

const std::vector<BadQuery> kBadQueries = {
    {"oil AND", 4, "dateline-search: query, column 5: needs a word\n  oil AND\n      ^\n"},
    {"é 北京 AND", 10, "dateline-search: query, column 6: needs a word\n  é 北京 AND\n         ^\n"},
    {"", 0, "dateline-search: query, column 1: needs a word\n  \n  ^\n"},
    {"oil", 99, "dateline-search: query, column 4: needs a word\n  oil\n     ^\n"},
};

BOOST_DATA_TEST_CASE(the_caret_stands_under_the_place, data::make(kBadQueries), row) {
  const Error error(ErrorCode::query, "query", "needs a word", row.position);
  BOOST_TEST(query_error("dateline-search", error, row.query) == row.expected);
}

BOOST_AUTO_TEST_CASE(a_huge_query_is_shown_around_the_place) {
  const std::string query = std::string(500'000, 'a') + ")" + std::string(500'000, 'b');
  const std::string shown = query_error("p", Error(ErrorCode::query, "query", "no", 500'000), query);
  BOOST_TEST(shown.size() < 400);
  BOOST_TEST(shown.find("column 500001") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

#include "common/query/synonyms.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "dateline/error.h"

namespace dateline::query {
namespace {

constexpr std::string_view kFile =
    "# names\n"
    "climate change, Global Warming\n"
    "PM => prime minister, premier\r\n"
    "\n"
    "U.S., America, United States\n";

Synonyms synonyms(std::string_view file = kFile) {
  std::vector<std::string> problems;
  Synonyms out = Synonyms::read(file, "synonyms.txt", problems);
  BOOST_TEST(problems.empty());
  return out;
}

std::string widened(const std::string& text) {
  std::vector<Warning> warnings;
  return print(synonyms().widen(parse(text).root, Limits(), warnings));
}

BOOST_AUTO_TEST_SUITE(synonyms_test)

BOOST_AUTO_TEST_CASE(entries_stand_for_their_group) {
  BOOST_TEST(widened("oil") == "oil");
  BOOST_TEST(widened("\"Climate change\" oil") == "(\"Climate change\" OR \"Global Warming\") AND oil");
  BOOST_TEST(widened("pm") == "pm OR \"prime minister\" OR premier");
  BOOST_TEST(widened("premier") == "premier");
  BOOST_TEST(widened("=pm") == "\"pm\"");
  BOOST_TEST(widened("title:PM w/5 oil") == "(title:PM OR title:\"prime minister\" OR title:premier) NEAR/5 oil");
  BOOST_TEST(widened("oil OR pm") == "oil OR pm OR \"prime minister\" OR premier");
  BOOST_TEST(widened("first9:pm") == "first9:pm OR first9:\"prime minister\" OR first9:premier");
  BOOST_TEST(widened("oil climate change") == "oil AND ((climate AND change) OR \"Global Warming\")");
  BOOST_TEST(widened("title:(global warming pm)") ==
             "((title:global AND title:warming) OR title:\"climate change\") AND "
             "(title:pm OR title:\"prime minister\" OR title:premier)");
  BOOST_TEST(widened("climate oil change") == "climate AND oil AND change");
  BOOST_TEST(widened("climate title:change") == "climate AND title:change");
  BOOST_TEST(widened("US NOT us") == "(U.S OR America OR \"United States\") AND NOT us");
}

BOOST_AUTO_TEST_CASE(what_was_widened_is_told) {
  std::vector<Warning> warnings;
  static_cast<void>(synonyms().widen(parse("oil pm").root, Limits(), warnings));
  BOOST_REQUIRE(warnings.size() == 1U);
  BOOST_TEST((warnings[0].kind == WarningKind::synonym));
  BOOST_TEST(warnings[0].position == 4U);
  BOOST_TEST(warnings[0].message == "“pm” also stands for prime minister, premier");
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_named_and_passed_over) {
  for (const std::string_view text : {"a1, b1\nalone\n", "a1, b1\n=> b1\n", "a1, b1\na1 =>\n"}) {
    std::vector<std::string> problems;
    std::vector<Warning> warnings;
    const Synonyms read = Synonyms::read(text, "synonyms.txt", problems);
    BOOST_REQUIRE(problems.size() == 1U);
    BOOST_TEST(problems[0].starts_with("synonyms.txt:2: needs "));
    BOOST_TEST(print(read.widen(parse("a1").root, Limits(), warnings)) == "a1 OR b1");
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_rubbish_is_told_in_a_few_lines) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "alone\n";
  for (int i = 0; i < 200; ++i) text += "n" + std::to_string(i) + ",";
  std::vector<std::string> problems;
  BOOST_TEST(Synonyms::read(text, "f", problems).empty());
  BOOST_REQUIRE(problems.size() == 4U);
  BOOST_TEST(problems[3] == "f: 8 more lines were passed over");
}

BOOST_AUTO_TEST_CASE(limits_hold_also_for_what_was_widened) {
  std::vector<Warning> warnings;
  Limits limits;
  limits.max_leaves = 3;
  BOOST_CHECK_THROW(static_cast<void>(synonyms().widen(parse("pm").root, limits, warnings)), Error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query

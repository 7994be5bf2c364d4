#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "common/query/lexer.h"
#include "common/query/query.h"
#include "dateline/error.h"
#include "tests/support/setting.h"

namespace dateline::query {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::chrono_literals;

ParseOptions options(DefaultOperator op = DefaultOperator::all) {
  ParseOptions out;
  out.default_operator = op;
  out.now = std::chrono::sys_days(2022y / 1 / 15);
  out.languages = {"en", "es"};
  return out;
}

struct Row {
  std::string text, printed;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.text;
}

const std::vector<Row> kQueries = {
    {"sanctions", "sanctions"},
    {"Putin sanctions", "Putin AND sanctions"},
    {"Putin AND sanctions", "Putin AND sanctions"},
    {"a1 OR b1 c1", "a1 OR (b1 AND c1)"},
    {"a1 XOR b1 OR c1 XOR d1 AND e1", "(a1 XOR b1) OR (c1 XOR (d1 AND e1))"},
    {"(a1 OR b1) c1", "(a1 OR b1) AND c1"},
    {"a1 AND (b1 AND (c1 AND d1))", "a1 AND b1 AND c1 AND d1"},
    {"((((a1))))", "a1"},
    {"a1 NOT b1", "a1 AND NOT b1"},
    {"a1 AND NOT b1", "a1 AND NOT b1"},
    {"a1 -b1 -c1", "a1 AND NOT b1 AND NOT c1"},
    {"-title:poll biden", "NOT title:poll AND biden"},
    {"NOT NOT a1", "a1"},
    {"-(a1 OR b1)", "NOT (a1 OR b1)"},
    {"+a1 b1", "a1 AND b1"},
    {"a1 MAYBE b1 c1", "a1 MAYBE (b1 AND c1)"},
    {"cats and dogs or birds", "cats AND dogs AND birds"},
    {"the who", "the AND who"},
    {"the sanctions +the", "sanctions AND the"},
    {"the AND sanctions", "the AND sanctions"},
    {"*", "*"},
    {"* -source:BBC", "* AND NOT source:BBC"},
    // Words.
    {"Biden: \"sanctions\", (Putin)!", "Biden AND \"sanctions\" AND Putin"},
    {"U.S. AT&T O'Brien COVID-19 #metoo 9/11 10:30",
     "U.S AND AT&T AND O'Brien AND COVID-19 AND #metoo AND 9/11 AND 10:30"},
    {"— a1 … & ?", "a1"},
    {"AND, a1", "\"AND\" AND a1"},
    {"Will he win?", "win"},
    {"=word", "\"word\""},
    {"=\"exact form\"", "\"exact form\""},
    {"“curly quotes” „so“ «too»", "\"curly quotes\" AND \"so\" AND \"too\""},
    {"sanct* wom?n *gate", "sanct* AND wom?n AND *gate"},
    {"anti-sanct*", "anti-sanct*"},
    {"\"economic sanct*\"", "\"economic sanct*\""},
    {"北*", "北*"},
    {"Zelenskyy~ Zelenskyy~2", "Zelenskyy~1 AND Zelenskyy~2"},
    {"Zelenskyy~1,", "Zelenskyy~1"},
    // Places.
    {"a1 w/5 b1", "a1 NEAR/5 b1"},
    {"a1 NEAR b1 near/3 c1", "(a1 NEAR/10 b1) NEAR/3 c1"},
    {"a1 /5 b1 ADJ5 c1 ADJ d1", "((a1 NEAR/5 b1) PRE/5 c1) PRE/1 d1"},
    {"a1 pre/5 \"b1 c1\"", "a1 PRE/5 \"b1 c1\""},
    {"\"a1 b1\"~5", "\"a1 b1\"~5"},
    {"(a1 OR b*** OR abc*) w/s c1 /p d1", ""},
    {"(a1 OR abc*) w/s c1 /p d1", "((a1 OR abc*) /s c1) /p d1"},
    {"a1 b1 w/5 c1 OR d1", "(a1 AND (b1 NEAR/5 c1)) OR d1"},
    {"NOT a1 w/5 b1", "NOT (a1 NEAR/5 b1)"},
    {"first20:word", "first20:word"},
    {"first20:(a1 b1)", "first20:a1 AND first20:b1"},
    {"first20:(a1 w/5 b1)", "first20:(a1 NEAR/5 b1)"},
    {"first20:\"a1 b1\"", "first20:\"a1 b1\""},
    {"atleast3 sanctions", "ATLEAST3 sanctions"},
    {"ATLEAST3(oil OR gas) Putin", "ATLEAST3 (oil OR gas) AND Putin"},
    // Fields.
    {"title:(Putin OR Biden)", "title:Putin OR title:Biden"},
    {"Title:\"cold war\" headline:=oil", "title:\"cold war\" AND title:\"oil\""},
    {"source:\"New York Times\"", "source:\"New York Times\""},
    {"source:BBC source:Reuters oil", "(source:BBC OR source:Reuters) AND oil"},
    {"source:BBC oil actor:Putin source:Reuters", "(source:BBC OR source:Reuters) AND oil AND actor:Putin"},
    {"actor:Putin AND actor:Biden", "actor:Putin AND actor:Biden"},
    {"-source:BBC -source:CNN", "NOT source:BBC AND NOT source:CNN"},
    {"source:(BBC OR \"New York*\")", "source:BBC OR source:\"New York*\""},
    {"source:(BBC CNN)", "source:BBC OR source:CNN"},
    {"actor!:\"Joe Biden\"", "actor!:\"Joe Biden\""},
    {"lang:Spanish language:en-US", "lang:es OR lang:en"},
    {"author:smith has:author", "author:smith AND has:author"},
    {"words:>500 words:<=1000 words:7 words:1..2 words:<9",
     "words:501.. AND words:..1000 AND words:7 AND words:1..2 AND words:..8"},
    {"date:2021-12..2022-01-15 oil", "date:2021-12-01..2022-01-15 AND oil"},
    {"date:2021 date:2019", "date:2021-01-01..2021-12-31 OR date:2019-01-01..2019-12-31"},
    {"after:2020 before:2022", "date:2021-01-01.. AND date:..2021-12-31"},
    {"since:7d date:\"last week\"", "date:2022-01-08.. AND date:2022-01-03..2022-01-09"},
    {"US SANCTIONS ON RUSSIA", "us AND SANCTIONS AND RUSSIA"},
    {"US sanctions \"WHO reports\"", "U.S AND sanctions AND \"W.H.O reports\""},
    {"oil\x1B[31m\xC2\x9Bgas", "oil AND 31m AND gas"},
};

const std::vector<Row> kAny = {
    {"Putin sanctions", "Putin OR sanctions"},
    {"Putin sanctions source:BBC date:2021", "(Putin OR sanctions) AND source:BBC AND date:2021-01-01..2021-12-31"},
    {"Putin sanctions -oil", "(Putin OR sanctions) AND NOT oil"},
    {"+Putin sanctions oil", "Putin MAYBE (sanctions OR oil)"},
    {"a1 b1 AND c1", "a1 OR (b1 AND c1)"},
    {"a1 source:BBC OR b1", "(a1 AND source:BBC) OR b1"},
    {"the sanctions", "sanctions"},
};

struct BadRow {
  std::string text;
  std::size_t position;
  std::string reason;  // part of it
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) {
  return out << row.text;
}

const std::vector<BadRow> kErrors = {
    {"", 0, "nothing to search for"},
    {"  ... ", 0, "nothing to search for"},
    {"()", 0, "nothing to search for"},
    {"(oil", 0, "not closed"},
    {"oil gas)", 7, "no \"(\""},
    {"oil \"gas", 4, "not closed"},
    {"oil \"\"", 4, "nothing between"},
    {"AND oil", 0, "needs a word on its left"},
    {"oil AND", 4, "needs a word on its right"},
    {"oil AND AND gas", 4, "needs a word on its right"},
    {"oil AND OR gas", 4, "needs a word on its right"},
    {"oil OR", 4, "needs a word on its right"},
    {"oil NOT", 4, "needs a word on its right"},
    {"oil XOR )", 4, "needs a word on its right"},
    {"w/5 oil", 0, "needs a word on its left"},
    {"oil w/5", 4, "needs a word on its right"},
    {"oil w/0 gas", 4, "from 1"},
    {"oil w/501 gas", 4, "500"},
    {"oil w/99999999999 gas", 4, "500"},
    {"\"oil gas\"~501", 9, "500"},
    {"oil || gas", 4, "write OR"},
    {"oil && gas", 4, "write AND"},
    {"oil !gas", 4, "NOT gas"},
    {"sa*", 0, "3 letters"},
    {"*ab", 0, "3 letters"},
    {"anti-sa*", 0, "3 letters"},
    {"author:\"jane o*\"", 7, "3 letters"},
    {"title:w?men", 6, "3 letters"},
    {"oil~3", 3, "~1 or ~2"},
    {"sanct*~1", 0, "not both"},
    {"title:*", 6, "every article"},
    {"\"oil *\"", 5, "no place here"},
    {"sorce:BBC", 0, "did you mean source:?"},
    {"foo:bar", 0, "no field"},
    {"https://example.com/", 0, "url:"},
    {"title: oil", 0, "right after the colon"},
    {"title:(oil source:BBC)", 11, "inside another field"},
    {"source:*", 7, "has:source"},
    {"lang:klingon", 5, "no language"},
    {"has:money", 4, "author"},
    {"date:soon", 5, "2021-12-30"},
    {"date:2022..2021", 5, "ends before"},
    {"words:many", 6, "words:>500"},
    {"words:<0", 6, "words:>500"},
    {"oil w/5 (gas AND coal)", 9, "not AND"},
    {"oil w/5 (gas NOT coal)", 9, "not AND"},
    {"oil w/5 (NOT gas)", 13, "not NOT"},
    {"oil w/5 -gas", 8, "brackets"},
    {"oil w/5 source:BBC", 15, "with AND outside"},
    {"atleast3 source:BBC", 16, "with AND outside"},
    {"atleast0 oil", 0, "from 1"},
    {"first0:oil", 0, "from 1"},
    {"first20:(oil source:BBC)", 13, "inside another field"},
    {"=(oil gas)", 0, "before each word"},
};

BOOST_AUTO_TEST_SUITE(parser_test)

BOOST_DATA_TEST_CASE(queries_are_understood, bdata::make(kQueries), row) {
  if (row.printed.empty()) {
    BOOST_CHECK_THROW(static_cast<void>(parse(row.text, options())), Error);
    return;
  }
  const Parsed parsed = parse(row.text, options());
  BOOST_TEST(print(parsed.root) == row.printed);
  // The echo means the same, whatever stands between words.
  BOOST_TEST((parse(row.printed, options()).root == parsed.root));
  BOOST_TEST((parse(row.printed, options(DefaultOperator::any)).root == parsed.root));
}

BOOST_DATA_TEST_CASE(any_makes_one_word_enough, bdata::make(kAny), row) {
  BOOST_TEST(print(parse(row.text, options(DefaultOperator::any)).root) == row.printed);
}

BOOST_DATA_TEST_CASE(errors_say_where_and_what_instead, bdata::make(kErrors), row) {
  try {
    const Parsed parsed = parse(row.text, options());
    BOOST_ERROR("understood as " + print(parsed.root));
  } catch (const Error& error) {
    BOOST_TEST((error.code() == ErrorCode::query));
    BOOST_TEST(error.position().value_or(9999) == row.position);
    BOOST_TEST(std::string(error.what()).find(row.reason) != std::string::npos, error.what());
  }
}

BOOST_AUTO_TEST_CASE(left_out_words_are_told) {
  const Parsed parsed = parse("war and the peace", options());
  BOOST_REQUIRE(parsed.warnings.size() == 2U);
  BOOST_TEST((parsed.warnings[0].kind == WarningKind::stop_word));
  BOOST_TEST(parsed.warnings[0].subject == "and");
  BOOST_TEST(parsed.warnings[0].message.find("AND") != std::string::npos);
  BOOST_TEST(parsed.warnings[1].position == 8U);
}

BOOST_AUTO_TEST_CASE(plain_text_has_no_operators) {
  ParseOptions plain = options(DefaultOperator::any);
  plain.operators = false;
  plain.languages.clear();
  BOOST_TEST(print(parse("Putin AND Biden: \"Who won?\" (w/5 source:x) -oil* atleast3 NEAR5", plain).root) ==
             "Putin OR and OR Biden OR Who OR won OR w OR 5 OR source OR x OR oil OR atleast OR 3 OR near5");
}

BOOST_AUTO_TEST_CASE(limits_hold_before_the_index_is_touched) {
  const auto fails = [](const std::string& text) {
    try {
      static_cast<void>(parse(text, options()));
    } catch (const Error& error) {
      return error.code() == ErrorCode::query;
    }
    return false;
  };
  std::string words, nots, nears;
  for (int i = 0; i < 257; ++i) words += "w ";
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  for (int i = 0; i < 100; ++i) nears += "oil w/5 ";
  BOOST_TEST(fails(std::string(1 << 20, 'a')));
  BOOST_TEST(fails(std::string(8000, '(') + "a" + std::string(8000, ')')));
  BOOST_TEST(fails(words));
  BOOST_TEST(fails("\"" + words + "\""));
  BOOST_TEST(fails(nots + "a"));
  BOOST_TEST(fails(std::string(5000, '-') + "a"));
  BOOST_TEST(fails(nears + "gas"));
  BOOST_TEST(!fails(words.substr(0, 500)));
  BOOST_TEST(!fails(std::string(60, '(') + "a" + std::string(60, ')')));
}

BOOST_AUTO_TEST_CASE(any_text_is_understood_or_refused) {
  static const std::vector<std::string> kPieces = {"oil",
                                                   "US",
                                                   "U.S.",
                                                   "AND",
                                                   "OR",
                                                   "NOT",
                                                   "XOR",
                                                   "MAYBE",
                                                   "and",
                                                   "the",
                                                   "(",
                                                   ")",
                                                   "(",
                                                   ")",
                                                   "\"",
                                                   "“",
                                                   "»",
                                                   "+",
                                                   "-",
                                                   "=",
                                                   "~",
                                                   "~1",
                                                   "*",
                                                   "?",
                                                   "sanct*",
                                                   "wom?n",
                                                   " ",
                                                   " ",
                                                   " ",
                                                   " ",
                                                   " ",
                                                   "w/5",
                                                   "NEAR",
                                                   "NEAR/3",
                                                   "pre/2",
                                                   "ADJ",
                                                   "/s",
                                                   "/p",
                                                   "atleast2",
                                                   "first9:",
                                                   "title:",
                                                   "source:",
                                                   "actor!:",
                                                   "date:",
                                                   "2021",
                                                   "..",
                                                   "2021-12",
                                                   "since:",
                                                   "7d",
                                                   "words:",
                                                   ">5",
                                                   "lang:",
                                                   "en",
                                                   "has:",
                                                   "author",
                                                   ":",
                                                   ",",
                                                   ".",
                                                   "'s",
                                                   "#",
                                                   "@",
                                                   "&",
                                                   "|",
                                                   "!",
                                                   "COVID-19",
                                                   "O'Brien",
                                                   "北京",
                                                   "é",
                                                   "\xC3",
                                                   "\xFF",
                                                   "\x1B",
                                                   "\x00",
                                                   "\u00A0",
                                                   "\u202E",
                                                   "1,000",
                                                   "\\",
                                                   "/",
                                                   "<",
                                                   "[",
                                                   "a1",
                                                   "$",
                                                   "%",
                                                   "http://a.b/c?d=e"};
  const unsigned long seed = dateline::test::seed(1);
  std::mt19937_64 random(seed);
  int understood = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string text;
    for (std::size_t n = 1 + random() % 9; n > 0; --n) {
      text += kPieces[random() % kPieces.size()];
      if (random() % 2 == 0) text += ' ';
    }
    for (const DefaultOperator op : {DefaultOperator::all, DefaultOperator::any}) {
      BOOST_TEST_CONTEXT("seed " << seed << ": " << text) {
        try {
          const Parsed parsed = parse(text, options(op));
          ++understood;
          const std::string printed = print(parsed.root);
          const Parsed again = parse(printed, options(op));
          if (!(again.root == parsed.root)) BOOST_ERROR(printed + " became " + print(again.root));
        } catch (const Error& error) {
          if (error.code() != ErrorCode::query || error.position().value_or(9999) > text.size())
            BOOST_ERROR(error.what());
        }
        ParseOptions plain = options(op);
        plain.operators = false;
        try {
          static_cast<void>(parse(text, plain));
        } catch (const Error& error) {
          if (std::string_view(error.what()).find("nothing to search for") == std::string_view::npos)
            BOOST_ERROR(error.what());
        }
      }
    }
  }
  BOOST_TEST(understood > 5'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query

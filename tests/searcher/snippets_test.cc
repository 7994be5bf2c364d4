#include "searcher/match/snippets.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>

#include "common/text.h"
#include "tests/support/setting.h"

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;

/// Paragraphs and the places of plain words in them, as a highlighter would find them.
struct Body {
  Body(std::vector<std::string> text, const std::vector<std::string>& words, std::vector<double> w = {})
      : paragraphs(std::move(text)), weights(std::move(w)) {
    weights.resize(std::max<std::size_t>(weights.size(), words.size()), 1.0);
    for (const std::string& paragraph : paragraphs) {
      std::vector<WordMatch> found;
      for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t at = paragraph.find(words[i]); at != std::string::npos;
             at = paragraph.find(words[i], at + 1)) {
          found.push_back({.range = {at, at + words[i].size()}, .word = i});
        }
      }
      std::sort(found.begin(), found.end(),
                [](const WordMatch& a, const WordMatch& b) { return a.range.begin < b.range.begin; });
      matches.push_back(std::move(found));
    }
  }
  [[nodiscard]] SnippetSource source() const { return {paragraphs, matches, weights}; }

  std::vector<std::string> paragraphs;
  std::vector<std::vector<WordMatch>> matches;
  std::vector<double> weights;
};

/// The text with its marks in brackets.
std::string shown(const MarkedText& marked) {
  std::string out = marked.text;
  for (auto mark = marked.marks.rbegin(); mark != marked.marks.rend(); ++mark) {
    out.insert(mark->end, "]");
    out.insert(mark->begin, "[");
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(snippets_test)

struct Split {
  const char* text;
  std::vector<std::string> sentences;
};
std::ostream& operator<<(std::ostream& out, const Split& s) {
  return out << s.text;
}

const std::vector<Split> kSplits = {
    {"One. Two! Three? Four", {"One.", "Two!", "Three?", "Four"}},
    {"Mr. Biden spoke. He left.", {"Mr. Biden spoke.", "He left."}},
    {"The U.S. Army moved. It stopped.", {"The U.S. Army moved.", "It stopped."}},
    {"John F. Kennedy won.", {"John F. Kennedy won."}},
    {"It rose 3.5 percent. Then it fell.", {"It rose 3.5 percent.", "Then it fell."}},
    {"“We agree.” He nodded.", {"“We agree.”", "He nodded."}},
    {"He said: \"No.\" Then he left.", {"He said: \"No.\"", "Then he left."}},
    {"Really?! Yes.", {"Really?!", "Yes."}},
    {"Visit example.com for more.", {"Visit example.com for more."}},
    {"普京说了。拜登没说！", {"普京说了。", "拜登没说！"}},
    {"¿Qué pasó? ¡Nada! El Sr. Pérez calló.", {"¿Qué pasó?", "¡Nada!", "El Sr. Pérez calló."}},
    {"a. b. c", {"a. b. c"}},
    {"", {}},
    {"   ", {}},
    {"...", {"..."}},
};

BOOST_DATA_TEST_CASE(sentences_end_where_a_reader_sees_it, data::make(kSplits), split) {
  std::vector<std::string> found;
  for (const TextRange& range : sentences(split.text)) {
    found.push_back(std::string{split.text}.substr(range.begin, range.end - range.begin));
  }
  BOOST_TEST(found == split.sentences, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_sentence_with_the_words_is_shown) {
  const Body body({"Nothing of note happened here at all. Putin spoke of sanctions. The day ended."},
                  {"Putin", "sanctions"});
  BOOST_TEST(shown(best_passages(body.source(), 32)) == "[Putin] spoke of [sanctions].");
}

BOOST_AUTO_TEST_CASE(room_left_goes_to_the_sentences_that_follow) {
  const Body body({"Nothing. Putin spoke of sanctions. The day ended."}, {"Putin", "sanctions"});
  BOOST_TEST(shown(best_passages(body.source(), 100)) == "[Putin] spoke of [sanctions]. The day ended.");
}

BOOST_AUTO_TEST_CASE(every_word_is_shown_where_there_is_room) {
  const Body body({"Putin spoke for a long time in Moscow on Monday.", "Nothing to see in this paragraph.",
                   "The sanctions hurt the economy."},
                  {"Putin", "sanctions"});
  BOOST_TEST(shown(best_passages(body.source(), 120)) ==
             "[Putin] spoke for a long time in Moscow on Monday. … The [sanctions] hurt the economy.");
}

BOOST_AUTO_TEST_CASE(rare_words_win_when_room_is_short) {
  const Body body({"The president spoke to them all.", "The rouble fell very low then."}, {"president", "rouble"},
                  {1, 5});
  BOOST_TEST(shown(best_passages(body.source(), 32)) == "The [rouble] fell very low then.");
}

BOOST_AUTO_TEST_CASE(a_long_sentence_is_cut_at_words_around_its_matches) {
  const Body body({"one two three four five six seven eight nine ten eleven twelve thirteen target fourteen fifteen "
                   "sixteen seventeen "
                   "eighteen nineteen twenty twentyone twentytwo."},
                  {"target"});
  const std::string snippet = shown(best_passages(body.source(), 60));
  BOOST_TEST(snippet.starts_with("… "));
  BOOST_TEST(snippet.ends_with(" …"));
  BOOST_TEST(snippet.find("[target]") != std::string::npos);
  BOOST_TEST(snippet.size() <= 60 + 2 + 2 * 2);  // marks; an ellipsis has three bytes
}

BOOST_AUTO_TEST_CASE(without_a_match_the_body_begins) {
  const Body body({"First sentence. Second sentence is longer than that.", "More."}, {"absent"});
  BOOST_TEST(shown(best_passages(body.source(), 20)) == "First sentence.");
  BOOST_TEST(shown(best_passages(body.source(), 60)) == "First sentence. Second sentence is longer than that.");
  BOOST_TEST(shown(best_passages(body.source(), 10)) == "First …");
}

BOOST_AUTO_TEST_CASE(neighbours_are_joined_without_an_ellipsis) {
  const Body body({"Putin came here for it. The sanctions were discussed by all."}, {"Putin", "sanctions"});
  BOOST_TEST(shown(best_passages(body.source(), 200)) ==
             "[Putin] came here for it. The [sanctions] were discussed by all.");
}

BOOST_AUTO_TEST_CASE(text_without_spaces_is_cut_between_characters) {
  std::string paragraph;
  for (int i = 0; i < 100; ++i) paragraph += "今天";
  paragraph += "制裁";
  for (int i = 0; i < 100; ++i) paragraph += "明天";
  const Body body({paragraph}, {"制裁"});
  const MarkedText snippet = best_passages(body.source(), 50);
  BOOST_TEST(text::is_valid_utf8(snippet.text));
  BOOST_TEST(shown(snippet).find("[制裁]") != std::string::npos);
  BOOST_TEST(text::display_width(snippet.text) <= 104U);
}

BOOST_AUTO_TEST_CASE(nothing_gives_nothing) {
  BOOST_TEST(best_passages(Body({}, {"a"}).source(), 100).text.empty());
  BOOST_TEST(best_passages(Body({"text"}, {"text"}).source(), 0).text.empty());
}

BOOST_AUTO_TEST_CASE(keywords_stand_in_their_context) {
  const Body body({"The president threatened Putin with sanctions of a kind he had not seen."}, {"sanctions"});
  const std::vector<MarkedText> lines = keywords_in_context(body.source(), 12, 5);
  BOOST_REQUIRE(lines.size() == 1);
  BOOST_TEST(shown(lines[0]) == "… Putin with [sanctions] of a kind …");
}

BOOST_AUTO_TEST_CASE(as_many_contexts_as_asked_for) {
  const Body body({"a x b x c x", "x"}, {"x"});
  BOOST_TEST(keywords_in_context(body.source(), 5, 3).size() == 3);
  BOOST_TEST(keywords_in_context(body.source(), 5, 9).size() == 4);
}

BOOST_AUTO_TEST_CASE(marks_that_touch_become_one) {
  const std::vector<WordMatch> matches = {{{0, 4}, 0}, {{2, 6}, 1}, {{8, 9}, 0}};
  const std::vector<TextRange> expected = {{0, 6}, {8, 9}};
  BOOST_TEST((merged_ranges(matches) == expected));
}

/// Whatever the text: valid UTF-8, marks in order on character borders, marked text is a word of the query, no longer
/// than asked for.
BOOST_AUTO_TEST_CASE(invariants_hold_for_random_texts) {
  const unsigned seed = dateline::test::seed(20211230U);
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"Putin",  "sanctions", "oil",  ". ", ". The ", " ",     " ",
                                           " ",      "Mr. ",      "北京", "。", "é",      "U.S. ", "\"",
                                           "a b c ", "! ",        "x",    "…",  "((",     "word "};
  const std::vector<std::string> words = {"Putin", "sanctions", "北京"};
  const auto pick = [&](std::size_t below) { return random() % below; };
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> paragraphs(pick(5));
    for (std::string& paragraph : paragraphs) {
      for (std::size_t n = pick(60); n > 0; --n) paragraph += pieces[pick(pieces.size())];
    }
    const Body body(paragraphs, words);
    const std::size_t length = 10 + pick(200);
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
      const MarkedText snippet = best_passages(body.source(), length);
      BOOST_TEST(text::is_valid_utf8(snippet.text));
      std::size_t last = 0;
      bool right = true;
      for (const TextRange& mark : snippet.marks) {
        right = right && mark.begin >= last && mark.end > mark.begin && mark.end <= snippet.text.size();
        if (!right) break;
        const std::string marked = snippet.text.substr(mark.begin, mark.end - mark.begin);
        right = std::any_of(words.begin(), words.end(), [&](const std::string& w) { return marked.starts_with(w); });
        last = mark.end;
      }
      BOOST_TEST(right);
      const auto characters = std::count_if(snippet.text.begin(), snippet.text.end(),
                                            [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      BOOST_TEST(characters <= static_cast<std::ptrdiff_t>(length) + 6);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

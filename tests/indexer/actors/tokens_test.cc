#include "indexer/enrich/actors/tokens.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

using namespace dateline::indexer;

namespace {

struct Cut {
  const char* text;
  const char* words;  // joined by "|"
};
std::ostream& operator<<(std::ostream& out, const Cut& cut) {
  return out << cut.text;
}

const Cut kCuts[] = {
    {"U.S. President Joe Biden", "U.S.|President|Joe|Biden"},
    {"George W. Bush's plan", "George|W.|Bush|'s|plan"},
    {"Russia’s troops", "Russia|’s|troops"},
    {"Mr. Smith left. He ran.", "Mr.|Smith|left|.|He|ran|."},
    {"O'Brien and d'Estaing", "O'Brien|and|d'Estaing"},
    {"Kim Jong-un, al-Qaida", "Kim|Jong-un|,|al-Qaida"},
    {"AT&T lost 48,000 jobs", "AT&T|lost|48,000|jobs"},
    {"US$20,000", "US|$|20,000"},
    {"EE.UU. y la UE", "EE.UU|.|y|la|UE"},
    {"习近平与普京", "习|近|平|与|普|京"},
    {"“Stop!” he said", "“|Stop|!|”|he|said"},
    {"", ""},
};

std::string joined(std::string_view text) {
  std::string out;
  for (const Token& token : tokenise_name(text)) out.append(out.empty() ? "" : "|").append(token.word);
  return out;
}

Cap cap(std::string_view word) {
  return make_token(word).cap;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tokens_test)

BOOST_DATA_TEST_CASE(words_are_cut_as_names_need_it, boost::unit_test::data::make(kCuts)) {
  BOOST_TEST(joined(sample.text) == sample.words);
}

BOOST_AUTO_TEST_CASE(the_way_a_word_is_written_is_told) {
  BOOST_CHECK(cap("talks") == Cap::lower);
  BOOST_CHECK(cap("Talks") == Cap::initial);
  BOOST_CHECK(cap("NATO") == Cap::upper);
  BOOST_CHECK(cap("U.S.") == Cap::upper);
  BOOST_CHECK(cap("McCain") == Cap::mixed);
  BOOST_CHECK(cap("W.") == Cap::single);
  BOOST_CHECK(cap("2022") == Cap::number);
  BOOST_CHECK(cap("Путин") == Cap::initial);
  BOOST_CHECK(cap("США") == Cap::upper);
  BOOST_CHECK(cap("بوتين") == Cap::uncased);
  BOOST_CHECK(cap("—") == Cap::punctuation);
}

BOOST_AUTO_TEST_CASE(accents_case_and_endings_fold_away) {
  BOOST_TEST(word_key("Müller") == word_key("MULLER"));
  BOOST_TEST(word_key("Łódź") == word_key("lodz"));
  BOOST_TEST(word_key("Путина") == word_key("Путин"));
  BOOST_TEST(word_key("Россией") == word_key("Россия"));
  BOOST_TEST(word_key("Зеленского") == word_key("Зеленский"));
  BOOST_TEST(word_key("والسيسي") == word_key("السيسي"));
  BOOST_TEST(word_key("Biden") != word_key("Bidens"));
}

BOOST_AUTO_TEST_CASE(sentences_end_at_stops_but_not_at_abbreviations) {
  dateline::Article article;
  article.title = "Talks in Geneva";
  article.body = {"Mr. Smith met the U.S. envoy on Monday. They spoke for two hours. \"Good,\" he said.",
                  "Nothing more"};
  TokenisedArticle text;
  tokenise(article, text);
  BOOST_TEST_REQUIRE(text.sentences.size() == 5U);
  BOOST_TEST(text.sentences[0].headline);
  BOOST_TEST(!text.sentences[1].headline);
  BOOST_TEST(text.tokens[text.sentences[2].begin].word == "They");
  BOOST_TEST(text.sentences[4].paragraph == 1U);
}

BOOST_AUTO_TEST_CASE(headlines_in_odd_case_are_told_apart) {
  const auto kind = [](std::string_view line) {
    const auto tokens = tokenise_name(line);
    return sentence_kind(tokens.data(), tokens.data() + tokens.size());
  };
  BOOST_CHECK(kind("Biden to speak with Putin on the Ukraine crisis") == SentenceKind::normal);
  BOOST_CHECK(kind("Biden Will Speak With Putin About Ukraine Crisis") == SentenceKind::title_case);
  BOOST_CHECK(kind("BIDEN TO SPEAK WITH PUTIN") == SentenceKind::upper_case);
  BOOST_CHECK(kind("nothing to see here") == SentenceKind::no_capitals);
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/analyzer.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "common/positions.h"
#include "common/schema.h"
#include "common/stop_words.h"
#include "common/text.h"
#include "common/word_hash.h"

namespace dateline {
namespace {

namespace bdata = boost::unit_test::data;

/// "word word", a variant in brackets with its kind's letter: "us[a:u.s]"; "|" before a word that begins a sentence.
std::string describe(std::string_view text) {
  Analyzer analyzer;
  std::string out;
  for (const Token& token : analyzer.tokenize(text)) {
    if (token.kind == TokenKind::word) {
      if (!out.empty()) out += ' ';
      if (token.sentence_start) out += '|';
      out += token.term;
      if (!token.accented.empty()) out += "=" + token.accented;
      continue;
    }
    out += token.kind == TokenKind::joined ? "[j:" : token.kind == TokenKind::acronym ? "[a:" : "[t:";
    out += token.term;
    if (!token.accented.empty()) out += "=" + token.accented;
    out += ']';
  }
  return out;
}

struct Row {
  std::string text;
  std::string tokens;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.text;
}

const std::vector<Row> kWords = {
    {"", ""},
    {" \t—…!? ", ""},
    {"Putin and sanctions", "|putin and sanctions"},
    // Initialisms: U.S. is US, and not the pronoun.
    {"the U.S. economy", "|the us[a:u.s] economy"},
    {"the US economy", "|the us[a:u.s] economy"},
    {"tell us more", "|tell us more"},
    {"GIVE US A BREAK, SAYS UNION", "|give us a break says union"},
    {"THE U.S. GRAIN EXPORTS", "|the us[a:u.s] grain exports"},
    {"The WHO said who knew", "|the who[a:w.h.o] said who knew"},
    {"N.A.T.O. and NATO and Nato", "|nato and nato and nato"},
    {"at 5 p.m. today, e.g. this", "|at 5 pm today eg this"},
    {"J.K. Rowling and J.K.Rowling", "|jk rowling and jk rowling"},
    {"a U.S.-backed plan", "|a us[a:u.s][j:usbacked] backed plan"},
    // Compounds: the parts and the whole.
    {"COVID-19", "|covid[j:covid19] 19"},
    {"COVID\xE2\x80\x91"
     "19",
     "|covid[j:covid19] 19"},
    {"e-mail", "|e[j:email] mail"},
    {"state-of-the-art", "|state[j:stateoftheart] of the art"},
    {"2021-12-30", "|2021 12 30"},
    {"G7 G-7", "|g7 g[j:g7] 7"},
    {"well- and -known - x", "|well and known x"},
    {"9/11", "|9 11"},
    {"AT&T, S&P 500, R&D; Barnes&Noble; Johnson & Johnson",
     "|at&t s&p 500 r&d barnes[j:barnesnoble] noble johnson johnson"},
    // Apostrophes.
    {"O'Brien O’Brien", "|o[j:obrien] brien o[j:obrien] brien"},
    {"Biden's Biden’s workers' don't can’t we're they'll", "|biden biden workers dont cant we they"},
    {"l'Ukraine d’Ivoire", "|l[j:lukraine] ukraine d[j:divoire] ivoire"},
    {"rock'n'roll", "|rock[j:rocknroll] n roll"},
    {"'quoted' words", "|quoted words"},
    {"п'ять", "|п[j:пять] ять"},
    // Tags and addresses.
    {"#COVID19 @POTUS a#b #1", "|covid19[t:#covid19] potus[t:@potus] a b 1"},
    {"www.example.com/a_b", "|www example com a b"},
    // Numbers.
    {"1,000.5 1,000 12,345,678 1.234.567,89 2,5 3.14 1,2,3", "|1000.5 1000 12345678 1234567.89 2.5 3.14 1,2,3"},
    {"$5bn 3.5m 10,000-metre 5.", "|5bn 3.5m 10000[j:10000metre] metre 5"},
    {"١٢٣", "|123"},
    // Accents.
    {"Peña Nieto ÉLYSÉE", "|pena=peña nieto elysee=élysée"},
    {"Pen\xCC\x83"
     "a",
     "|pena=pen\xCC\x83"
     "a"},
    {"Straße Łódź Ærø København", "|strasse lodz=łódź aero=ærø kobenhavn=københavn"},
    {"Украйна Київ ёлка", "|украйна київ елка=ёлка"},
    {"Ａｐｐｌｅ ﬁne", "|apple fine"},
    {"soft\xC2\xADhyphen", "|softhyphen"},
    {"مُحَمَّد", "|محمد=مُحَمَّد"},
    {"हिन्दी", "|हिन्दी"},
    // Scripts without spaces.
    {"北京市", "|北京 京市 市"},
    {"国", "|国"},
    {"東京2020大会", "|東京 京 2020 大会 会"},
    {"がっこう", "|がっ っこ こう う"},
    {"ที่นี่", "|ที่นี่ นี่"},
};

const std::vector<Row> kSentences = {
    {"He left. She stayed.", "|he left |she stayed"},
    {"He left.\" \"She stayed.", "|he left |she stayed"},
    {"Who won? Nobody! Yes.", "|who won |nobody |yes"},
    {"Mr. Biden met Gov. Newsom and J. Smith.", "|mr biden met gov newsom and j smith"},
    {"The U.S. Senate voted. In the U.S. The vote passed.",
     "|the us[a:u.s] senate voted |in the us[a:u.s] |the vote passed"},
    {"Apple Inc. said. Apple Inc. The firm", "|apple inc said |apple inc |the firm"},
    {"on Dec. 30. Putin spoke at 3.5 percent.", "|on dec 30 putin spoke at 3.5 percent"},
    {"in 2021. Putin spoke", "|in 2021 |putin spoke"},
    {"No. 10 denied it", "|no 10 denied it"},
    {"e.g. this one", "|eg this one"},
    {"Yahoo! said it. then lower", "|yahoo said it then lower"},
    {"end.Next", "|end next"},
    {"他说。她说", "|他说 说 |她说 说"},
};

BOOST_AUTO_TEST_SUITE(analyzer_test)

BOOST_DATA_TEST_CASE(words_are_found_as_people_write_them, bdata::make(kWords), row) {
  BOOST_TEST(describe(row.text) == row.tokens);
}

BOOST_DATA_TEST_CASE(sentences_begin_where_they_do, bdata::make(kSentences), row) {
  BOOST_TEST(describe(row.text) == row.tokens);
}

/// Most words are read in one step, others part by part. A soft hyphen is no part of a word, and makes it one of the
/// others.
BOOST_AUTO_TEST_CASE(a_plain_word_is_what_it_is_part_by_part) {
  std::vector<std::string> borders = {"",         ". ",  ".",  "…",    "’",  "é",   "北",
                                      "\xC2\xAD", "’s ", "'s", "n't ", ", ", "...", "!? "};
  for (char c = 1; c > 0 && c < 0x7F; ++c) borders.emplace_back(1, c);
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{{"ab", "cd"},
                                                                                      {"US", "IT"},
                                                                                      {"Us", "iT"},
                                                                                      {"Dr", "No"},
                                                                                      {"inc", "The"},
                                                                                      {"EU", "x"},
                                                                                      {std::string(70, 'w'), "to"}}) {
    const auto split = [](const std::string& word) { return word.substr(0, 1) + "\xC2\xAD" + word.substr(1); };
    for (const std::string& border : borders) {
      const std::string plain = first + border + second;
      const std::string parts = split(first) + border + (second.size() > 1 ? split(second) : second);
      BOOST_TEST(describe(plain) == describe(parts), plain);
    }
  }
}

/// Tokens keep their memory from text to text, and nothing else.
BOOST_AUTO_TEST_CASE(a_token_has_nothing_of_the_text_before) {
  Analyzer analyzer("es");
  for (const std::string before : {"北京市 Peña #tag U.S. co-op. Él", "a b c d e f g h i"}) {
    (void)analyzer.tokenize(before);
    for (const Row& row : kWords) {
      Analyzer fresh("es");
      const std::span<const Token> expected = fresh.tokenize(row.text);
      const std::span<const Token> tokens = analyzer.tokenize(row.text);
      BOOST_REQUIRE(tokens.size() == expected.size());
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        BOOST_TEST((tokens[i] == expected[i]), row.text << ": token " << i);
        if (tokens[i].kind == TokenKind::word) BOOST_TEST(tokens[i].hash == word_hash(tokens[i].term));
      }
      (void)analyzer.tokenize(before);
    }
  }
  const std::string runs = std::string(70, 'w') + " " + std::string(60, 'x') + "ñññññ";
  for (const Token& token : analyzer.tokenize(runs)) BOOST_TEST(token.hash == word_hash(token.term));
}

/// Memory of a long text is given back, which must not show.
BOOST_AUTO_TEST_CASE(a_text_after_a_long_one_has_its_own_tokens) {
  Analyzer analyzer;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "word ";
  const std::span<const Token> tokens = analyzer.tokenize(text);
  BOOST_TEST(tokens.size() == 100'000U);
  BOOST_TEST(std::all_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.term == "word"; }));
  BOOST_TEST(analyzer.tokenize("two words").size() == 2U);
  BOOST_TEST(analyzer.tokenize("").empty());
}

BOOST_AUTO_TEST_CASE(tokens_point_at_their_text) {
  const std::string text =
      "The U.S.\xE2\x80\x99s O\xE2\x80\x99"
      "Brien’s #Peña 北京市";
  Analyzer analyzer;
  std::string out;
  for (const Token& token : analyzer.tokenize(text)) out += text.substr(token.begin, token.end - token.begin) + "|";
  BOOST_TEST(out ==
             "The|U.S.|U.S.|O|O\xE2\x80\x99"
             "Brien|Brien|Peña|#Peña|北京|京市|市|");
}

BOOST_AUTO_TEST_CASE(long_runs_are_cut_between_characters) {
  Analyzer analyzer;
  const std::string run(1'000'000, 'x');
  std::span<const Token> tokens = analyzer.tokenize(run);
  BOOST_REQUIRE(tokens.size() == 1U);
  BOOST_TEST(tokens[0].term == std::string(schema::kMaxWordBytes, 'x'));
  std::string accents;
  for (int i = 0; i < 100; ++i) accents += "xй";
  tokens = analyzer.tokenize(accents);
  BOOST_REQUIRE(!tokens.empty());
  BOOST_TEST(tokens[0].term.size() <= schema::kMaxWordBytes);
  BOOST_TEST(text::is_valid_utf8(tokens[0].term));
}

BOOST_AUTO_TEST_CASE(stems_follow_the_language) {
  struct Stem {
    const char *lang, *word, *stem;
  };
  for (const Stem& row :
       {Stem{"en", "Sanctions", "sanction"}, Stem{"en", "sanctioned", "sanction"}, Stem{"es", "sanciones", "sancion"},
        Stem{"es", "sanción", "sancion"}, Stem{"de", "Häuser", "haus"}, Stem{"ru", "санкций", "санкц"},
        Stem{"ja", "東京", "東京"}, Stem{"xx", "Sanctions", "sanctions"}, Stem{"", "Sanctions", "sanctions"},
        Stem{"en", "covid19s", "covid19s"}}) {
    Analyzer analyzer(row.lang);
    const std::span<const Token> tokens = analyzer.tokenize(row.word);
    BOOST_REQUIRE(!tokens.empty());
    BOOST_TEST_CONTEXT(row.lang << " " << row.word) {
      for (int time = 1; time <= 3; ++time) BOOST_TEST(analyzer.stem(tokens[0]) == row.stem);  // remembered
      const std::string word = tokens[0].accented.empty() ? tokens[0].term : tokens[0].accented;
      BOOST_TEST(analyzer.stem(word) == row.stem);
    }
  }
}

BOOST_AUTO_TEST_CASE(stop_words_belong_to_a_language) {
  BOOST_TEST(is_stop_word("the", "en"));
  BOOST_TEST(is_stop_word("with", "en"));
  BOOST_TEST(!is_stop_word("us", "en"));
  BOOST_TEST(!is_stop_word("it w", "xx"));
  BOOST_TEST(!is_stop_word("th", "en"));
  BOOST_TEST(is_stop_word("que", "es"));
  BOOST_TEST(!is_stop_word("the", "es"));
  BOOST_TEST(!is_stop_word("", "en"));
}

/// Quotes stay, an ellipsis is three periods, a Hebrew hyphen is left out like the points it stands among.
BOOST_AUTO_TEST_CASE(what_is_no_letter_is_folded_as_unicode_says) {
  Analyzer analyzer;
  BOOST_TEST(analyzer.stem("“x”—’") == "“x”—’");
  BOOST_TEST(analyzer.stem("x…") == "x...");
  BOOST_TEST(analyzer.stem("x־y") == "xy");
  BOOST_TEST(analyzer.stem("Ⓐ№é") == "anoe");
}

struct Recorder {
  std::string log;
  void word(const Token& token, Zone, std::uint32_t position) {
    log += token.term + "@" + std::to_string(position) + " ";
  }
  void sentence(std::uint32_t position) { log += "S@" + std::to_string(position) + " "; }
  void paragraph(std::uint32_t position) { log += "P@" + std::to_string(position) + " "; }
};

BOOST_AUTO_TEST_CASE(positions_leave_gaps_at_borders) {
  Analyzer analyzer;
  Recorder recorder;
  lay_out("Big news", std::vector<std::string>{"One two. Three.", "...", "O'Neil four"}, analyzer, recorder);
  BOOST_TEST(recorder.log ==
             "big@1 news@2 P@503 one@503 two@504 S@506 three@506 P@511 o@511 oneil@511 neil@512 four@513 ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline

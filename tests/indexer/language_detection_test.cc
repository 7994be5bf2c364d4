#include <boost/test/unit_test.hpp>

#include "indexer/enrich/language.h"

using dateline::indexer::detect_language;

BOOST_AUTO_TEST_SUITE(language_detection_test)

BOOST_AUTO_TEST_CASE(languages_of_whole_sentences_are_recognised) {
  BOOST_TEST(detect_language(
                 "The president said on Tuesday that the sanctions would remain in place until the troops leave.") ==
             "en");
  BOOST_TEST(detect_language(
                 "El presidente dijo el martes que las sanciones seguirán en vigor hasta que se retiren las tropas.") ==
             "es");
  BOOST_TEST(detect_language("Президент заявил во вторник, что санкции останутся в силе до вывода войск.") == "ru");
}

BOOST_AUTO_TEST_CASE(nothing_is_claimed_of_what_is_no_language) {
  BOOST_TEST(detect_language("").empty());
  BOOST_TEST(detect_language("12345 67890").empty());
}

// Which have the stop words of a language that has a list.
BOOST_AUTO_TEST_CASE(relatives_are_told_apart) {
  BOOST_TEST(detect_language("Die president het gesê dat hy nie sal bedank nie en dat die regering met die werk sal "
                             "voortgaan. Daar is nog baie wat in die land gedoen moet word, het hy by die vergadering "
                             "van die party gesê. Hulle sal ook oor die nuwe wet praat.") == "af");
  BOOST_TEST(
      detect_language("Prezident řekl, že vláda bude pokračovat v jednání a že do konce roku předloží nový zákon. "
                      "Podle něj je to jediná možnost, jak se z krize dostat. Opozice s tím nesouhlasí a chce, "
                      "aby se o tom hlasovalo ještě tento týden.") == "cs");
  BOOST_TEST(detect_language("Президентът заяви, че правителството ще продължи преговорите и че до края на годината ще "
                             "внесе нов закон. Според него това е единственият начин страната да излезе от кризата.") ==
             "bg");
}

BOOST_AUTO_TEST_SUITE_END()

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

BOOST_AUTO_TEST_SUITE_END()

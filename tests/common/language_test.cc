#include "common/language.h"

#include <boost/test/unit_test.hpp>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(language_test)

BOOST_AUTO_TEST_CASE(tags_and_names_become_primary_subtags) {
  BOOST_TEST(normalize_language("en-US") == "en");
  BOOST_TEST(normalize_language("pt_BR") == "pt");
  BOOST_TEST(normalize_language("spa") == "es");
  BOOST_TEST(normalize_language("English") == "en");
  BOOST_TEST(normalize_language("und").empty());
  BOOST_TEST(normalize_language("klingonish").empty());
}

BOOST_AUTO_TEST_CASE(languages_without_a_stemmer_have_none) {
  BOOST_TEST(stemmer_name("en") == "english");
  BOOST_TEST(stemmer_name("zh").empty());
  BOOST_TEST(stemmer_name("xx").empty());
}

BOOST_AUTO_TEST_SUITE_END()

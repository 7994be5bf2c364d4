#include "common/text.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(text_test)

BOOST_AUTO_TEST_CASE(ill_formed_bytes_become_replacement_characters) {
  BOOST_TEST(text::clean("a\xFF"
                         "b") ==
             "a\xEF\xBF\xBD"
             "b");
  BOOST_TEST(text::clean("caf\xC3") == "caf\xEF\xBF\xBD");
  BOOST_TEST(text::is_valid_utf8("caf\xC3\xA9"));
  BOOST_TEST(!text::is_valid_utf8("\xED\xA0\x80"));  // a surrogate
  BOOST_TEST(!text::is_valid_utf8("\xC0\xAF"));      // overlong
}

BOOST_AUTO_TEST_CASE(control_characters_are_dropped) {
  BOOST_TEST(text::clean("\x1B[31mred\x1B[0m\x07") == "[31mred[0m");
  BOOST_TEST(text::clean("a\xC2\x9B"
                         "31mb") == "a31mb");  // C1
  BOOST_TEST(text::clean("a\xE2\x80\xAE"
                         "b") == "ab");  // bidirectional override
  BOOST_TEST(text::clean(std::string_view("a\0b", 3)) == "ab");
  BOOST_TEST(text::clean("a\r\nb\rc\td") == "a\nb\nc\td");
}

BOOST_AUTO_TEST_CASE(text_is_kept_in_nfc) {
  BOOST_TEST(text::clean("e\xCC\x81") == "\xC3\xA9");
}

BOOST_AUTO_TEST_CASE(a_line_has_single_spaces) {
  BOOST_TEST(text::clean_line("  a \n\t b\xC2\xA0\xC2\xA0"
                              "c ") == "a b c");
  BOOST_TEST(text::trim("\xC2\xA0 x \xE3\x80\x80") == "x");
}

BOOST_AUTO_TEST_CASE(folding_drops_case_and_accents) {
  BOOST_TEST(text::fold("MÜLLER") == "muller");
  BOOST_TEST(text::fold("Erdoğan") == "erdogan");
  BOOST_TEST(text::fold("Łódź") == "lodz");
  BOOST_TEST(text::fold("Straße") == "strasse");
  BOOST_TEST(text::fold("Путин") == "путин");
  BOOST_TEST(text::fold("ﬁne") == "fine");
}

BOOST_AUTO_TEST_CASE(paragraphs_are_parted_by_blank_lines_or_indents) {
  BOOST_TEST(text::paragraphs("one\ntwo\n\n \nthree\n") == (std::vector<std::string>{"one two", "three"}),
             boost::test_tools::per_element());
  BOOST_TEST(text::paragraphs("wire copy\ngoes on\n    new one\nmore") ==
                 (std::vector<std::string>{"wire copy goes on", "new one more"}),
             boost::test_tools::per_element());
  BOOST_TEST(text::paragraphs(" \n ").empty());
}

BOOST_AUTO_TEST_CASE(width_counts_columns) {
  BOOST_TEST(text::display_width("abc") == 3U);
  BOOST_TEST(text::display_width("日本") == 4U);
  BOOST_TEST(text::display_width("e\xCC\x81") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

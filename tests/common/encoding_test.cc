#include "common/encoding.h"

#include <boost/test/unit_test.hpp>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(encoding_test)

BOOST_AUTO_TEST_CASE(the_byte_order_mark_decides) {
  std::string used;
  BOOST_TEST(to_utf8("\xEF\xBB\xBFol\xC3\xA9", "", &used) == "olé");
  BOOST_TEST(to_utf8(std::string_view("\xFF\xFEo\0l\0\xE9\0", 8), "utf-8", &used) == "olé");
  BOOST_TEST(used == "utf-16le");
}

BOOST_AUTO_TEST_CASE(valid_utf8_beats_what_is_declared) {
  BOOST_TEST(to_utf8("ol\xC3\xA9", "iso-8859-1") == "olé");
}

BOOST_AUTO_TEST_CASE(the_declared_encoding_is_read_as_browsers_read_it) {
  BOOST_TEST(to_utf8("\x93quoted\x94 caf\xE9", "ISO-8859-1") == "“quoted” café");
  BOOST_TEST(to_utf8("\xCF\xF3\xF2\xE8\xED", "windows-1251") == "Путин");
}

BOOST_AUTO_TEST_CASE(an_undeclared_encoding_is_detected) {
  // windows-1251: "Президент России подписал указ о введении новых мер"
  const std::string bytes =
      "\xCF\xF0\xE5\xE7\xE8\xE4\xE5\xED\xF2 \xD0\xEE\xF1\xF1\xE8\xE8 \xEF\xEE\xE4\xEF\xE8\xF1\xE0\xEB "
      "\xF3\xEA\xE0\xE7 \xEE \xE2\xE2\xE5\xE4\xE5\xED\xE8\xE8 \xED\xEE\xE2\xFB\xF5 \xEC\xE5\xF0";
  BOOST_TEST(to_utf8(bytes) == "Президент России подписал указ о введении новых мер");
}

BOOST_AUTO_TEST_CASE(an_unknown_label_is_no_error) {
  BOOST_TEST(!to_utf8("caf\xE9", "x-no-such-thing").empty());
}

BOOST_AUTO_TEST_SUITE_END()

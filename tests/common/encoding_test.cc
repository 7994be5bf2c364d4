#include "common/encoding.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string_view>
#include <vector>

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

BOOST_AUTO_TEST_CASE(what_was_encoded_twice_is_repaired) {
  const std::vector<std::array<std::string_view, 2>> rows{
      {"child\u00E2\u0080\u0099s", "child’s"},
      {"childâ€™s \u00E2\u0080\u009Cgame\u00E2\u0080\u009D", "child’s “game”"},
      {"CafÃ© â€” 5\u00C2\u00A0€", "Café — 5\u00A0€"},
      {"\u00F0\u009F\u0098\u0080 \u00D0\u009F\u00D1\u0083\u00D1\u0082\u00D0\u00B8\u00D0\u00BD", "😀 Путин"},
      // A text that says the same letters for themselves is left alone where it may mean them.
      {"Ãngelo, CafÃ© â€“ CafÃ©", "Ãngelo, CafÃ© – CafÃ©"},
      {"SÃO PAULO, CAFÉ, Ã©", "SÃO PAULO, CAFÉ, Ã©"},
      {"âge, été, 5 €", "âge, été, 5 €"},
      // Single controls mean windows-1252, as references to them do.
      {"\u0093quoted\u0094 \u0080 5", "“quoted” € 5"},
      {"\u0081", "\u0081"},
      {"", ""},
      {"\u00E2\u0080", "â€"},
  };
  for (const auto& [twice, meant] : rows) BOOST_TEST(to_utf8(twice) == meant);
}

BOOST_AUTO_TEST_SUITE_END()

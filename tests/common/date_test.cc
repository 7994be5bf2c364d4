#include "common/date.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(date_test)

struct WrittenDate {
  const char* written;
  const char* expected;  // RFC 3339 as far as the precision goes; "" = no date
  const char* lang = "en";
};
std::ostream& operator<<(std::ostream& out, const WrittenDate& d) {
  return out << d.written;
}

const WrittenDate kWritten[] = {
    {"2021-12-30T14:05:00-05:00", "2021-12-30T14:05:00-05:00"},
    {"2021-12-30T14:05:00.123Z", "2021-12-30T14:05:00Z"},
    {"2021-12-30T14:05Z", "2021-12-30T14:05Z"},
    {"2021-12-30 14:05:09", "2021-12-30T14:05:09Z"},
    {"2021-12-30T14:05:09+0530", "2021-12-30T14:05:09+05:30"},
    {"20211230T140509Z", "2021-12-30T14:05:09Z"},
    {"20211230", "2021-12-30"},
    {"2021-W05-3", "2021-02-03"},
    {"2020-W53-7", "2021-01-03"},
    {"2018-W01-1", "2018-01-01"},
    {"2015-W01-1", "2014-12-29"},
    {"2021W053", "2021-02-03"},
    {"2021-W05-3T10:30:00+01:00", "2021-02-03T10:30:00+01:00"},
    {"2021-12-30", "2021-12-30"},
    {"2021/12/30", "2021-12-30"},
    {"2021-12", "2021-12"},
    {"2021", "2021"},
    {"1640873100", "2021-12-30T14:05:00Z"},
    {"1640873100000", "2021-12-30T14:05:00Z"},
    {"Thu, 30 Dec 2021 14:05:00 GMT", "2021-12-30T14:05:00Z"},
    {"Thu, 30 Dec 2021 14:05:00 +0100", "2021-12-30T14:05:00+01:00"},
    {"30 Dec 21 14:05 EST", "2021-12-30T14:05-05:00"},
    {"26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"},
    {"Friday, January 4, 2019", "2019-01-04"},
    {"December 30, 2021 at 2:05 p.m. ET", "2021-12-30T14:05-05:00"},
    {"Published: Dec. 30th, 2021 02:05 PM", "2021-12-30T14:05Z"},
    {"12:30 AM, Dec 30, 2021", "2021-12-30T00:30Z"},
    {"30 December 2021, 14:05 CET", "2021-12-30T14:05+01:00"},
    {"December 2021", "2021-12"},
    {"03/04/2021", "2021-03-04"},
    {"03/04/2021", "2021-04-03", "es"},
    {"30/12/2021", "2021-12-30"},
    {"12/30/21", "2021-12-30"},
    {"30 de diciembre de 2021", "2021-12-30", "es"},
    {"jueves, 30 de diciembre de 2021 a las 14:05", "2021-12-30T14:05Z", "es"},
    {"1 de enero del 2022", "2022-01-01", "es"},
    {"30 dic. 2021", "2021-12-30", "es"},
    {"1er janvier 2022 à 14h05", "2022-01-01T14:05Z", "fr"},
    {"30 août 2021", "2021-08-30", "fr"},
    {"30. Dezember 2021, 14.05 Uhr", "2021-12-30T14:05Z", "de"},
    {"30.12.2021 14:05", "2021-12-30T14:05Z", "de"},
    {"3. März 2022", "2022-03-03", "de"},
    {"30 декабря 2021 г., 14:05", "2021-12-30T14:05Z", "ru"},
    {"30 грудня 2021", "2021-12-30", "uk"},
    {"2021年12月30日", "2021-12-30", "ja"},
    {"2021년 12월 30일", "2021-12-30", "ko"},
    {"30 ديسمبر 2021", "2021-12-30", "ar"},
    {"30 Aralık 2021", "2021-12-30", "tr"},
    {"30 grudnia 2021", "2021-12-30", "pl"},
    {"30 Δεκεμβρίου 2021", "2021-12-30", "el"},
    {"2021. december 30.", "2021-12-30", "hu"},
    {"0001-01-01T00:00:00Z", ""},
    {"2021-02-30", ""},
    {"32 December 2021", ""},
    {"30 December", ""},
    {"2021-W53-1", ""},
    {"2021-W00-1", ""},
    {"2021-W05-8", ""},
    {"2021-W05", ""},
    {"yesterday", ""},
    {"", ""},
    {"99999999999999999999999999", ""},
};

BOOST_DATA_TEST_CASE(a_written_date_is_read_with_its_zone_and_precision, kWritten, row) {
  const auto found = parse_date(row.written, date_hints(row.lang));
  BOOST_TEST((found ? format_rfc3339(*found) : "") == row.expected);
}

BOOST_DATA_TEST_CASE(what_is_printed_reads_back_the_same, kWritten, row) {
  const auto found = parse_date(row.written, date_hints(row.lang));
  if (!found) return;
  const auto again = parse_date(format_rfc3339(*found));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((*again == *found));
}

BOOST_AUTO_TEST_CASE(the_day_is_that_of_the_written_zone) {
  const auto late = parse_date("2021-12-30T23:30:00-05:00");
  BOOST_REQUIRE(late.has_value());
  BOOST_TEST(format_day(*late) == "2021-12-30");
  BOOST_TEST(late->utc == 1640925000);
}

BOOST_AUTO_TEST_CASE(a_date_is_found_in_running_text) {
  const std::string text = "By Jane Doe, Washington | Updated 5 March 2022 10:15 GMT, 1 comment";
  const auto found = find_date(text);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(format_rfc3339(found->value) == "2022-03-05T10:15Z");
  BOOST_TEST(text.substr(found->begin, found->end - found->begin) == "5 March 2022 10:15 GMT");
  BOOST_TEST(!find_date("In May 3 people met; a March of 2,000 followed.").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/query/dates.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "common/query/query.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::chrono_literals;

struct Row {
  std::string field, value, printed;  // printed as a date node; "" if it is no date
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.field << ":" << row.value;
}

// Saturday, 15 January 2022, 23:30 UTC: in Madrid it is Sunday already.
constexpr std::chrono::sys_seconds kNow = std::chrono::sys_days(2022y / 1 / 15) + 23h + 30min;

std::string read(const Row& row, const std::string& zone) {
  const auto range = read_date(row.field, row.value, {.now = kNow, .zone = zone});
  if (!range) return {};
  Node node;
  node.kind = Kind::date;
  node.date = *range;
  return print(node);
}

const std::vector<Row> kDates = {
    {"date", "2021", "date:2021-01-01..2021-12-31"},
    {"date", "2021-12", "date:2021-12-01..2021-12-31"},
    {"date", "2021-12-30", "date:2021-12-30"},
    {"on", "2021-12-30", "date:2021-12-30"},
    {"date", "2021-12..2022-01-15", "date:2021-12-01..2022-01-15"},
    {"date", "2021..", "date:2021-01-01.."},
    {"date", "..2021", "date:..2021-12-31"},
    {"date", "2021-Q4", "date:2021-10-01..2021-12-31"},
    {"date", "2021q1", "date:2021-01-01..2021-03-31"},
    {"date", "2020-02", "date:2020-02-01..2020-02-29"},
    {"date", "2021-W01", "date:2021-01-04..2021-01-10"},
    {"date", "2020-W53", "date:2020-12-28..2021-01-03"},
    {"date", "2021-W53", ""},
    {"date", "today", "date:2022-01-15"},
    {"date", "Yesterday", "date:2022-01-14"},
    {"date", "last week", "date:2022-01-03..2022-01-09"},
    {"date", "this week", "date:2022-01-10..2022-01-16"},
    {"date", "last month", "date:2021-12-01..2021-12-31"},
    {"date", "last year", "date:2021-01-01..2021-12-31"},
    {"date", "last quarter", "date:2021-10-01..2021-12-31"},
    {"date", "last 7 days", "date:2022-01-08..2022-01-15"},
    {"date", "30 December 2021", "date:2021-12-30"},
    {"date", "December 2021", "date:2021-12-01..2021-12-31"},
    {"date", "30 de diciembre de 2021", "date:2021-12-30"},
    {"since", "7d", "date:2022-01-08.."},
    {"since", "2w", "date:2022-01-01.."},
    {"since", "1m", "date:2021-12-15.."},
    {"since", "24h", "date:2022-01-14T23:30:00Z.."},
    {"since", "2021-12", "date:2021-12-01.."},
    {"until", "2021-12", "date:..2021-12-31"},
    {"before", "2022", "date:..2021-12-31"},
    {"after", "2021", "date:2022-01-01.."},
    {"after", "2021-12-30", "date:2021-12-31.."},
    {"date", "2021-12-30T14:00..", "date:2021-12-30T14:00:00Z.."},
    {"date", "2021-12-30T14:00+02:00", "date:2021-12-30T12:00:00Z..2021-12-30T12:00:59Z"},
    {"date", "2021-12-30T14:00..2021-12-31", "date:2021-12-30T14:00:00Z..2021-12-31T23:59:59Z"},
    {"date", "03/04/2021", ""},
    {"date", "2021-13", ""},
    {"date", "2021-02-30", ""},
    {"date", "..", ""},
    {"date", "soon", ""},
    {"date", "", ""},
    {"date", "99999999999999999999d", ""},
    {"date", "999999y", ""},
    {"since", "h", ""},
};

BOOST_AUTO_TEST_SUITE(dates_test)

BOOST_DATA_TEST_CASE(dates_are_read_as_written, bdata::make(kDates), row) {
  BOOST_TEST(read(row, "") == row.printed);
}

BOOST_AUTO_TEST_CASE(today_is_the_users_day) {
  BOOST_TEST(read({"date", "today", ""}, "Europe/Madrid") == "date:2022-01-16");
  BOOST_TEST(read({"date", "today", ""}, "America/New_York") == "date:2022-01-15");
  BOOST_TEST(read({"date", "2022-07-01T12:00..", ""}, "Europe/Madrid") == "date:2022-07-01T10:00:00Z..");
  BOOST_CHECK_THROW(read({"date", "today", ""}, "Europe/Madird"), Error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query

#include "common/schema.h"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(schema_test)

BOOST_AUTO_TEST_CASE(long_values_are_cut_and_stay_distinct) {
  const std::string a(400, 'a');
  const std::string first = schema::term(schema::kUrl, a + "1");
  const std::string second = schema::term(schema::kUrl, a + "2");
  BOOST_TEST(first.size() <= schema::kMaxTermBytes);
  BOOST_TEST(first != second);
  BOOST_TEST(schema::term(schema::kSource, "BBC") == "XSOURCE:BBC");
  BOOST_TEST(schema::folded_term(schema::kSource, "Der Tagesspiegél") == "XSOURCE:der tagesspiegel");
}

BOOST_AUTO_TEST_CASE(strings_of_a_slot_are_sorted_and_unique) {
  const std::string packed = schema::pack_strings({"pB", "cA", "pB", ""});
  BOOST_TEST(schema::unpack_strings(packed) == (std::vector<std::string_view>{"cA", "pB"}),
             boost::test_tools::per_element());
  BOOST_TEST(schema::unpack_strings("").empty());
  BOOST_TEST(schema::unpack_actor("pJoe Biden").name == "Joe Biden");
}

BOOST_AUTO_TEST_CASE(date_keys_put_undated_last_in_both_orders) {
  const auto newest_old = schema::newest_key(true, -1000, "a");
  const auto newest_new = schema::newest_key(true, 1000, "a");
  BOOST_TEST((newest_new > newest_old));
  BOOST_TEST((newest_old > schema::newest_key(false, 0, "a")));
  const std::int64_t first = std::numeric_limits<std::int64_t>::min();
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST((schema::newest_key(true, first, "a") > schema::newest_key(false, 0, "a")));
  BOOST_TEST((schema::newest_key(true, last, "a") > schema::newest_key(true, 253402300799, "a")));
  BOOST_TEST((schema::newest_key(true, -62135596800, "a") > schema::newest_key(true, first, "a")));
  BOOST_TEST((schema::oldest_key(true, last, "a") > schema::oldest_key(false, 0, "a")));
  BOOST_TEST((schema::oldest_key(true, first, "a") > schema::oldest_key(true, -62135596800, "a")));
  BOOST_TEST((schema::newest_key(true, 7, "a") > schema::newest_key(true, 6, "a")));
  BOOST_TEST((schema::oldest_key(true, 6, "a") > schema::oldest_key(true, 7, "a")));
  BOOST_TEST((schema::oldest_key(true, -1000, "a") > schema::oldest_key(true, 1000, "a")));
  BOOST_TEST((schema::oldest_key(true, 1000, "a") > schema::oldest_key(false, 0, "a")));
  BOOST_TEST((schema::newest_key(true, 5, "a") > schema::newest_key(true, 5, "b")) ==
             (schema::oldest_key(true, 5, "a") > schema::oldest_key(true, 5, "b")));
}

BOOST_AUTO_TEST_SUITE_END()

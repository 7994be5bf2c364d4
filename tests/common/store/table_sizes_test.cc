#include "common/store/table_sizes.h"

#include <boost/test/unit_test.hpp>

#include "dateline/error.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;

BOOST_AUTO_TEST_SUITE(table_sizes_test)

BOOST_AUTO_TEST_CASE(every_byte_has_a_name) {
  const test::TemporaryFolder folder;
  folder.write("gen-1/s0/docdata.glass", "12345");
  folder.write("gen-1/s0/position.glass", "123");
  folder.write("gen-1/s0/iamglass", "1");
  folder.write("gen-1/ledger", "12");
  folder.write("gen-1/ledger-wal", "1234");
  const std::vector<TableSize> sizes = table_sizes(folder.path() / "gen-1");
  BOOST_REQUIRE(sizes.size() == 4U);
  BOOST_TEST(sizes[0].what == "positions of articles added later");
  BOOST_TEST(sizes[0].bytes == 3U);
  BOOST_TEST(sizes[1].what == "text");
  BOOST_TEST(sizes[1].bytes == 5U);
  BOOST_TEST(sizes[2].what == "ledger");
  BOOST_TEST(sizes[2].bytes == 6U);
  BOOST_TEST(sizes[3].what == "other");
  BOOST_TEST(sizes[3].bytes == 1U);
  BOOST_CHECK_THROW((void)table_sizes(folder.path() / "gen-2"), Error);
}

BOOST_AUTO_TEST_SUITE_END()

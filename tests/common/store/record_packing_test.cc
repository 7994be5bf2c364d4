#include "common/store/record_packing.h"

#include <boost/test/unit_test.hpp>

#include "dateline/error.h"

using namespace dateline;

BOOST_AUTO_TEST_SUITE(record_packing_test)

namespace {

std::string record(std::size_t sentences) {
  std::string out = R"({"id":"h1","title":"Harbour reopens","body":[")";
  for (std::size_t i = 0; i < sentences; ++i)
    out += "The harbour of number " + std::to_string(i * 7919 % 1000) + " was opened by its mayor on Monday. ";
  return out + "\"]}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(records_come_back_and_are_smaller) {
  for (const std::size_t sentences : {0U, 1U, 5U, 50U, 300U}) {
    const std::string plain = record(sentences);
    const std::string packed = pack_record(plain);
    BOOST_TEST(unpack_record(packed) == plain);
    BOOST_TEST(packed.size() < plain.size());
  }
  // The dictionary has what records begin with.
  BOOST_TEST(pack_record(record(1)).size() * 3 < record(1).size() * 2);
}

BOOST_AUTO_TEST_CASE(what_is_short_or_stays_long_is_kept_as_it_is) {
  BOOST_TEST(pack_record("") == "");
  BOOST_TEST(pack_record("x") == "x");
  BOOST_TEST(unpack_record("{}") == "{}");
  std::string noise;
  for (std::uint32_t i = 1, n = 1; i < 9000; ++i)
    noise.push_back(static_cast<char>(' ' + (n = n * 1664525 + 1013904223) / 65536 % 90));
  BOOST_TEST(pack_record(noise) == noise);
  BOOST_TEST(!is_packed(pack_record(noise)));
}

BOOST_AUTO_TEST_CASE(damage_is_an_error_and_a_beginning_is_told_from_the_whole) {
  const std::string packed = pack_record(record(20));
  BOOST_REQUIRE(is_packed(packed));
  std::string out;
  BOOST_TEST(unpack_beginning(packed + "what follows", 1 << 20, out));
  BOOST_TEST(out == record(20));
  for (std::size_t size = 4; size < packed.size(); ++size) {
    BOOST_CHECK_THROW((void)unpack_record(packed.substr(0, size)), Error);
    BOOST_TEST(!unpack_beginning(std::string_view(packed).substr(0, size), 1 << 20, out));
  }
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    try {
      (void)unpack_record(damaged);  // Whatever comes out: no crash, and no more than the frame says.
    } catch (const Error& error) {
      BOOST_TEST((error.code() == ErrorCode::index_corrupt));
    }
  }
}

// Another dictionary makes every index unreadable: it goes with another schema::kVersion, and then with this record.
BOOST_AUTO_TEST_CASE(a_record_of_an_index_of_this_schema_can_be_read) {
  const unsigned char packed[] = {40,  181, 47,  253, 32,  108, 157, 1,   0,   83,  193, 3,   56,  54,  29,
                                  253, 248, 105, 181, 83,  5,   186, 156, 20,  121, 115, 254, 11,  252, 205,
                                  53,  177, 120, 214, 216, 39,  202, 146, 34,  253, 236, 115, 31,  250, 152,
                                  55,  112, 187, 49,  192, 33,  53,  161, 241, 188, 90,  45,  169, 93,  123};
  BOOST_TEST(unpack_record({reinterpret_cast<const char*>(packed), sizeof packed}) == record(1));
}

BOOST_AUTO_TEST_SUITE_END()

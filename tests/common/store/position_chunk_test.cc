#include "common/store/position_chunk.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/setting.h"

using namespace dateline;

namespace {

using Documents = std::vector<std::vector<std::uint32_t>>;

std::string chunk_of(const Documents& documents) {
  std::vector<std::uint32_t> counts;
  std::vector<std::uint32_t> positions;
  for (const std::vector<std::uint32_t>& document : documents) {
    counts.push_back(static_cast<std::uint32_t>(document.size()));
    positions.insert(positions.end(), document.begin(), document.end());
  }
  std::string chunk;
  put_position_chunk(chunk, counts, positions);
  return chunk;
}

/// Nothing if it is an error.
std::optional<Documents> read(const std::string& bytes) try {
  Documents out;
  std::vector<std::uint32_t> document;
  for (PositionChunk chunk(bytes); chunk.next(document);) out.push_back(document);
  return out;
} catch (const Xapian::DatabaseCorruptError&) {
  return std::nullopt;
}

/// Titles, texts, documents without positions, and now and then a gap that no short code holds.
Documents draw(std::mt19937& random) {
  Documents out(1 + random() % 60);
  const bool some_have_none = random() % 3 == 0;
  const std::uint32_t widest = 1U << random() % 20;
  for (std::vector<std::uint32_t>& document : out) {
    if (some_have_none && random() % 4 == 0) continue;
    std::uint32_t position = random() % 3 == 0 ? static_cast<std::uint32_t>(1 + random() % 20) : kTextFrom;
    for (std::size_t n = 1 + random() % (random() % 5 == 0 ? 40 : 3); n > 0; --n) {
      position += static_cast<std::uint32_t>(random() % 50 == 0 ? random() % 100'000'000 : 1 + random() % widest);
      document.push_back(position);
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(position_chunk_test)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_and_passed_over) {
  std::mt19937 random(test::seed(11));
  for (int round = 0; round < 2000; ++round) {
    const Documents documents = draw(random);
    const std::string bytes = chunk_of(documents);
    BOOST_REQUIRE((read(bytes) == documents));
    PositionChunk chunk(bytes);
    BOOST_REQUIRE_EQUAL(chunk.left(), documents.size());
    const std::size_t passed = random() % documents.size();
    chunk.skip(passed);
    std::vector<std::uint32_t> next;
    BOOST_REQUIRE(chunk.next(next));
    BOOST_REQUIRE((next == documents[passed]));
    BOOST_REQUIRE_EQUAL(chunk.left(), documents.size() - passed - 1);
  }
}

BOOST_AUTO_TEST_CASE(a_chunk_that_is_cut_off_is_an_error_and_a_damaged_one_is_read_within_its_bounds) {
  std::mt19937 random(test::seed(12));
  for (int round = 0; round < 300; ++round) {
    const std::string bytes = chunk_of(draw(random));
    for (std::size_t size = 0; size < bytes.size(); size += 1 + random() % 8)
      BOOST_REQUIRE(!read(bytes.substr(0, size)).has_value());
    for (int damage = 0; damage < 10; ++damage) {
      std::string hurt = bytes;
      hurt[random() % hurt.size()] = static_cast<char>(random());
      (void)read(hurt);  // sanitizers see more
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

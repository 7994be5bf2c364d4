#include "indexer/extract/training/alignment.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "indexer/extract/blocks.h"

namespace dateline::indexer::training {
namespace {

struct Row {
  const char* what;
  std::vector<std::string> blocks;
  std::string known;
  std::vector<double> shares;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(alignment_test)

BOOST_AUTO_TEST_CASE(blocks_are_found_where_the_known_text_has_them) {
  const std::string one = "The harbour was closed after the storm had torn two ships from the quay.";
  const std::string two = "It will be open again when the cranes have been looked at, says the port.";
  const Row rows[] = {
      {"what is before and behind is not known",
       {"News Sport Culture", one, two, "Read more about ports"},
       one + "\n\n" + two,
       {0, 1, 1, 0}},
      {"a table of contents only repeats the headings",
       {"The storm", "What now", "The storm", one, "What now", two},
       "The storm\n" + one + "\nWhat now\n" + two,
       {0, 0, 1, 1, 1, 1}},
      {"a pull quote only repeats a paragraph", {one, "It will be open again when", two}, one + "\n" + two, {1, 0, 1}},
      {"cells of a table are found between the paragraphs, not in the menu",
       {"Ships", one, "Ships", "2", "Cranes", "14", two, "Cranes"},
       one + "\nShips | 2\nCranes | 14\n" + two,
       {0, 1, 1, 1, 1, 1, 1, 0}},
      {"long parts are found in another order, short ones are not",
       {two, "Ships", one + " " + one},
       one + " " + one + "\nShips\n" + two,
       {1, 0, 1}},
      {"a part of a block", {one + " Subscribe now to read all that we write."}, one, {14.0 / 22}},
      {"no words", {"", "* * *"}, one, {0, 0}},
      {"no known text", {one}, "", {0}},
      {"no block", {}, one, {}},
  };
  for (const Row& row : rows) {
    std::vector<std::vector<std::uint64_t>> blocks;
    for (const std::string& b : row.blocks) blocks.push_back(word_hashes(b));
    BOOST_TEST_CONTEXT(row.what)
    BOOST_TEST(shares_of_known(blocks, row.known) == row.shares, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer::training

#include "indexer/jobs/remnants.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "common/store/glass_writer.h"
#include "common/store/record_packing.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;
using dateline::test::TemporaryFolder;

BOOST_AUTO_TEST_SUITE(remnants_test)

// Their tags are cut wherever a block is full.
BOOST_AUTO_TEST_CASE(each_text_is_found_however_it_is_packed_and_cut) {
  constexpr std::string_view kLetters = "etaoinshrdlu";
  const TemporaryFolder folder;
  std::mt19937 random(7);
  const auto up_to = [&](std::size_t most) { return static_cast<std::size_t>(random()) % most; };
  glass::Inverter inverter;
  std::vector<std::vector<std::uint32_t>> docids(1);
  std::vector<std::string> pieces;
  std::size_t packed = 0;
  for (std::uint32_t document = 1; document <= 300; ++document) {
    std::string text;
    for (std::size_t words = 10 + random() % 1700; words > 0; --words) {
      for (std::size_t letters = 3 + random() % 6; letters > 0; --letters)
        text.push_back(kLetters[random() % kLetters.size()]);
      text.push_back(' ');
    }
    const std::string piece = "piece " + std::to_string(document * 100'003);
    text.insert(up_to(text.size()), piece);
    const std::string record = pack_record(R"({"body":[")" + text + R"("]})");
    if (is_packed(record)) ++packed;
    FlatDocument flat;
    flat.set_data(record);
    (void)inverter.add(flat);
    docids.front().push_back(document);
    pieces.push_back(piece);
  }
  BOOST_TEST(packed > 100U);
  BOOST_TEST(packed < 300U);
  pieces.emplace_back("of no document at all");
  std::vector<glass::Run> runs;
  runs.emplace_back(inverter.finish());
  glass::write_database(folder.path() / "db", {.runs = runs, .docids = docids, .metadata = {}});
  const ScanReport report = scan_folder(folder.path(), PieceFinder(pieces));
  std::vector<bool> found(pieces.size());
  for (const Finding& finding : report.findings) found[finding.piece] = true;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) BOOST_TEST(found[i], "not found: " << pieces[i]);
  BOOST_TEST(!found.back());
}

BOOST_AUTO_TEST_SUITE_END()

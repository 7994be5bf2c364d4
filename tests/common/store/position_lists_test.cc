#include "common/store/position_lists.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>

#include "common/schema.h"
#include "common/store/glass_writer.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::test;

namespace {

/// Many documents with "common", every tenth with "rare", every hundredth with "scarce"; "early" in the first seventy,
/// "gapped" in the first six hundred, two of which it stands nowhere in, and again from 4,000 on.
void write_shard(const std::filesystem::path& folder, std::uint32_t documents) {
  glass::Inverter inverter;
  FlatDocument document;
  std::vector<std::uint32_t> docids;
  for (std::uint32_t i = 1; i <= documents; ++i) {
    document.clear();
    for (std::uint32_t p = 0; p <= i % 9; ++p) document.add_position(document.term({}, "common"), i + p * 200);
    if (i % 10 == 0) document.add_position(document.term({}, "rare"), i);
    if (i % 100 == 0) document.add_position(document.term({}, "scarce"), 2 * i);
    if (i <= 70) document.add_position(document.term({}, "early"), i);
    if (i <= 600 || (i > 4000 && i <= 4100)) {
      const FlatDocument::TermIndex gapped = document.term({}, "gapped");
      for (std::uint32_t p = 0; p < (i % 300 == 0 ? 0 : 3); ++p) document.add_position(gapped, i + p * p);
    }
    inverter.add(document);
    docids.push_back(i);
  }
  std::vector<glass::Run> runs;
  runs.emplace_back(inverter.finish());
  const std::vector<std::vector<std::uint32_t>> all{docids};
  glass::write_database(folder, {.runs = runs, .docids = all, .metadata = {{"A", "first"}, {"z", "last"}}},
                        {.positions = glass::Positions::lists});
}

std::vector<std::uint32_t> read(const Xapian::Database& shard, const std::string& term, Xapian::docid document) {
  std::vector<std::uint32_t> out;
  PositionList(shard, positions_apart(shard), term).read(document, out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(position_lists_test)

BOOST_AUTO_TEST_CASE(positions_are_found_in_any_order_of_documents) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 5000);
  const Xapian::Database shard((folder.path() / "db").string());
  BOOST_TEST(positions_apart(shard) == 5000U);
  BOOST_TEST(shard.get_metadata("A") == "first");
  BOOST_TEST(shard.get_metadata("z") == "last");
  const std::string common = "common";
  PositionList list(shard, 5000, common);
  std::vector<std::uint32_t> found;
  for (const Xapian::docid document : {1U, 2U, 2U, 4999U, 3U, 2500U, 2501U, 5000U, 1U}) {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t p = 0; p <= document % 9; ++p) expected.push_back(document + p * 200);
    list.read(document, found);
    BOOST_TEST(found == expected, boost::test_tools::per_element());
  }
  BOOST_TEST(read(shard, "rare", 20) == std::vector<std::uint32_t>{20}, boost::test_tools::per_element());
  BOOST_TEST(read(shard, "rare", 21).empty());
  for (const std::string term : {"early", "gapped"}) {
    PositionList sparse(shard, 5000, term);
    for (Xapian::docid document = 1; document <= 5000; ++document) {
      std::vector<std::uint32_t> expected;
      if (term == "early" && document <= 70) expected = {document};
      if (term == "gapped" && (document <= 600 || (document > 4000 && document <= 4100)) && document % 300 != 0)
        expected = {document, document + 1, document + 4};
      sparse.read(document, found);
      BOOST_TEST(found == expected, boost::test_tools::per_element());
    }
  }
  BOOST_TEST(read(shard, "never", 20).empty());
}

BOOST_AUTO_TEST_CASE(lists_that_are_kept_say_the_same) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 5000);
  const Xapian::Database shard((folder.path() / "db").string());
  /// All of a list, or the documents alone.
  struct Kept final : KeptPositions {
    Kept(const Xapian::Database& in, bool all) : shard(in), whole(all) {}
    std::shared_ptr<const LoadedPositions> positions(const std::string& term, const Xapian::Database&) override {
      if (!whole) return nullptr;
      ++loaded;
      return std::make_shared<const LoadedPositions>(load_positions(shard, term, *documents(term)));
    }
    TermDocuments documents(const std::string& term) override {
      return std::make_shared<const std::vector<Xapian::docid>>(shard.postlist_begin(term), shard.postlist_end(term));
    }
    const Xapian::Database& shard;
    bool whole;
    int loaded = 0;
  };
  Kept kept(shard, true);
  Kept documents_alone(shard, false);
  for (const std::string term : {"common", "rare", "scarce", "early", "gapped"}) {
    PositionList read(shard, 5000, term);
    PositionList loaded(shard, 5000, term, &kept);
    PositionList counted(shard, 5000, term, &documents_alone);
    std::vector<std::uint32_t> expected;
    std::vector<std::uint32_t> found;
    for (unsigned i = 0; i < 6000; ++i) {
      const Xapian::docid document = i < 5000 ? 1 + i : 1 + i * 7919 % 5000;
      read.read(document, expected);
      loaded.read(document, found);
      BOOST_REQUIRE(found == expected);
      counted.read(document, found);
      BOOST_REQUIRE(found == expected);
    }
  }
  BOOST_TEST(kept.loaded == 5);
}

BOOST_AUTO_TEST_CASE(whole_documents_have_the_positions_of_all_their_terms) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 5000);
  const Xapian::Database shard((folder.path() / "db").string());
  DocumentPositions positions(shard);
  BOOST_TEST(positions.has(5000));
  BOOST_TEST(!positions.has(5001));
  std::vector<Xapian::docid> order(5000);
  std::iota(order.begin(), order.end(), 1U);
  order.insert(order.end(), {5000, 4100, 300, 299, 1});
  for (const Xapian::docid id : order) {
    Xapian::Document whole = shard.get_document(id);
    positions.add_to(id, whole);
    for (auto term = whole.termlist_begin(); term != whole.termlist_end(); ++term) {
      const std::vector<std::uint32_t> found(term.positionlist_begin(), term.positionlist_end());
      BOOST_REQUIRE(found == read(shard, *term, id));
    }
  }
}

BOOST_AUTO_TEST_CASE(documents_added_later_have_them_in_the_table) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 30);
  Xapian::WritableDatabase shard((folder.path() / "db").string());
  Xapian::Document later;
  later.add_posting("rare", 77);
  shard.add_document(later);
  shard.commit();
  BOOST_TEST(read(shard, "rare", 30) == std::vector<std::uint32_t>{30}, boost::test_tools::per_element());
  BOOST_TEST(read(shard, "rare", 31) == std::vector<std::uint32_t>{77}, boost::test_tools::per_element());
  Xapian::Document whole = shard.get_document(30);
  DocumentPositions(shard).add_to(30, whole);
  auto term = whole.termlist_begin();
  term.skip_to("rare");
  BOOST_TEST(*term.positionlist_begin() == 30U);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_documents_that_are_gone) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 5000);
  Xapian::WritableDatabase shard((folder.path() / "db").string());
  std::vector<Xapian::docid> gone{1};
  for (Xapian::docid document = 10; document <= 5000; document += 10) gone.push_back(document);
  erase_positions(shard, gone);
  for (const Xapian::docid document : gone) shard.delete_document(document);
  BOOST_TEST(!find_misaligned_positions(shard).has_value());
  shard.commit();
  BOOST_TEST(read(shard, "rare", 20).empty());
  BOOST_TEST(read(shard, "common", 1).empty());
  for (const Xapian::docid document : {2U, 11U, 2501U, 4999U}) {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t p = 0; p <= document % 9; ++p) expected.push_back(document + p * 200);
    BOOST_TEST(read(shard, "common", document) == expected, boost::test_tools::per_element());
  }
  const std::string names{schema::kMetaPositions};
  for (auto key = shard.metadata_keys_begin(names); key != shard.metadata_keys_end(names); ++key)
    BOOST_TEST(!(*key).starts_with(names + "rare"));
  shard.delete_document(2);
  BOOST_TEST(find_misaligned_positions(shard).value() == "common");
}

BOOST_AUTO_TEST_CASE(chunks_without_documents_and_without_their_first_are_passed_over) {
  const TemporaryFolder folder;
  write_shard(folder.path() / "db", 5000);
  Xapian::WritableDatabase shard((folder.path() / "db").string());
  std::vector<Xapian::docid> gone;
  for (Xapian::docid document = 1; document <= 5000; ++document) {
    if (document < 700 || (document > 2000 && document < 3500) || document % 3 == 0) gone.push_back(document);
  }
  erase_positions(shard, gone);
  for (const Xapian::docid document : gone) shard.delete_document(document);
  shard.commit();
  struct Kept final : KeptPositions {
    std::shared_ptr<const std::vector<Xapian::docid>> of_common;
    std::shared_ptr<const LoadedPositions> positions(const std::string&, const Xapian::Database&) override {
      return nullptr;
    }
    TermDocuments documents(const std::string&) override { return of_common; }
  } kept;
  kept.of_common =
      std::make_shared<const std::vector<Xapian::docid>>(shard.postlist_begin("common"), shard.postlist_end("common"));
  const std::string term = "common";
  std::mt19937 random(test::seed(21));
  for (KeptPositions* from : {static_cast<KeptPositions*>(nullptr), static_cast<KeptPositions*>(&kept)}) {
    PositionList list(shard, positions_apart(shard), term, from);
    std::vector<std::uint32_t> found;
    for (int n = 0; n < 30'000; ++n) {
      // In turns ascending, each twice, and anywhere.
      const Xapian::docid document =
          n < 20'000 ? static_cast<Xapian::docid>(1 + n / 2 % 5000) : static_cast<Xapian::docid>(1 + random() % 5000);
      std::vector<std::uint32_t> expected;
      if (!std::binary_search(gone.begin(), gone.end(), document)) {
        for (std::uint32_t p = 0; p <= document % 9; ++p) expected.push_back(document + p * 200);
      }
      list.read(document, found);
      BOOST_REQUIRE_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

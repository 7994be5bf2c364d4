#include "common/store/document_lengths.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "common/schema.h"
#include "common/store/flat_document.h"
#include "common/store/glass_postings.h"
#include "common/store/glass_writer.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::test;

namespace {

/// A sealed database of documents of these lengths, by docid from 1 on; 0: there is none.
void write(const std::filesystem::path& folder, const std::vector<std::uint32_t>& lengths, std::uint32_t block_size) {
  glass::Inverter inverter;
  std::vector<std::vector<std::uint32_t>> docids(1);
  for (std::uint32_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] == 0) continue;
    FlatDocument document;
    document.add_wdf(document.term({}, "word"), lengths[i]);
    inverter.add(document);
    docids.front().push_back(i + 1);
  }
  std::vector<glass::Run> runs;
  runs.emplace_back(inverter.finish());
  glass::write_database(folder,
                        {.runs = runs, .docids = docids, .metadata = {{"A", "before"}, {"M", "behind"}, {"z", "last"}}},
                        {.positions = glass::Positions::lists, .block_size = block_size});
}

/// Are they those that Xapian tells, with the table and without?
bool right(const std::filesystem::path& folder) {
  const Xapian::Database database(folder.string());
  const auto table = glass::PostingTable::open(folder, database.get_revision());
  std::vector<Xapian::termcount> expected(database.get_lastdocid() + 1);
  for (auto it = database.postlist_begin({}); it != database.postlist_end({}); ++it) expected[*it] = it.get_doclength();
  for (const glass::PostingTable* from :
       {static_cast<const glass::PostingTable*>(table.get()), static_cast<const glass::PostingTable*>(nullptr)}) {
    const DocumentLengths lengths(database, from);
    for (Xapian::docid document = 0; document < expected.size(); ++document) {
      if (lengths[document] != expected[document]) return false;
    }
  }
  return table != nullptr;
}

std::string first_entry() {
  return std::string{schema::kMetaLengths} + std::string("\0\1", 2);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document_lengths_test)

BOOST_AUTO_TEST_CASE(lengths_are_those_that_xapian_tells_also_after_changes) {
  std::mt19937 random(test::seed(5));
  for (const std::size_t documents : {1U, 2U, 999U, 1000U, 1001U, 3500U, 40'000U}) {
    const TemporaryFolder folder;
    const std::filesystem::path shard = folder.path() / "db";
    std::vector<std::uint32_t> lengths(documents);
    for (std::uint32_t& length : lengths)
      length = random() % 5 == 0 ? 0 : static_cast<std::uint32_t>(1 + random() % 1000);
    constexpr std::uint32_t kBorders[] = {65'534, 65'535, 65'536, 3'000'000, 1};
    for (std::size_t i = 0; i < std::size(kBorders); ++i) lengths[(i * 700 + 1) % documents] = kBorders[i];
    lengths.back() = 7;
    write(shard, lengths, documents % 2 == 0 ? 2048 : 8192);
    BOOST_TEST(right(shard));
    BOOST_TEST(!Xapian::Database(shard.string()).get_metadata(first_entry()).empty());
    BOOST_TEST(Xapian::Database(shard.string()).get_metadata("M") == "behind");

    Xapian::WritableDatabase database(shard.string());
    std::vector<Xapian::docid> gone;
    for (Xapian::docid document = 1; document <= documents; ++document) {
      if (lengths[document - 1] != 0 && random() % 4 == 0) gone.push_back(document);
    }
    erase_document_lengths(database, gone);
    for (const Xapian::docid document : gone) database.delete_document(document);
    for (std::uint32_t added = 0; added < 50; ++added) {
      Xapian::Document document;
      document.add_term("later", added == 7 ? 70'000 : added + 1);
      database.add_document(document);
    }
    database.commit();
    BOOST_TEST(right(shard));
    // Nothing of a document that is gone is left.
    if (!gone.empty()) {
      const Xapian::docid first = gone.front();
      if (first <= 1000) {
        const std::string entry = database.get_metadata(first_entry());
        BOOST_TEST(entry.substr(2 * (first - 1), 2) == std::string(2, '\0'));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_array_is_what_is_read_and_a_wrong_length_in_it_is_found) {
  const TemporaryFolder folder;
  const std::filesystem::path shard = folder.path() / "db";
  write(shard, std::vector<std::uint32_t>(2500, 9), 8192);
  Xapian::WritableDatabase database(shard.string());
  BOOST_TEST(lengths_in_array(database) == 2500U);
  BOOST_TEST(!find_wrong_length(database).has_value());
  std::string entry = database.get_metadata(first_entry());
  entry[2 * 6] = '\5';
  database.set_metadata(first_entry(), entry);
  database.commit();
  const auto table = glass::PostingTable::open(shard, database.get_revision());
  BOOST_REQUIRE(table != nullptr);
  BOOST_TEST(DocumentLengths(database, table.get())[7] == 5U);
  BOOST_TEST(find_wrong_length(database).value() == 7U);
}

BOOST_AUTO_TEST_CASE(an_array_that_cannot_be_is_an_error) {
  const TemporaryFolder folder;
  const std::filesystem::path shard = folder.path() / "db";
  const auto fails_with = [&](const std::string& name, const std::string& value) {
    std::filesystem::remove_all(shard);
    std::vector<std::uint32_t> lengths(2500, 9);
    lengths[0] = 0;
    write(shard, lengths, 8192);
    Xapian::WritableDatabase database(shard.string());
    database.set_metadata(name, value);
    database.commit();
    const auto table = glass::PostingTable::open(shard, database.get_revision());
    BOOST_REQUIRE(table != nullptr);
    BOOST_CHECK_THROW(DocumentLengths(database, table.get()), Xapian::DatabaseCorruptError);
  };
  fails_with(first_entry(), "\xFF\xFF" + std::string(1998, '\1'));  // of a document that there is not
  fails_with(first_entry(), std::string(1999, 'x'));
  fails_with(first_entry(), std::string(1998, 'x'));
  fails_with(first_entry(), std::string(6000, 'x'));
  fails_with(std::string{schema::kMetaLengths} + std::string("\0\2", 2), "xx");
  fails_with(std::string{schema::kMetaLengths} + "\x7F\xFF", "xx");
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/store/glass_writer.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "common/store/glass_version.h"
#include "dateline/error.h"
#include "glass_torture.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::test;

BOOST_AUTO_TEST_SUITE(glass_writer_test)

// scripts/torture writer asks for more sets than there is time for here.
BOOST_AUTO_TEST_CASE(random_databases_equal_those_that_xapian_writes) {
  const std::uint64_t seed = test::seed(1);
  const std::uint64_t sets = test::setting("DATELINE_TORTURE_SETS", 12);
  for (std::uint64_t i = seed; i < seed + sets; ++i) {
    BOOST_TEST_CONTEXT("seed " << i) {
      const TemporaryFolder folder;
      const std::size_t documents[] = {0, 1, 20, 200, 800};
      const std::size_t changes = i % 25 == 0 ? 2000 : i % 3 == 0 ? 100 : 0;
      BOOST_TEST(GlassTorture(i, folder.path()).run(documents[i % 5], changes) == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_tail_that_xapian_cannot_inflate_is_kept_as_it_is) {
  const TemporaryFolder folder;
  glass::Inverter inverter;
  FlatDocument document;
  std::vector<std::uint32_t> docids;
  std::vector<std::size_t> sizes;
  for (std::size_t size = 8190; size < 8800; ++size) sizes.push_back(size);
  for (std::size_t size = 16380; size < 16700; ++size) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    document.clear();
    document.set_data(std::string(size, 'q'));
    docids.push_back(inverter.add(document) + 1);
  }
  std::vector<glass::Run> runs;
  runs.emplace_back(inverter.finish());
  const std::vector<std::vector<std::uint32_t>> all{docids};
  glass::write_database(folder.path() / "db", {.runs = runs, .docids = all, .metadata = {}});
  const Xapian::Database database((folder.path() / "db").string());
  for (std::size_t i = 0; i < sizes.size(); ++i)
    BOOST_REQUIRE(database.get_document(docids[i]).get_data() == std::string(sizes[i], 'q'));
}

BOOST_AUTO_TEST_CASE(the_check_of_inflating_finds_what_xapian_refuses) {
  // The very stream that zlib makes of 8195 'q's, which stock Xapian cannot read back.
  bool refused = false;
  for (std::size_t size = 8193; size < 8800 && !refused; ++size) {
    glass::Inverter inverter;
    FlatDocument document;
    document.set_data(std::string(size, 'q'));
    inverter.add(document);
    const glass::Run run(inverter.finish());
    refused = run.document(0).data_compressed == 0 && run.document(0).data_size == size;
  }
  BOOST_TEST(refused);  // else the check is not needed, or does not work
}

/// Numbers of documents take two bytes in a run of 65,536 and three in a larger one.
BOOST_AUTO_TEST_CASE(a_run_may_have_more_documents_than_two_bytes_number) {
  for (const std::uint32_t documents : {65'536U, 65'537U}) {
    const TemporaryFolder folder;
    glass::Inverter inverter;
    FlatDocument document;
    std::vector<std::vector<std::uint32_t>> docids(1);
    for (std::uint32_t docid = 1; docid <= documents; ++docid) {
      document.clear();
      document.add_wdf(document.term({}, "all"), docid % 300);
      if (docid == documents) document.add_position(document.term({}, "last"), 7);
      inverter.add(document);
      docids[0].push_back(docid);
    }
    std::vector<glass::Run> runs;
    runs.emplace_back(inverter.finish());
    glass::write_database(folder.path() / "db", {.runs = runs, .docids = docids, .metadata = {}});
    const Xapian::Database database((folder.path() / "db").string());
    BOOST_TEST(database.get_termfreq("all") == documents);
    Xapian::docid next = 1;
    for (auto posting = database.postlist_begin("all"); posting != database.postlist_end("all"); ++posting, ++next) {
      BOOST_REQUIRE(*posting == next);
      BOOST_REQUIRE(posting.get_wdf() == next % 300);
    }
    BOOST_TEST(*database.postlist_begin("last") == documents);
    BOOST_TEST(*database.positionlist_begin(documents, "last") == 7U);
  }
}

/// Documents in the order of their docids, and in runs that take turns, whose docids lie among each other.
BOOST_AUTO_TEST_CASE(tables_do_not_depend_on_runs_or_threads) {
  constexpr std::uint32_t kDocuments = 3000;
  const TemporaryFolder folder;
  const auto make = [](std::uint32_t docid, FlatDocument& document) {
    document.clear();
    document.add_wdf(document.term({}, "all"), 1 + docid % 3);
    document.add_position(document.term("Q", std::to_string(docid)), docid % 50);
    for (const char* word : {"apple", "middle", "night", "zebra"}) {
      if ((docid * 7 + static_cast<unsigned char>(*word)) % 5 != 0) continue;
      const auto term = document.term({}, word + std::to_string(docid % 97));
      document.add_wdf(term, 2);
      document.add_position(term, docid % 11);
      document.add_position(term, docid % 11 + 20);
    }
    document.set_value(1, std::to_string(docid % 100));
    document.set_data(std::to_string(docid));
  };
  for (const glass::Positions positions : {glass::Positions::table, glass::Positions::lists}) {
    std::map<std::string, std::string> tables;
    for (const std::uint32_t run_count : {1U, 2U, 3U, 7U}) {
      std::vector<std::vector<std::uint32_t>> docids(run_count);
      std::vector<glass::Run> runs;
      FlatDocument document;
      for (std::uint32_t r = 0; r < run_count; ++r) {
        glass::Inverter inverter;
        for (std::uint32_t docid = 1 + r; docid <= kDocuments; docid += run_count) {
          make(docid, document);
          inverter.add(document);
          docids[r].push_back(docid);
        }
        runs.emplace_back(inverter.finish());
      }
      for (const unsigned threads : {1U, 2U, 4U}) {
        const auto database = folder.path() / fmt::format("{}-{}-{}", static_cast<int>(positions), run_count, threads);
        glass::write_database(database, {.runs = runs, .docids = docids, .metadata = {{"A", "first"}, {"z", "last"}}},
                              {.positions = positions, .threads = threads});
        BOOST_TEST(Xapian::Database::check(database.string(), 0, nullptr) == 0U);
        for (const auto& file : std::filesystem::directory_iterator(database)) {
          const std::string name = file.path().filename().string();
          if (file.path().extension() != ".glass") continue;  // the version file has an id of its own
          std::ifstream in(file.path(), std::ios::binary);
          const std::string bytes{std::istreambuf_iterator<char>(in), {}};
          const auto [first, is_first] = tables.try_emplace(name, bytes);
          BOOST_TEST((is_first || first->second == bytes),
                     name << " of " << run_count << " runs, " << threads << " threads");
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(terms_that_xapian_would_refuse_are_refused) {
  FlatDocument document;
  BOOST_CHECK_THROW(document.term({}, {}), Error);
  BOOST_CHECK_THROW(document.term({}, std::string(246, 'x')), Error);
  BOOST_CHECK_THROW(document.term({}, std::string(123, '\0')), Error);
  BOOST_TEST(document.term_count() == 0U);
  BOOST_TEST(document.term({}, std::string(122, '\0')) == 0U);
  BOOST_TEST(document.term("S", std::string(244, 'x')) == 1U);
}

BOOST_AUTO_TEST_CASE(a_document_goes_to_xapian_and_back_unchanged) {
  FlatDocument document;
  const auto word = document.term("S", "word");
  document.add_wdf(word, 3);
  for (const std::uint32_t position : {7U, 3U, 3U, 9U, 7U}) document.add_position(word, position);
  document.term({}, "boolean");
  document.set_value(4, "late");
  document.set_value(1, "early");
  document.set_value(4, "later");
  document.set_value(2, "gone");
  document.set_value(2, "");
  document.set_data("text");
  FlatDocument back;
  from_xapian(to_xapian(document), back);
  BOOST_TEST(back.term_count() == 2U);
  BOOST_TEST(back.wdf(back.term({}, "Sword")) == 3U);
  BOOST_TEST(back.wdf(back.term({}, "boolean")) == 0U);
  std::vector<std::uint32_t> positions;
  back.positions(back.term({}, "Sword"), positions);
  BOOST_TEST(positions == (std::vector<std::uint32_t>{3, 7, 9}), boost::test_tools::per_element());
  BOOST_TEST(back.values().size() == 2U);
  BOOST_TEST(back.values()[1].second == "later");
  BOOST_TEST(back.data() == "text");
}

BOOST_AUTO_TEST_CASE(another_xapian_or_another_format_number_is_not_written_to) {
  const std::string ours("\x0F\x0DXapian Glass\x04\x6E and more", 25);
  std::string other = ours;
  other[15] = '\x6F';
  BOOST_TEST(glass::is_known_format("1.4.22", ours));
  BOOST_TEST(glass::is_known_format("1.4.31", ours));
  BOOST_TEST(!glass::is_known_format("1.5.0", ours));
  BOOST_TEST(!glass::is_known_format("2.0.0", ours));
  BOOST_TEST(!glass::is_known_format("1.4.22", other));
  BOOST_TEST(!glass::is_known_format("1.4.22", ""));
  BOOST_TEST(glass::library_has_known_format() == std::string_view(Xapian::version_string()).starts_with("1.4."));
}

BOOST_AUTO_TEST_CASE(what_stands_in_the_way_is_said) {
  const TemporaryFolder folder;
  BOOST_CHECK_THROW(glass::write_database(folder.path() / "missing" / "db", {}), Error);
  glass::write_database(folder.path() / "db", {});
  BOOST_TEST(Xapian::Database((folder.path() / "db").string()).get_doccount() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

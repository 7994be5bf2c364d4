#include "common/store.h"

#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "common/schema.h"
#include "common/store/generations.h"
#include "dateline/error.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(store_test)

namespace {

const FixedClock kClock{std::chrono::sys_seconds{std::chrono::seconds{1640873100}}};

void add(IndexWriter& writer, const std::string& term) {
  Xapian::Document document;
  document.add_boolean_term(term);
  writer.database().add_document(document);
}

template <typename Function>
ErrorCode code_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    BOOST_TEST_MESSAGE(error.what());
    return error.code();
  }
  BOOST_FAIL("no error was thrown");
  return ErrorCode::usage;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_committed_is_read_and_nothing_else) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  {
    IndexWriter writer(index, IndexWriter::Mode::update, kClock);
    add(writer, "one");
    writer.add_language("en");
    writer.commit();
    add(writer, "two");  // never committed
  }
  const Snapshot snapshot = open_snapshot(index);
  BOOST_TEST(snapshot.database.get_doccount() == 1U);
  BOOST_TEST(snapshot.generation == 1U);
  BOOST_TEST(snapshot.languages == (std::vector<std::string>{"en"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_told_who_holds_the_lock) {
  const test::TemporaryFolder folder;
  IndexWriter first(folder.path() / "index", IndexWriter::Mode::update, kClock);
  try {
    IndexWriter second(folder.path() / "index", IndexWriter::Mode::update, kClock);
    BOOST_FAIL("two writers");
  } catch (const Error& error) {
    BOOST_TEST((error.code() == ErrorCode::busy));
    BOOST_TEST(std::string{error.what()}.find("process " + std::to_string(::getpid())) != std::string::npos);
    BOOST_TEST(std::string{error.what()}.find("since 2021-12-30T14:05:00Z") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(missing_foreign_and_damaged_indexes_are_refused_with_their_own_codes) {
  const test::TemporaryFolder folder;
  BOOST_TEST((code_of([&] { (void)open_snapshot(folder.path() / "nowhere"); }) == ErrorCode::index_missing));
  folder.write("notes/diary.txt", "mine");
  BOOST_TEST(
      (code_of([&] { IndexWriter(folder.path() / "notes", IndexWriter::Mode::update, kClock); }) == ErrorCode::usage));
  folder.write("file", "mine");
  BOOST_TEST(
      (code_of([&] { IndexWriter(folder.path() / "file", IndexWriter::Mode::update, kClock); }) == ErrorCode::usage));

  const fs::path index = folder.path() / "index";
  { IndexWriter writer(index, IndexWriter::Mode::update, kClock); }
  std::ofstream(index / "gen-1/s0/iamglass") << "garbage that is no version file";
  BOOST_TEST((code_of([&] { (void)open_snapshot(index); }) == ErrorCode::index_corrupt));
}

BOOST_AUTO_TEST_CASE(an_index_of_another_schema_is_refused_and_rebuilt) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  {
    IndexWriter writer(index, IndexWriter::Mode::update, kClock);
    writer.database().set_metadata(std::string{schema::kMetaVersion}, "999");
    writer.commit();
  }
  BOOST_TEST((code_of([&] { (void)open_snapshot(index); }) == ErrorCode::index_schema));
  BOOST_TEST((code_of([&] { IndexWriter(index, IndexWriter::Mode::update, kClock); }) == ErrorCode::index_schema));
  {
    IndexWriter writer(index, IndexWriter::Mode::rebuild, kClock);
    writer.publish();
  }
  BOOST_TEST(open_snapshot(index).generation == 2U);
}

BOOST_AUTO_TEST_CASE(an_index_without_its_stub_is_never_written_over) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  {
    IndexWriter writer(index, IndexWriter::Mode::update, kClock);
    add(writer, "one");
    writer.commit();
    std::ofstream(writer.generation_folder() / "ledger") << "there";
  }
  fs::rename(index / "XAPIANDB", index / "gen-1/stub");
  BOOST_TEST((code_of([&] { IndexWriter(index, IndexWriter::Mode::update, kClock); }) == ErrorCode::index_corrupt));
  std::ofstream(index / "XAPIANDB") << "";
  BOOST_TEST((code_of([&] { IndexWriter(index, IndexWriter::Mode::update, kClock); }) == ErrorCode::index_corrupt));
  fs::rename(index / "gen-1/stub", index / "XAPIANDB");
  BOOST_TEST(open_snapshot(index).database.get_doccount() == 1U);
}

BOOST_AUTO_TEST_CASE(a_rebuild_is_seen_when_it_is_published) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  {
    IndexWriter writer(index, IndexWriter::Mode::update, kClock);
    add(writer, "one");
    writer.commit();
  }
  const Snapshot before = open_snapshot(index);
  {
    IndexWriter writer(index, IndexWriter::Mode::rebuild, kClock);
    add(writer, "one");
    add(writer, "two");
    writer.commit();
    BOOST_TEST(open_snapshot(index).database.get_doccount() == 1U);
    writer.publish();
  }
  BOOST_TEST(open_snapshot(index).database.get_doccount() == 2U);
  BOOST_TEST(before.database.get_doccount() == 1U);  // a reader keeps what it holds
  {
    IndexWriter abandoned(index, IndexWriter::Mode::rebuild, kClock);
    abandoned.commit();
  }
  BOOST_TEST(open_snapshot(index).generation == 2U);
  BOOST_TEST(!fs::exists(index / "gen-3"));  // nothing of it is left …
  fs::create_directory(index / "gen-3");     // … unless it was killed
  { IndexWriter next(index, IndexWriter::Mode::update, kClock); }
  BOOST_TEST(!fs::exists(index / "gen-3"));  // what an interrupted job left is cleared
}

/// compact once took the current generation for a new one's place, since a folder that could not be listed looked
/// empty.
BOOST_AUTO_TEST_CASE(an_index_that_cannot_be_listed_is_not_taken_for_an_empty_one) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  {
    IndexWriter writer(index, IndexWriter::Mode::update, kClock);
    writer.commit();
  }
  BOOST_TEST(next_generation(index) == 2U);
  rlimit before{};
  BOOST_REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  BOOST_REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  ErrorCode code = ErrorCode::usage;
  try {
    static_cast<void>(next_generation(index));
  } catch (const Error& error) {
    code = error.code();
  }
  BOOST_REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  BOOST_TEST((code == ErrorCode::io));
}

BOOST_AUTO_TEST_SUITE_END()

#include "indexer/jobs/ledger.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "dateline/error.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(ledger_test)

namespace {
RecordEntry record(std::int64_t input, std::uint64_t content, const std::string& identity, std::int64_t version = 0) {
  return {.input = input,
          .content = content,
          .identity = identity,
          .version = version,
          .number = static_cast<std::int64_t>(content),
          .holder = false,
          .refusal = {}};
}
}  // namespace

BOOST_AUTO_TEST_CASE(what_was_committed_is_remembered) {
  const dateline::test::TemporaryFolder folder;
  const std::uint64_t big = 0xFFFF'FFFF'FFFF'FFF0U;
  {
    Ledger ledger(folder.path());
    const auto id = ledger.begin_input("/a/b.txt");
    ledger.complete_input(
        {.id = id, .path = "/a/b.txt", .state = {1, 2, 3, 4}, .content = big, .options = 6, .complete = true});
    ledger.put_record(record(id, big, "k"));
    ledger.commit();
    ledger.begin_input("/never/committed");
  }
  Ledger ledger(folder.path());
  const auto input = ledger.find_input("/a/b.txt");
  BOOST_REQUIRE(input.has_value());
  BOOST_TEST((input->state == FileState{1, 2, 3, 4}));
  BOOST_TEST(input->content == big);
  BOOST_TEST(input->complete);
  BOOST_TEST(ledger.find_record(input->id, big).has_value());
  BOOST_TEST(ledger.count_articles(input->id) == 1U);
  BOOST_TEST(!ledger.find_input("/never/committed").has_value());
}

// A new ledger keeps records back and asks its tables only for what it may know.
BOOST_AUTO_TEST_CASE(a_new_ledger_answers_as_one_that_is_there) {
  const dateline::test::TemporaryFolder folder;
  constexpr std::uint64_t kRecords = 45'000;
  const auto identity = [](std::uint64_t n) { return "article " + std::to_string(n % 7 == 0 ? n / 2 : n); };
  std::size_t carried_before = 0;
  std::int64_t id = 0;
  {
    Ledger ledger(folder.path());
    id = ledger.begin_input("/a");
    for (std::uint64_t n = 0; n < kRecords; ++n) {
      BOOST_REQUIRE(!ledger.find_record(id, n));
      const auto before = ledger.best_carrier(identity(n), id);
      // Known by this name: the number itself, or one whose half it is.
      if (before) {
        ++carried_before;
        BOOST_REQUIRE(before->identity == identity(n));
        BOOST_REQUIRE(before->holder);
      }
      ledger.put_record(record(id, n, identity(n)));
      ledger.set_holder(identity(n), id, n);
      if (n % 9000 == 0) {
        BOOST_REQUIRE(ledger.find_record(id, n)->holder);
        BOOST_REQUIRE(ledger.count_articles(id) == n + 1);
      }
    }
    BOOST_TEST(ledger.unseen_records(id).empty());
    ledger.withdraw(identity(4), "withdrawn");
    BOOST_TEST(ledger.best_carrier("withdrawn", 0)->content == 4U);
    ledger.commit();
  }
  BOOST_TEST(carried_before > 1000U);
  Ledger ledger(folder.path());
  BOOST_TEST(ledger.count_articles(id) == kRecords);
  BOOST_TEST(ledger.unseen_records(id).size() == kRecords);
  std::map<std::string, std::size_t> holders;
  std::map<std::string, std::size_t> carriers;
  for (const RecordEntry& entry : ledger.records_of(id)) {
    ++carriers[entry.identity];
    if (entry.holder) ++holders[entry.identity];
  }
  for (const auto& [name, count] : carriers) BOOST_REQUIRE(holders[name] == (name == "withdrawn" ? 0U : 1U));
  BOOST_TEST(count_held_articles(folder.path()) == carriers.size() - 1);
}

BOOST_AUTO_TEST_CASE(records_not_seen_by_this_job_are_told) {
  const dateline::test::TemporaryFolder folder;
  {
    Ledger ledger(folder.path());
    const auto id = ledger.begin_input("/a");
    ledger.put_record(record(id, 1, "one"));
    ledger.put_record(record(id, 2, "two"));
    ledger.commit();
  }
  Ledger ledger(folder.path());
  const auto id = ledger.begin_input("/a");
  ledger.mark_seen(id, 2, 7);
  const auto unseen = ledger.unseen_records(id);
  BOOST_REQUIRE_EQUAL(unseen.size(), 1U);
  BOOST_TEST(unseen[0].identity == "one");
  BOOST_TEST(ledger.find_record(id, 2)->number == 7);
}

BOOST_AUTO_TEST_CASE(the_carrier_of_highest_precedence_does_not_depend_on_order) {
  const dateline::test::TemporaryFolder folder;
  Ledger ledger(folder.path());
  const auto b = ledger.begin_input("/b");
  const auto a = ledger.begin_input("/a");
  ledger.put_record(record(b, 1, "k", 10));
  ledger.put_record(record(a, 2, "k", 10));
  BOOST_TEST(ledger.best_carrier("k", 0)->input == b);  // equal versions: the later path
  ledger.put_record(record(a, 3, "k", 11));
  BOOST_TEST(ledger.best_carrier("k", 0)->content == 3U);  // a newer version wins
  ledger.put_record(record(a, 4, "k", 11));
  BOOST_TEST(ledger.best_carrier("k", 0)->content == 4U);  // then the later record
  BOOST_TEST(ledger.precedes(record(a, 3, "k", 11), record(b, 1, "k", 10)));
  BOOST_TEST(ledger.precedes(record(b, 1, "k", 10), record(a, 2, "k", 10)));
}

BOOST_AUTO_TEST_CASE(inputs_below_a_folder_are_listed_and_no_others) {
  const dateline::test::TemporaryFolder folder;
  Ledger ledger(folder.path());
  for (const char* path : {"/a/b", "/a/b/c", "/a/b.txt", "/a/bc/d", "/a/b/a/e"}) ledger.begin_input(path);
  std::vector<std::string> paths;
  for (const auto& input : ledger.inputs_below("/a/b")) paths.push_back(input.path);
  BOOST_TEST(paths == (std::vector<std::string>{"/a/b", "/a/b/a/e", "/a/b/c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_ledger_is_an_error) {
  const dateline::test::TemporaryFolder folder;
  folder.write("ledger", std::string(4096, 'x'));
  BOOST_CHECK_THROW(Ledger ledger(folder.path()), dateline::Error);
}

BOOST_AUTO_TEST_SUITE_END()

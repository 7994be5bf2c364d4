#include "indexer/readers/filter.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "dateline/error.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(filter_test)

namespace {

std::string filtered(const std::string& command, const std::string& input = "x", const FilterLimits& limits = {}) {
  StringSource source(input);
  try {
    return run_filter(command, source, "a.pdf", limits);
  } catch (const Error& error) {
    BOOST_TEST(error.subject() == "a.pdf");
    return error.what();
  }
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_goes_in_and_all_comes_out) {
  std::string large(std::size_t{3} << 20, 'a');
  large[12345] = '\0';
  BOOST_TEST((filtered("cat", large) == large));
  BOOST_TEST(filtered("tr a b | sed s/b/c/", "aa\n") == "cb\n");
  BOOST_TEST(filtered("head -c 3", large) == "aaa");
  BOOST_TEST(filtered("cat >/dev/null; echo done", large) == "done\n");
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_with_what_the_command_said) {
  BOOST_TEST(contains(filtered("echo 'no such page' >&2; exit 3"), "its filter failed (status 3): no such page"));
  BOOST_TEST(contains(filtered("kill -9 $$"), "signal 9"));
  BOOST_TEST(contains(filtered("no-such-command-here"), "status 127"));
  BOOST_TEST(contains(filtered("true"), "its filter answers nothing"));
  // Complaints without end fill no memory and stop nothing.
  BOOST_TEST(filtered("head -c 5000000 /dev/zero >&2; echo fine") == "fine\n");
}

BOOST_AUTO_TEST_CASE(an_answer_is_bounded) {
  FilterLimits limits;
  limits.output = 10000;
  BOOST_TEST(filtered("head -c 10000 /dev/zero | tr '\\0' a", "", limits).size() == 10000U);
  BOOST_TEST(contains(filtered("yes", "", limits), "its filter answers more than 10000 bytes"));
  limits.input = 1000;
  BOOST_TEST(contains(filtered("cat", std::string(300'000, 'a'), limits), "larger than the 1000 bytes"));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded) {
  FilterLimits limits;
  limits.memory = std::uint64_t{64} << 20;
  const std::string command = "python3 -c 'x = bytearray(1 << 28); print(len(x))'";
  BOOST_TEST(contains(filtered(command, "", limits), "its filter failed"));
  BOOST_TEST(filtered(command) == "268435456\n");
}

BOOST_AUTO_TEST_CASE(time_is_bounded_whatever_the_command_does_with_its_files) {
  FilterLimits limits;
  limits.patience = std::chrono::seconds{1};
  for (const char* command :
       {"sleep 60", "exec >&- 2>&-; sleep 60", "sleep 60 & sleep 60", "cat >/dev/null; sleep 60"}) {
    std::string answer;
    const double seconds = seconds_of([&] { answer = filtered(command, "x", limits); });
    BOOST_TEST(contains(answer, "its filter took longer than 1 s"), command);
    BOOST_TEST(seconds < 30, command);
  }
  limits.patience = std::chrono::seconds{120};
  limits.cpu = std::chrono::seconds{1};
  BOOST_TEST(contains(filtered("while :; do :; done", "x", limits), "its filter failed (signal"));
}

BOOST_AUTO_TEST_CASE(what_a_command_leaves_behind_is_ended) {
  const test::TemporaryFolder folder;
  const std::string mark = (folder.path() / "mark").string();
  BOOST_TEST(filtered("(sleep 2; touch " + mark + ") >/dev/null 2>&1 </dev/null & echo done") == "done\n");
  FilterLimits limits;
  (void)filtered("sleep 3; echo waited", "x", limits);
  BOOST_TEST(!std::filesystem::exists(mark));
}

BOOST_AUTO_TEST_SUITE_END()

// What goes wrong outside: each has a clear line and loses nothing that was indexed.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "common/store.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(bad_input_test)

namespace {

struct Job {
  Job() { folder.write("in/good.txt", "Good news\n\nThe body of a good article.\n"); }
  Finished index(std::vector<std::string> prefix = {}) {
    prefix.insert(prefix.end(), {DATELINE_INDEX_PROGRAM, "-d", where(), (folder.path() / "in").string()});
    return run(prefix);
  }
  [[nodiscard]] std::string where() const { return (folder.path() / "index").string(); }
  [[nodiscard]] unsigned count() const { return dateline::open_snapshot(where()).database.get_doccount(); }
  TemporaryFolder folder;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(files_that_are_no_articles_are_refused_by_name) {
  Job job;
  job.folder.write("in/empty.txt", "");
  job.folder.write("in/binary.dat", std::string("\x7F"
                                                "ELF\0\0\1\2",
                                                8));
  job.folder.write("in/nul.txt", std::string("Title\n\nnul \0 byte", 17));
  job.folder.write("in/page.html", "<html><head></head><body></body></html>");
  const Finished done = job.index();
  BOOST_TEST(done.status == 2);
  BOOST_TEST(contains(done.err, "empty.txt: empty\n"));
  BOOST_TEST(contains(done.err, "binary.dat: binary, not text\n"));
  BOOST_TEST(contains(done.err, "nul.txt: binary, not text\n"));
  BOOST_TEST(contains(done.err, "page.html: no text\n"));
  BOOST_TEST(job.count() == 1U);
}

BOOST_AUTO_TEST_CASE(damaged_text_is_read_as_far_as_it_goes) {
  Job job;
  job.folder.write("in/truncated.txt", "Cut\n\nA body that ends in the middle of an \xC3");
  job.folder.write("in/nospace.txt", "Run\n\n" + std::string(1'000'000, 'x'));
  job.folder.write("in/controls.txt", "Clear \x1B[31mred\x1B[0m\n\nBody \x1B]52;c;aGk=\x07 text.");
  const Finished done = job.index();
  BOOST_TEST(done.status == 0);
  BOOST_TEST(job.count() == 4U);
}

BOOST_AUTO_TEST_CASE(a_line_of_100_megabytes_is_passed_over_in_little_memory) {
  Job job;
  {
    std::ofstream out(job.folder.path() / "in/long.jsonl");
    out << "{\"title\":\"one\"}\n{\"title\":\"" << std::string(100'000'000, 'y') << "\"}\n{\"title\":\"two\"}\n";
  }
#ifdef __SANITIZE_ADDRESS__
  const Finished done = job.index();  // the sanitizer itself reserves more than any limit
#else
  // The programs and their data take about 300 MB of address space; the line twice would not fit beside them.
  const Finished done = job.index({"prlimit", "--as=450000000"});
#endif
  BOOST_TEST(done.status == 2);
  BOOST_TEST(contains(done.err, "long.jsonl:2: a line of 100000012 bytes, longer than 33554432 (--max-record)"));
  BOOST_TEST(job.count() == 3U);
}

BOOST_AUTO_TEST_CASE(a_page_of_ten_thousand_nested_elements_does_not_stop_the_job) {
  Job job;
  job.folder.write("in/deep.html", "<html><body>" + repeated("<div>", 10'000) + "<p>Deep text.</p>");
  job.folder.write("in/tables.html", "<html><body>" + repeated("<table><tr><td>", 20'000) + "<p>Deep text.</p>");
  const auto begin = std::chrono::steady_clock::now();
  const Finished done = job.index();
  BOOST_TEST((done.status == 0 || done.status == 2));
  BOOST_TEST(job.count() >= 1U);
  // gumbo alone takes over a minute; no timing test, a hang test.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds{30}));
}

BOOST_AUTO_TEST_CASE(an_unreadable_file_is_named_and_its_article_kept) {
  Job job;
  BOOST_TEST(job.index().status == 0);
  // Root reads everything: another user has to run the job.
  const fs::path secret = job.folder.write("in/secret.txt", "Secret\n\nBody.");
  fs::permissions(secret, fs::perms::none);
  fs::permissions(job.folder.path(), fs::perms::all);
  fs::permissions(job.folder.path() / "in", fs::perms::all);
  if (::geteuid() == 0) {
    const std::string own = (job.folder.path() / "own").string();
    const Finished done = run({"setpriv", "--reuid=65534", "--clear-groups", DATELINE_INDEX_PROGRAM, "-d", own,
                               (job.folder.path() / "in").string()});
    if (done.status == 127 || contains(done.err, "setpriv:")) {
      BOOST_TEST_MESSAGE("skipped: setpriv cannot drop root here");
      return;
    }
    BOOST_TEST(done.status == 2);
    BOOST_TEST(contains(done.err, "secret.txt: Permission denied"));
  } else {
    const Finished done = job.index();
    BOOST_TEST(done.status == 2);
    BOOST_TEST(contains(done.err, "secret.txt: Permission denied"));
    BOOST_TEST(job.count() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_missing_path_is_named) {
  Job job;
  const Finished done = run({DATELINE_INDEX_PROGRAM, "-d", job.where(), "/no/such/folder"});
  BOOST_TEST(done.status == 2);
  BOOST_TEST(contains(done.err, "/no/such/folder: No such file or directory"));
}

BOOST_AUTO_TEST_CASE(a_corrupt_index_is_status_three_and_rebuilt_on_request) {
  Job job;
  BOOST_TEST(job.index().status == 0);
  std::ofstream(job.where() + "/gen-1/s0/iamglass") << "not a version file";
  const Finished done = job.index();
  BOOST_TEST(done.status == 3);
  BOOST_TEST(contains(done.err, "--rebuild"));
  BOOST_TEST(
      run({DATELINE_INDEX_PROGRAM, "-d", job.where(), "--rebuild", (job.folder.path() / "in").string()}).status == 0);
  BOOST_TEST(job.count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_status_five_and_the_last_commit_stays) {
  Job job;
  BOOST_TEST(job.index().status == 0);
  std::string lines;
  for (int i = 0; i < 3000; ++i) {
    lines += "{\"title\":\"t" + std::to_string(i) + "\",\"body\":\"";
    for (int w = 0; w < 40; ++w) lines += "w" + std::to_string(i * 40 + w) + " ";
    lines += "\"}\n";
  }
  job.folder.write("in/many.jsonl", lines);
  // No file may grow beyond 400 kB: what a full disk looks like to a program, at a place that can be chosen.
  const Finished done = job.index({"env", "--ignore-signal=XFSZ", "prlimit", "--fsize=400000"});
  BOOST_TEST(done.status == 5);
  BOOST_TEST(contains(done.err, job.where()));
  BOOST_TEST(job.count() == 1U);
  BOOST_TEST(job.index().status == 0);
  BOOST_TEST(job.count() == 3001U);
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_status_five_and_a_lost_terminal_no_crash) {
  Job job;
  const std::string command =
      std::string{DATELINE_INDEX_PROGRAM} + " -d " + job.where() + " " + (job.folder.path() / "in").string();
  BOOST_TEST(run({"sh", "-c", command + " >/dev/full"}).status == 5);
  job.folder.write("in/empty.txt", "");
  BOOST_TEST(run({"sh", "-c", command + " 2>/dev/full"}).status == 2);
}

BOOST_AUTO_TEST_CASE(a_pipe_is_read_like_standard_input) {
  Job job;
  const std::string command = std::string{DATELINE_INDEX_PROGRAM} + " -d " + job.where();
  BOOST_TEST(run({"bash", "-c", command + " <(echo '{\"title\":\"one\"}')"}).status == 0);
  BOOST_TEST(run({"bash", "-c", command + " <(echo '{\"title\":\"two\"}')"}).status == 0);
  BOOST_TEST(job.count() == 2U);
}

BOOST_AUTO_TEST_CASE(queries_that_ask_too_much_end_soon_with_a_reason) {
  Job job;
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    lines += "{\"title\":\"Many words " + std::to_string(i) + "\",\"body\":\"";
    for (int w = 0; w < 100; ++w) lines += "wild" + std::to_string(i * 100 + w) + " ";
    lines += "\"}\n";
  }
  // A run of marks without an end of a sentence once took time by its square.
  lines += "{\"title\":\"Dots\",\"body\":\"" + std::string(300'000, '.') + "x dotted\"}\n";
  job.folder.write("in/many.jsonl", lines);
  BOOST_TEST(job.index().status == 0);
  const auto search = [&](const std::string& query) {
    return run({DATELINE_SEARCH_PROGRAM, "-d", job.where(), "--format", "json", query});
  };
  const Finished wild = search("wild*");
  BOOST_TEST(wild.status == 0);
  BOOST_TEST(contains(wild.out, "stands for 100000 words"));
  BOOST_TEST(
      contains(run({DATELINE_SEARCH_PROGRAM, "-d", job.where(), "--count", "wild*"}).err, "stands for 100000 words"));
  BOOST_TEST(contains(search("NOT wild*").err, "behind NOT none may be left out"));
  BOOST_TEST(search("dotted").status == 0);
  BOOST_TEST(search("(good OR").status == 1);
  BOOST_TEST(contains(search("(good OR").err, "column"));
  const std::string deep = repeated("(", 5000) + "good" + repeated(")", 5000);
  BOOST_TEST(search(deep).status == 1);
  std::string long_query =
      repeated("word ", 20'000);  // 100 kB: the most that the system lets an argument have is 128 kB
  BOOST_TEST(search(long_query).status == 1);
  // A megabyte comes by a file.
  job.folder.write("queries.tsv", "1\t" + repeated("word ", 200'000) + "\n2\tgood\n");
  const Finished batch = run({DATELINE_SEARCH_PROGRAM, "-d", job.where(), "--batch",
                              (job.folder.path() / "queries.tsv").string(), "--operators"});
  BOOST_TEST(batch.status == 2);
  BOOST_TEST(contains(batch.out, "2 Q0"));
}

BOOST_AUTO_TEST_CASE(a_folder_with_other_things_is_not_made_an_index) {
  Job job;
  job.folder.write("index/letter.txt", "mine");
  const Finished done = job.index();
  BOOST_TEST(done.status == 1);
  BOOST_TEST(contains(done.err, "not an index and not empty"));
}

BOOST_AUTO_TEST_SUITE_END()

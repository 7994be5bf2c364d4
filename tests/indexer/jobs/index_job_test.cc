// A job as a whole, against a folder on disk.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/stored.h"
#include "dateline/error.h"
#include "dateline/indexer.h"
#include "indexer/jobs/check.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/pending_list.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(index_job_test)

namespace {

/// Stops the job with its first commit.
struct StopAtOnce final : JobObserver {
  explicit StopAtOnce(std::atomic<bool>& s) : stop(s) {}
  void committed(std::size_t) override { stop = true; }
  std::atomic<bool>& stop;
};

struct Lines final : Diagnostics {
  void warn(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

struct Acknowledgements final : JobObserver {
  void committed(std::size_t articles) override { counts.push_back(articles); }
  std::vector<std::size_t> counts;
};

class Archive {
 public:
  Archive() { options.actors = false; }

  fs::path write(const std::string& name, const std::string& content) { return folder_.write("in/" + name, content); }
  void remove(const std::string& name) { fs::remove_all(folder_.path() / "in" / name); }

  IndexReport index(const std::vector<std::string>& names = {""}) {
    options.index = folder_.path() / "index";
    options.paths.clear();
    for (const std::string& name : names) options.paths.push_back((folder_.path() / "in" / name).string());
    diagnostics.lines.clear();
    acknowledgements.counts.clear();
    const FixedClock later{std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                           std::chrono::hours{1}};
    return run_index_job(options, diagnostics, acknowledgements, later, stop);
  }

  /// title -> first paragraph of every article that can be found.
  [[nodiscard]] std::map<std::string, std::string> articles() const {
    std::map<std::string, std::string> found;
    const Snapshot snapshot = open_snapshot(folder_.path() / "index");
    for (auto it = snapshot.database.postlist_begin(""); it != snapshot.database.postlist_end(""); ++it) {
      const Article article = decode_article(snapshot.database.get_document(*it).get_data());
      found[article.title] = article.body.empty() ? "" : article.body.front();
    }
    BOOST_TEST(found.size() == snapshot.database.get_doccount());
    return found;
  }

  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }

  IndexOptions options;
  Lines diagnostics;
  Acknowledgements acknowledgements;
  std::atomic<bool> stop{false};

 private:
  test::TemporaryFolder folder_;
};

std::string line(const std::string& id, const std::string& title, const std::string& body,
                 const std::string& more = "") {
  return R"({"id":")" + id + R"(","source":"S","title":")" + title + R"(","body":")" + body + "\"" + more + "}\n";
}

using Found = std::map<std::string, std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(an_unchanged_file_is_not_parsed_again) {
  Archive archive;
  archive.write("a.txt", "A\n\nFirst body.");
  archive.write("b.jsonl", line("1", "B", "b") + line("2", "C", "c"));
  IndexReport report = archive.index();
  BOOST_TEST(report.added == 3U);
  BOOST_TEST(report.inputs == 2U);
  BOOST_TEST(archive.acknowledgements.counts == (std::vector<std::size_t>{3}), boost::test_tools::per_element());
  report = archive.index();
  BOOST_TEST(report.indexed() == 0U);
  BOOST_TEST(report.unchanged == 3U);
  BOOST_TEST(report.inputs_unchanged == 2U);
  BOOST_TEST(archive.articles().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_touched_file_is_recognised_by_its_content) {
  Archive archive;
  const fs::path file = archive.write("a.jsonl", line("1", "A", "a"));
  (void)archive.index();
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours{5});
  BOOST_TEST(archive.index().inputs_unchanged == 1U);
}

BOOST_AUTO_TEST_CASE(a_change_costs_what_changed) {
  Archive archive;
  archive.write("a.jsonl", line("1", "A", "a") + line("2", "B", "b") + line("3", "C", "c"));
  (void)archive.index();
  archive.write("a.jsonl", line("1", "A", "a") + line("2", "B", "changed") + line("4", "D", "d"));
  const IndexReport report = archive.index();
  BOOST_TEST(report.unchanged == 1U);
  BOOST_TEST(report.replaced == 1U);
  BOOST_TEST(report.added == 1U);
  BOOST_TEST(report.removed == 1U);
  BOOST_TEST((archive.articles() == Found{{"A", "a"}, {"B", "changed"}, {"D", "d"}}));
}

BOOST_AUTO_TEST_CASE(other_options_read_the_same_file_again) {
  Archive archive;
  archive.write("a.jsonl", R"({"id":"1","hed":"Right","title":"Wrong"})");
  (void)archive.index();
  archive.options.field_map = {{"hed", "title"}};
  BOOST_TEST(archive.index().replaced == 1U);
  BOOST_TEST((archive.articles() == Found{{"Right", ""}}));
}

BOOST_AUTO_TEST_CASE(two_files_that_carry_an_article_do_not_double_it_and_either_may_go) {
  Archive archive;
  archive.options.prune = true;
  archive.write("a.jsonl", line("1", "A", "same"));
  archive.write("b.jsonl", line("1", "A", "same") + line("2", "B", "b"));
  (void)archive.index();
  BOOST_TEST(archive.articles().size() == 2U);
  archive.remove("b.jsonl");
  BOOST_TEST(archive.index().removed == 1U);
  BOOST_TEST((archive.articles() == Found{{"A", "same"}}));
  archive.remove("a.jsonl");
  (void)archive.index();
  BOOST_TEST(archive.articles().empty());
}

BOOST_AUTO_TEST_CASE(the_newest_version_holds_whatever_order_files_come_in) {
  const std::string old_line = line("1", "A", "old", R"(,"published":"2021-01-01T00:00:00Z")");
  const std::string new_line =
      line("1", "A", "new", R"(,"published":"2021-01-01T00:00:00Z","modified":"2021-01-02T00:00:00Z")");
  for (const bool old_first : {true, false}) {
    Archive archive;
    archive.options.prune = true;
    archive.write("a.jsonl", old_first ? old_line : new_line);
    (void)archive.index();
    archive.write("b.jsonl", old_first ? new_line : old_line);
    (void)archive.index();
    BOOST_TEST((archive.articles() == Found{{"A", "new"}}));
    archive.remove(old_first ? "b.jsonl" : "a.jsonl");
    (void)archive.index();
    BOOST_TEST((archive.articles() == Found{{"A", "old"}}));  // the carrier that is left takes over
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_removed_without_prune_or_when_a_folder_is_away) {
  Archive archive;
  archive.write("sub/a.txt", "A\n\nBody.");
  (void)archive.index();
  archive.remove("sub/a.txt");
  (void)archive.index();
  BOOST_TEST(archive.articles().size() == 1U);
  archive.options.prune = true;
  archive.remove("sub");
  const IndexReport report = archive.index({"sub"});
  BOOST_TEST(report.refused == 1U);  // "no such file or folder"
  BOOST_TEST(archive.articles().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_empty_folder_on_another_device_is_a_missing_mount_and_prunes_nothing) {
  Archive archive;
  archive.options.prune = true;
  const fs::path file = archive.write("a.txt", "A\n\nBody.");
  (void)archive.index();
  {
    indexer::Ledger ledger(archive.folder() / "index/gen-1");
    const auto input = ledger.find_input(fs::canonical(file).string());
    BOOST_REQUIRE(input.has_value());
    indexer::FileState elsewhere = input->state;
    ++elsewhere.device;
    ledger.update_state(input->id, elsewhere);
    ledger.commit();
  }
  archive.remove("a.txt");
  BOOST_TEST(archive.index().removed == 0U);
  BOOST_TEST(archive.articles().size() == 1U);
  BOOST_REQUIRE_EQUAL(archive.diagnostics.lines.size(), 1U);
  BOOST_TEST(archive.diagnostics.lines[0].find("nothing pruned") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refused_inputs_are_named_each_time_and_lose_nothing) {
  Archive archive;
  archive.write("a.jsonl", line("1", "A", "a") + "{broken\n" + R"({"id":"9"})" + "\n" + line("2", "B", "b"));
  archive.write("b.txt", "");
  archive.write("c.txt", std::string("nul\0byte", 8));
  IndexReport report = archive.index();
  BOOST_TEST(report.added == 2U);
  BOOST_TEST(report.refused == 4U);
  BOOST_REQUIRE_EQUAL(archive.diagnostics.lines.size(), 4U);
  BOOST_TEST(archive.diagnostics.lines[0].find("a.jsonl:2: not JSON") != std::string::npos);
  BOOST_TEST(archive.diagnostics.lines[1].find("a.jsonl:3: no title and no body") != std::string::npos);
  BOOST_TEST(archive.diagnostics.lines[2].find("b.txt: empty") != std::string::npos);
  report = archive.index();
  BOOST_TEST(report.refused == 4U);
  BOOST_TEST(report.unchanged == 2U);

  // Line 1 becomes unreadable: its article stays as it was last read.
  archive.write("a.jsonl", std::string("{\"id\":\"1\",\n") + line("2", "B", "b"));
  (void)archive.index();
  BOOST_TEST(archive.articles().size() == 2U);
  // Once nothing is newly refused, what is gone goes.
  archive.write("a.jsonl", line("2", "B", "b"));
  (void)archive.index();
  BOOST_TEST((archive.articles() == Found{{"B", "b"}}));
}

BOOST_AUTO_TEST_CASE(an_article_whose_records_all_go_goes_whatever_their_order) {
  for (int order = 0; order < 6; ++order) {
    Archive archive;
    archive.options.prune = true;
    const std::string one = line("1", "A", "old " + std::to_string(order), R"(,"published":"2021-01-01")");
    const std::string two = line("1", "A", "new " + std::to_string(order), R"(,"published":"2021-01-02")");
    archive.write("a.jsonl", one + two + line("2", "B", "b"));
    (void)archive.index();
    if (order % 2 == 0)
      archive.write("a.jsonl", line("2", "B", "b"));
    else
      archive.remove("a.jsonl");
    archive.write("c.jsonl", line("2", "B", "b"));
    (void)archive.index();
    BOOST_TEST((archive.articles() == Found{{"B", "b"}}));
  }
}

BOOST_AUTO_TEST_CASE(a_take_over_that_a_stop_prevented_is_done_by_the_next_job) {
  Archive archive;
  archive.options.prune = true;
  archive.write("a.jsonl", line("1", "A", "old", R"(,"published":"2021-01-01")"));
  archive.write("b.jsonl", line("1", "A", "new", R"(,"published":"2021-01-02")") + line("2", "B", "b"));
  (void)archive.index();
  archive.write("b.jsonl", line("2", "B", "b"));  // is read whole, which leaves A without a holder …
  archive.write("c.jsonl", line("3", "C", "c"));
  StopAtOnce observer(archive.stop);
  archive.options.batch = 1;  // … then C is committed and the job stopped, before A's other record is read
  archive.options.paths = {(archive.folder() / "in").string()};
  (void)run_index_job(archive.options, archive.diagnostics, observer, SystemClock{}, archive.stop);
  archive.stop = false;
  (void)archive.index();
  BOOST_TEST((archive.articles() == Found{{"A", "old"}, {"B", "b"}, {"C", "c"}}));
}

BOOST_AUTO_TEST_CASE(a_ledger_that_missed_the_last_commit_is_not_believed) {
  Archive archive;
  archive.write("a.jsonl", line("1", "A", "a") + line("2", "B", "b"));
  (void)archive.index();
  const fs::path generation = archive.folder() / "index/gen-1";
  fs::copy_file(generation / "ledger", archive.folder() / "ledger-before");
  const std::string before = line("1", "A", "a") + line("2", "B", "b");
  archive.write("a.jsonl", line("2", "B", "changed") + line("3", "C", "c"));
  (void)archive.index();
  // As after a kill between the two commits: the ledger of before, and the list of what the index committed.
  fs::copy_file(archive.folder() / "ledger-before", generation / "ledger", fs::copy_options::overwrite_existing);
  std::ofstream list(generation / "pending");
  for (const char* id : {"1", "2", "3"}) list << identity_key(Article{.id = id, .source = "S"}) << '\n';
  list.close();
  archive.write("a.jsonl", before);
  (void)archive.index();
  BOOST_TEST((archive.articles() == Found{{"A", "a"}, {"B", "b"}}));
  BOOST_TEST(!fs::exists(generation / "pending"));
}

BOOST_AUTO_TEST_CASE(what_a_dead_job_left_stays_listed_until_it_is_settled) {
  Archive archive;
  archive.write("a.jsonl", line("1", "A", "a") + line("2", "B", "b") + line("3", "C", "c"));
  (void)archive.index();
  const fs::path generation = archive.folder() / "index/gen-1";
  const std::string last = identity_key(Article{.id = "3", .source = "S"});
  std::ofstream(generation / "pending") << last << '\n';
  archive.write("a.jsonl", line("1", "A", "changed") + line("2", "B", "changed") + line("3", "C", "c"));
  StopAtOnce observer(archive.stop);
  archive.options.batch = 1;
  archive.options.paths = {(archive.folder() / "in").string()};
  // The next job is stopped before it comes to the listed article, and its ledger has no word of it any more …
  (void)run_index_job(archive.options, archive.diagnostics, observer, SystemClock{}, archive.stop);
  BOOST_TEST((read_pending(generation) == std::set<std::string>{last}));
  BOOST_TEST(check_generation(generation, CheckDepth::counts).faults.empty());
  // … and the one after it settles it.
  archive.stop = false;
  (void)archive.index();
  BOOST_TEST(read_pending(generation).empty());
  BOOST_TEST(check_generation(generation, CheckDepth::counts).faults.empty());
  BOOST_TEST((archive.articles() == Found{{"A", "changed"}, {"B", "changed"}, {"C", "c"}}));
}

BOOST_AUTO_TEST_CASE(a_rebuild_from_nothing_leaves_the_index_as_it_was) {
  Archive archive;
  archive.write("a.txt", "A\n\nBody.");
  (void)archive.index();
  archive.options.rebuild = true;
  BOOST_CHECK_THROW((void)archive.index({"mistyped"}), Error);
  fs::create_directory(archive.folder() / "in/empty");
  BOOST_CHECK_THROW((void)archive.index({"empty"}), Error);
  BOOST_TEST(archive.articles().size() == 1U);
  BOOST_TEST(open_snapshot(archive.folder() / "index").generation == 1U);
}

BOOST_AUTO_TEST_CASE(a_rebuild_that_lost_too_much_is_not_published_and_leaves_nothing_behind) {
  Archive archive;
  archive.options.rebuild = true;
  for (const char* name : {"a.txt", "b.txt", "c.txt", "d.txt"}) archive.write(name, std::string{name} + "\n\nBody.");
  (void)archive.index();
  archive.remove("a.txt");
  try {
    (void)archive.index();
    BOOST_FAIL("was published");
  } catch (const Error& error) {
    BOOST_TEST(std::string{error.what()}.find("shrink from 4 articles to 3, by more than 10%") != std::string::npos);
  }
  BOOST_TEST(archive.articles().size() == 4U);
  BOOST_TEST(generations(archive.folder() / "index").size() == 1U);
  archive.options.max_shrink = 25;
  (void)archive.index();
  BOOST_TEST(archive.articles().size() == 3U);
  BOOST_TEST(generations(archive.folder() / "index").size() == 2U);  // the one before, for a rollback
}

BOOST_AUTO_TEST_CASE(a_docid_is_never_given_to_another_text) {
  Archive archive;
  archive.write("a.jsonl", line("1", "A", "a"));
  (void)archive.index();
  const auto only_docid = [&] { return *open_snapshot(archive.folder() / "index").database.postlist_begin(""); };
  const Xapian::docid before = only_docid();
  archive.write("a.jsonl", line("1", "A", "changed"));
  (void)archive.index();
  BOOST_TEST(only_docid() > before);
}

BOOST_AUTO_TEST_CASE(a_higher_limit_reads_what_was_too_long) {
  Archive archive;
  archive.options.max_record = 1024;
  archive.write("a.jsonl", line("1", "A", std::string(3000, 'a')) + line("2", "B", "b"));
  BOOST_TEST(archive.index().refused == 1U);
  archive.options.max_record = 1 << 20;
  const IndexReport report = archive.index();
  BOOST_TEST(report.refused == 0U);
  BOOST_TEST(report.added == 1U);
  BOOST_TEST(archive.index().refused == 0U);
}

BOOST_AUTO_TEST_CASE(an_index_below_the_archive_is_no_article) {
  Archive archive;
  archive.write("a.txt", "A\n\nBody.");
  (void)archive.index();
  fs::rename(archive.folder() / "index", archive.folder() / "in/index");
  archive.options.index = archive.folder() / "in/index";
  archive.options.paths = {(archive.folder() / "in").string()};
  const IndexReport report =
      run_index_job(archive.options, archive.diagnostics, archive.acknowledgements, SystemClock{}, archive.stop);
  BOOST_TEST(report.inputs == 1U);
  BOOST_TEST(report.refused == 0U);
}

BOOST_AUTO_TEST_CASE(mark_up_in_a_field_is_kept_whole) {
  Archive archive;
  archive.write(
      "a.jsonl",
      R"({"title":"A","content_html":"<p>Short <a href='x'>link</a>.</p><ul><li>Item</li></ul><script>x()</script>"})");
  (void)archive.index();
  const Snapshot snapshot = open_snapshot(archive.folder() / "index");
  const Article article =
      decode_article(snapshot.database.get_document(*snapshot.database.postlist_begin("")).get_data());
  BOOST_TEST(article.body == (std::vector<std::string>{"Short link.", "Item"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_rebuild_replaces_the_index_and_drops_what_is_gone) {
  Archive archive;
  archive.write("a.txt", "A\n\nBody.");
  archive.write("b.txt", "B\n\nBody.");
  (void)archive.index();
  archive.remove("a.txt");
  archive.options.rebuild = true;
  archive.options.max_shrink = 50;
  const IndexReport report = archive.index();
  BOOST_TEST(report.generation == 2U);
  BOOST_TEST((archive.articles() == Found{{"B", "Body."}}));
}

BOOST_AUTO_TEST_CASE(a_date_is_never_invented_unless_asked) {
  Archive archive;
  const fs::path file = archive.write("a.txt", "A\n\nBody.");
  (void)archive.index();
  const auto published = [&] {
    const Snapshot snapshot = open_snapshot(archive.folder() / "index");
    return decode_article(snapshot.database.get_document(*snapshot.database.postlist_begin("")).get_data()).published;
  };
  BOOST_TEST(!published().has_value());
  archive.options.date_from_mtime = true;
  BOOST_TEST(archive.index().indexed() == 1U);
  BOOST_TEST(published().has_value());
}

BOOST_AUTO_TEST_CASE(a_stop_keeps_what_was_done_and_the_next_job_goes_on) {
  Archive archive;
  std::string all;
  for (int i = 0; i < 50; ++i) all += line(std::to_string(i), "T" + std::to_string(i), "b");
  archive.write("a.jsonl", all);
  struct StopAfter final : JobObserver {
    explicit StopAfter(std::atomic<bool>& s) : stop(s) {}
    void progress(const IndexReport& so_far, std::uint64_t, std::uint64_t) override {
      if (so_far.indexed() == 20) stop = true;
    }
    std::atomic<bool>& stop;
  } observer(archive.stop);
  archive.options.index = archive.folder() / "index";
  archive.options.paths = {(archive.folder() / "in").string()};
  const IndexReport report = run_index_job(archive.options, archive.diagnostics, observer, SystemClock{}, archive.stop);
  BOOST_TEST(report.interrupted);
  BOOST_TEST(archive.articles().size() == 20U);
  archive.stop = false;
  BOOST_TEST(archive.index().added == 30U);
  BOOST_TEST(archive.articles().size() == 50U);
}

// Random edits of a few files, one incremental job after each; at any time a rebuild of the same files must give the
// same articles. DATELINE_TEST_SEED repeats a run.
BOOST_AUTO_TEST_CASE(incremental_jobs_end_where_a_rebuild_ends) {
  const unsigned seed = dateline::test::seed(20211230U);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    Archive archive;
    archive.options.prune = true;
    archive.options.batch = 3;
    std::map<std::string, std::vector<std::string>> files;
    for (int round = 0; round < 40; ++round) {
      for (unsigned edits = 1 + pick(3); edits > 0; --edits) {
        auto& lines = files["f" + std::to_string(pick(4)) + ".jsonl"];
        const std::string id = std::to_string(pick(6));
        const std::string record = line(id, "T" + id, "body " + std::to_string(pick(3)),
                                        R"(,"published":"2021-01-0)" + std::to_string(1 + pick(3)) + "\"");
        if (lines.empty() || pick(3) > 0)
          lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(pick(static_cast<unsigned>(lines.size()) + 1)),
                       record);
        else
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(pick(static_cast<unsigned>(lines.size()))));
      }
      for (const auto& [name, lines] : files) {
        std::string content;
        for (const std::string& one : lines) content += one;
        if (lines.empty())
          archive.remove(name);
        else
          archive.write(name, content);
      }
      if (!fs::exists(archive.folder() / "in")) continue;
      archive.options.rebuild = false;
      (void)archive.index();
      const Found incremental = archive.articles();
      if (round % 4 == 3) {
        archive.options.rebuild = true;
        archive.options.max_shrink = 100;
        (void)archive.index();
        BOOST_TEST((archive.articles() == incremental), "round " << round);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

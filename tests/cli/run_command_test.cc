// Jobs of a configuration, through the program.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(run_command_test)

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string line(const std::string& id, const std::string& body, const std::string& more = "") {
  return R"({"id":")" + id + R"(","source":"Desk","title":"Title )" + id + R"(","body":")" + body + "\"" + more + "}\n";
}

struct Place {
  Place() { home = folder.path().string(); }
  void configure(const std::string& toml) const { folder.write("dateline.toml", toml); }
  /// Runs in the folder, whose home it is, too.
  [[nodiscard]] Finished index(const std::string& arguments,
                               std::vector<std::pair<std::string, std::string>> environment = {}) const {
    environment.insert(environment.begin(), {{"HOME", home}, {"XDG_CONFIG_HOME", ""}, {"DATELINE_INDEX", ""}});
    return run({"sh", "-c", "cd " + home + " && " + DATELINE_INDEX_PROGRAM + " " + arguments},
               {.input = {}, .environment = environment});
  }
  [[nodiscard]] std::string count(const std::string& query, const std::string& where = "index") const {
    return run({DATELINE_SEARCH_PROGRAM, "-d", home + "/" + where, "--count", query}).out;
  }
  TemporaryFolder folder;
  std::string home;
};

}  // namespace

BOOST_AUTO_TEST_CASE(jobs_run_by_name_or_all_and_leave_a_history_and_metrics) {
  const Place place;
  place.folder.write("wire/a.jsonl", line("1", "alpha"));
  place.folder.write("wire/b.jsonl", line("2", "beta"));
  place.folder.write("desk/c.jsonl", line("3", "gamma") + "broken\n");
  place.configure(
      "index = \"index\"\nmetrics = \"dateline.prom\"\n[defaults]\nactors = false\n"
      "[jobs.wire]\npaths = [\"wire/*.jsonl\"]\n[jobs.desk]\npaths = \"desk\"\n");
  const Finished first = place.index("run wire");
  BOOST_TEST(first.status == 0);
  BOOST_TEST(contains(first.out, "wire: indexed 2 articles from 2 files"));
  const Finished all = place.index("run");
  BOOST_TEST(all.status == 2);  // desk has a line that is refused
  BOOST_TEST(place.count("*") == "3\n");
  const auto status = nlohmann::json::parse(place.index("status -d index --json").out);
  BOOST_REQUIRE(status.at("runs").size() == 3U);
  BOOST_TEST(status["runs"][0]["job"].get<std::string>() == "wire");
  BOOST_TEST(status["runs"][1]["job"].get<std::string>() == "desk");
  BOOST_TEST(status["runs"][1]["status"].get<int>() == 2);
  BOOST_TEST(status["runs"][1]["report"]["refused"].get<int>() == 1);
  const std::string metrics = run({"cat", place.home + "/dateline.prom"}).out;
  BOOST_TEST(contains(metrics, "# TYPE dateline_job_status gauge\n"));
  BOOST_TEST(contains(metrics, "dateline_job_refused{job=\"desk\"} 1\n"));
  BOOST_TEST(contains(metrics, "dateline_index_articles 3\n"));
  const Finished unknown = place.index("run wires");
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(contains(unknown.err, "no such job; there are desk, wire"));
}

BOOST_AUTO_TEST_CASE(each_value_says_where_it_comes_from_and_the_stronger_wins) {
  const Place place;
  place.folder.write(".config/dateline/config.toml",
                     "index = \"user-index\"\n[jobs.wire]\nbatch = 7\npaths = [\"user\"]\n[defaults]\nkeep = 3\n");
  place.configure("[jobs.wire]\npaths = [\"wire\"]\n");
  const std::string shown = place.index("config --explain").out;
  const auto origin = [&](const std::string& key) {
    const std::size_t at = shown.find(key + " = ");
    return at == std::string::npos ? std::string{} : shown.substr(at, shown.find('\n', at) - at);
  };
  BOOST_TEST(contains(origin("index"), "user-index"));
  BOOST_TEST(contains(origin("index"), ".config/dateline/config.toml:1"));
  BOOST_TEST(contains(origin("jobs.wire.batch"), "config.toml:3"));
  BOOST_TEST(contains(origin("jobs.wire.paths"), "dateline.toml:2"));
  BOOST_TEST(contains(origin("jobs.wire.keep"), "config.toml:6"));
  BOOST_TEST(contains(origin("history"), "# default"));
  BOOST_TEST(contains(place.index("config --explain", {{"DATELINE_INDEX", "/e"}}).out, "$DATELINE_INDEX"));
  BOOST_TEST(contains(place.index("config --explain -d /f", {{"DATELINE_INDEX", "/e"}}).out, "# --index"));
}

BOOST_AUTO_TEST_CASE(a_wrong_configuration_is_told_by_file_and_line) {
  const Place place;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"[jobs.a]\npaths = 7\n", "dateline.toml:2: jobs.a.paths: want a list of texts"},
      {"[jobs.a]\npath = \"x\"\n", "dateline.toml:2: unknown key \"jobs.a.path\""},
      {"[jobs.a]\npaths = \"x\"\nbatch = 0\n", "dateline.toml:3: jobs.a.batch: want a number from 1"},
      {"[jobs.a]\npaths = \"x\"\nretention = \"soon\"\n", "dateline.toml:3: jobs.a.retention: want a span of time"},
      {"[jobs.a]\npaths = \"x\"\nmemory = \"1KiB\"\n",
       "dateline.toml:3: jobs.a.memory: want a size such as \"32MiB\", from 1MiB to 1024GiB"},
      {"[jobs.a]\npaths = \"x\"\njobs = 0\n", "dateline.toml:3: jobs.a.jobs: want a number from 1 to 256"},
      {"[jobs.a]\npaths = \"x\"\nsite_templates = 1\n", "dateline.toml:3: jobs.a.site_templates: want true or false"},
      {"[jobs.a]\npaths = \"x\"\nfilters = { pdf = 1 }\n", "dateline.toml:3: jobs.a.filters: want a table, ending"},
      {"[jobs.a]\npaths = \"x\"\nmap = { titel = \"hed\" }\n", "jobs.a.map: want fields of an article, not \"titel\""},
      {"colour = 1\n", "dateline.toml:1: unknown key \"colour\""},
      {"index = \n", "dateline.toml:1: "},
      {"[jobs.a]\nprune = true\n", "jobs.a: has no paths"},
  };
  for (const auto& [toml, message] : wrong) {
    place.configure(toml);
    const Finished done = place.index("run");
    BOOST_TEST(done.status == 1);
    BOOST_TEST_CONTEXT(done.err) BOOST_TEST(contains(done.err, message));
  }
  BOOST_TEST(contains(Place().index("run").err, "no job is configured"));
}

BOOST_AUTO_TEST_CASE(retention_and_filter_decide_what_is_kept) {
  const Place place;
  place.folder.write("in/a.jsonl", line("1", "old", R"(,"published":"1999-01-01")") +
                                       line("2", "new sport", R"(,"published":"2026-01-01","section":"Sport")") +
                                       line("3", "new", R"(,"published":"2026-01-02","section":"World")"));
  const std::string job = "index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\"]\n";
  place.configure(job);
  BOOST_TEST(place.index("run").status == 0);
  BOOST_TEST(place.count("*") == "3\n");
  place.configure(job + "retention = \"10y\"\n");
  BOOST_TEST(contains(place.index("run").out, "1 removed"));
  BOOST_TEST(place.count("*") == "2\n");
  BOOST_TEST(place.index("check -d index").status == 0);
  place.configure(job + "retention = \"10y\"\nfilter = \"-section:sport\"\n");
  BOOST_TEST(place.index("run").status == 0);
  BOOST_TEST(place.count("*") == "1\n");
  BOOST_TEST(place.index("check --deep -d index").status == 0);
  place.configure(job);
  BOOST_TEST(place.index("run").status == 0);
  BOOST_TEST(place.count("section:sport") == "1\n");
}

BOOST_AUTO_TEST_CASE(an_article_that_is_given_a_new_date_does_not_expire_by_its_old_one) {
  const Place place;
  const std::string job = "index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\"]\n";
  place.folder.write("in/a.jsonl", line("1", "first", R"(,"published":"1999-01-01")") +
                                       line("2", "second", R"(,"published":"1998-01-01")"));
  place.configure(job);
  BOOST_TEST(place.index("run").status == 0);
  place.folder.write("in/b.jsonl", line("1", "first again", R"(,"published":"2026-01-01")"));
  place.configure(job + "retention = \"10y\"\n");
  BOOST_TEST(place.index("run").status == 0);
  BOOST_TEST(place.count("*") == "1\n");
  BOOST_TEST(place.count("again") == "1\n");
}

BOOST_AUTO_TEST_CASE(files_are_read_through_the_commands_of_a_configuration) {
  const Place place;
  place.folder.write("in/a.shout", "HARBOUR OPENS\n\nTHE PIER.\n");
  place.configure(
      "index = \"index\"\n[jobs.a]\nactors = false\njobs = 2\nmemory = \"8MiB\"\nsite_templates = false\n"
      "paths = [\"in\"]\nfilters = { \".Shout\" = \"tr A-Z a-z\" }\n");
  const Finished done = place.index("run");
  BOOST_TEST(done.status == 0, done.err);
  BOOST_TEST(contains(run({DATELINE_SEARCH_PROGRAM, "-d", place.home + "/index", "pier"}).out, "harbour opens"));
}

BOOST_AUTO_TEST_CASE(a_filter_that_is_wrong_is_told_with_its_place) {
  const Place place;
  place.folder.write("in/a.jsonl", line("1", "alpha"));
  place.configure("index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\"]\nfilter = \"alpha AND (beta\"\n");
  const Finished done = place.index("run");
  BOOST_TEST(done.status == 1);
  BOOST_TEST_CONTEXT(done.err) BOOST_TEST(contains(done.err, "jobs.a.filter: query, column 11: "));
  BOOST_TEST_CONTEXT(done.err) BOOST_TEST(contains(done.err, "\n  alpha AND (beta\n            ^\n"));
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_be_read_and_writes_nothing) {
  const Place place;
  const fs::path file = place.folder.write("in/a.jsonl", line("1", "alpha"));
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours{1});
  place.configure("index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\", \"nowhere\"]\n");
  Finished done = place.index("run --dry-run");
  BOOST_TEST(done.status == 0);
  BOOST_TEST(contains(done.out, "a: would read 1 new and 0 changed files"));
  BOOST_TEST(contains(done.out, "nowhere: No such file"));
  BOOST_TEST(!fs::exists(place.folder.path() / "index"));
  place.configure("index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\"]\n");
  BOOST_TEST(place.index("run").status == 0);
  place.folder.write("in/b.jsonl", line("2", "beta"));
  done = place.index("run --dry-run");
  BOOST_TEST(contains(done.out, "a: would read 1 new and 0 changed files"));
  BOOST_TEST(contains(done.out, "1 unchanged"));
}

BOOST_AUTO_TEST_CASE(a_watching_job_takes_what_is_dropped_in) {
  const Place place;
  place.folder.write("in/a.jsonl", line("1", "alpha"));
  place.configure("index = \"index\"\n[jobs.a]\nactors = false\npaths = [\"in\"]\n");
  std::thread dropper([&] {
    const auto wait_for = [&](const std::string& total) {
      for (int i = 0; i < 150 && place.count("*") != total; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
      return place.count("*") == total;
    };
    BOOST_TEST(wait_for("1\n"));
    place.folder.write("in/deeper/b.jsonl", line("2", "beta"));
    BOOST_TEST(wait_for("2\n"));
    place.folder.write("in/deeper/c.jsonl", line("3", "gamma"));
    BOOST_TEST(wait_for("3\n"));
    (void)run({"sh", "-c", "kill -TERM $(cat " + place.home + "/pid)"});
  });
  const Finished done =
      run({"sh", "-c", "cd " + place.home + " && echo $$ > pid && exec " + DATELINE_INDEX_PROGRAM + " run --watch"},
          {.input = {}, .environment = {{"HOME", place.home}, {"DATELINE_INDEX", ""}, {"XDG_CONFIG_HOME", ""}}});
  dropper.join();
  BOOST_TEST(done.status == 0);
}

BOOST_AUTO_TEST_CASE(earlier_versions_are_kept_and_compared) {
  const Place place;
  place.folder.write("in/a.jsonl", R"({"id":"7","source":"S","title":"First","body":["Same.","Gone."]})");
  const std::string add = "add -d index --no-actors in";
  BOOST_TEST(place.index(add).status == 0);
  place.folder.write("in/a.jsonl", R"({"id":"7","source":"S","title":"Second","body":["Same.","Came."]})");
  BOOST_TEST(place.index(add).status == 0);
  const auto versions = [&](const std::string& arguments) {
    return run({"sh", "-c",
                std::string{DATELINE_SEARCH_PROGRAM} + " -d " + place.home + "/index versions 7 " + arguments})
        .out;
  };
  const std::string text = versions("--diff");
  BOOST_TEST(contains(text, "present  Second\n  - First\n  + Second\n  - Gone.\n  + Came.\n"));
  BOOST_TEST(contains(text, "  First\n"));
  const auto json = nlohmann::json::parse(versions("--format json"));
  BOOST_TEST(json.at("versions").size() == 2U);
  BOOST_TEST(json["versions"][1]["body"][1].get<std::string>() == "Gone.");
  // A rebuild reads the present files alone; what was before stays.
  BOOST_TEST(place.index("add --rebuild -d index --no-actors in").status == 0);
  BOOST_TEST(versions("--diff") == text);
  BOOST_TEST(place.index("remove -d index --id 7 --verify").status == 0);
  BOOST_TEST(run({"grep", "-rqa", "Gone", place.home + "/index"}).status == 1);
}

BOOST_AUTO_TEST_SUITE_END()

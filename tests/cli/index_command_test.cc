// dateline-index as its users meet it.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(index_command_test)

namespace {

const std::string kCorpus = std::string{DATELINE_SOURCE_DIR} + "/corpus";

Finished index(std::vector<std::string> arguments, const RunOptions& options = {}) {
  arguments.insert(arguments.begin(), DATELINE_INDEX_PROGRAM);
  return run(arguments, options);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_job_acknowledges_and_sums_up_on_standard_output) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  const Finished first = index({"-d", where, kCorpus});
  BOOST_TEST(first.status == 0);
  BOOST_TEST(first.err == "");
  BOOST_TEST(contains(first.out, "committed 79\n"));
  BOOST_TEST(contains(first.out, "from 61 files"));
  BOOST_TEST(contains(first.out, "→ " + where + ", generation 1\n"));
  const Finished second = index({"add", "-d", where, kCorpus});
  BOOST_TEST(second.status == 0);
  BOOST_TEST(contains(second.out, "indexed 0 articles from 61 files"));
  BOOST_TEST(contains(second.out, "79 unchanged"));
}

BOOST_AUTO_TEST_CASE(what_was_learnt_of_a_site_is_shown) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  for (const std::string word : {"harbour", "bridge", "market"}) {
    std::string page = "<title>The " + word + " opens | Gazette</title><link rel=canonical href='https://a.example/" +
                       word + "'><article><h1>The " + word + " opens</h1>";
    for (int k = 0; k < 4; ++k)
      page += "<p>In paragraph " + std::to_string(k) + " the mayor says what the city, and above all the " + word +
              ", will gain from a year of work that cost more than had been planned.</p>";
    folder.write("in/" + word + ".html", page +
                                             "<p>Write to our newsroom, we read every letter that reaches us, and "
                                             "answer most of them.</p></article>");
  }
  BOOST_TEST(index({"-d", where, (folder.path() / "in").string()}).status == 0);
  const Finished table = index({"sites", "-d", where});
  BOOST_TEST(table.status == 0);
  BOOST_TEST(contains(table.out, "a.example      3      1  Gazette\n"));
  const Finished one = index({"sites", "-d", where, "a.example"});
  BOOST_TEST(contains(one.out, "  Write to our newsroom, we read every letter"));
  const auto json = nlohmann::json::parse(index({"sites", "-d", where, "--format", "json"}).out);
  BOOST_TEST(json.at(0).at("host").get<std::string>() == "a.example");
  BOOST_TEST(json.at(0).at("titles_end").at(0).get<std::string>() == "Gazette");
  const Finished unknown = index({"sites", "-d", where, "b.example"});
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(contains(unknown.err, "b.example: nothing was learnt of this site"));
  BOOST_TEST(index({"sites", "-d", (folder.path() / "none").string()}).status == 3);
}

BOOST_AUTO_TEST_CASE(a_page_is_extracted_from_files_and_pipes) {
  const TemporaryFolder folder;
  const std::string page =
      "<title>Harbour opens again | Gazette</title><article><h1>Harbour opens again</h1><p>The harbour opened again on "
      "Monday, the council said, after it had been closed for three years.</p><p>Updated <time datetime=2021-12-30>"
      "December 30, 2021</time></p></article>";
  const std::string file = folder.write("page.html", page).string();
  const Finished one = index({"extract", file, "--format", "jsonl"});
  BOOST_TEST(one.status == 0);
  const auto article = nlohmann::json::parse(one.out);
  BOOST_TEST(article.at("id").get<std::string>() == "page");
  BOOST_TEST(article.at("title").get<std::string>() == "Harbour opens again");
  BOOST_TEST(article.at("published").get<std::string>() == "");
  BOOST_TEST(article.at("modified").get<std::string>() == "2021-12-30");
  BOOST_TEST(article.at("date").get<std::string>() == "2021-12-30");
  const Finished piped = index({"extract", "-"}, {.input = page});
  BOOST_TEST(piped.status == 0);
  BOOST_TEST(contains(piped.out, "Title      Harbour opens again\n"));
  const Finished some = index({"extract", file, folder.path().string(), (folder.path() / "none.html").string()});
  BOOST_TEST(some.status == 2);
  BOOST_TEST(contains(some.out, "Title      Harbour opens again\n"));
  BOOST_TEST(contains(some.err, folder.path().string() + ": is a folder"));
  BOOST_TEST(contains(some.err, "none.html: no such file"));
}

BOOST_AUTO_TEST_CASE(the_report_is_all_that_standard_output_has) {
  const TemporaryFolder folder;
  folder.write("in/empty.txt", "");
  folder.write("in/a.txt", "A\n\nBody.");
  const Finished done =
      index({"-d", (folder.path() / "index").string(), "--report", "json", (folder.path() / "in").string()});
  BOOST_TEST(done.status == 2);
  const auto report = nlohmann::json::parse(done.out);
  BOOST_TEST(report.at("format_version").get<int>() == 1);
  BOOST_TEST(report.at("added").get<int>() == 1);
  BOOST_TEST(report.at("total").get<int>() == 1);
  BOOST_TEST(report.at("rejections").at(0).at("reason").get<std::string>() == "empty");
  BOOST_TEST(contains(done.err, "committed 1"));
}

BOOST_AUTO_TEST_CASE(standard_input_is_read_and_adds_up) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  BOOST_TEST(index({"-d", where, "-"}, {.input = "{\"title\":\"one\"}\n"}).status == 0);
  const Finished second = index({"-d", where, "--report", "json", "-"}, {.input = "{\"title\":\"two\"}\n"});
  BOOST_TEST(nlohmann::json::parse(second.out).at("total").get<int>() == 2);
}

BOOST_AUTO_TEST_CASE(the_index_folder_comes_from_the_environment) {
  const TemporaryFolder folder;
  folder.write("a.txt", "A\n\nBody.");
  const std::string input = (folder.path() / "a.txt").string();
  BOOST_TEST(index({input}, {.environment = {{"DATELINE_INDEX", (folder.path() / "named").string()}}}).status == 0);
  BOOST_TEST(fs::exists(folder.path() / "named/XAPIANDB"));
  BOOST_TEST(
      index({input}, {.environment = {{"DATELINE_INDEX", ""}, {"XDG_DATA_HOME", (folder.path() / "data").string()}}})
          .status == 0);
  BOOST_TEST(fs::exists(folder.path() / "data/dateline/index/XAPIANDB"));
}

BOOST_AUTO_TEST_CASE(fields_are_mapped_by_name) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  BOOST_TEST(index({"-d", where, "--map", "title=hed", "-m", "published=when", "-"},
                   {.input = "{\"hed\":\"one\",\"when\":\"2021-12-30\"}\n"})
                 .status == 0);
  const Finished wrong = index({"-d", where, "--map", "nonsense", "-"});
  BOOST_TEST(wrong.status == 1);
  BOOST_TEST(contains(wrong.err, "FIELD=NAME"));
}

BOOST_AUTO_TEST_CASE(usage_errors_are_one_line_and_status_one) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{}, {"--bogus"}, {"--format", "docx", "x"}, {"--batch", "0", "x"}}) {
    const Finished done = index(arguments);
    BOOST_TEST(done.status == 1);
    BOOST_TEST(done.out == "");
    BOOST_TEST(!done.err.empty());
  }
  BOOST_TEST(index({"--help"}).status == 0);
  BOOST_TEST(contains(index({"--version"}).out, "dateline-index "));
}

BOOST_AUTO_TEST_CASE(options_before_a_command_are_the_commands) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  const RunOptions elsewhere{.environment = {{"DATELINE_INDEX", (folder.path() / "none").string()}}};
  BOOST_TEST(index({"-q", "-d", where, "add", kCorpus}).status == 0);
  BOOST_TEST(contains(index({"-d", where, "status"}, elsewhere).out, where + ": generation 1"));
  BOOST_TEST(contains(index({"--index=" + where, "--json", "stats"}, elsewhere).out, "\"articles\""));
  BOOST_TEST(contains(index({"-d", where, "actors", "list"}, elsewhere).out, "Vladimir Putin"));
  BOOST_TEST(contains(index({"actors", "-d", where, "list", "putin"}, elsewhere).out, "Vladimir Putin"));
  BOOST_TEST(index({"-d", where, "export", "putin"}, elsewhere).status == 0);
  // A command without an index says so.
  const Finished refused = index({"-d", where, "extract", kCorpus + "/html/nothing.html"});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, "-d: extract has no such option"));
}

BOOST_AUTO_TEST_CASE(a_mistyped_command_makes_no_index) {
  const TemporaryFolder folder;
  const std::string where = (folder.path() / "index").string();
  const std::vector<std::pair<std::string, std::string>> slips = {
      {"serch", "serch: no such file or folder, and no command; the program that searches is dateline-search\n"},
      {"search", "search: no such file or folder, and no command; the program that searches is dateline-search\n"},
      {"statsu", "statsu: no such file or folder, and no command; did you mean status?\n"},
      {"exprot", "exprot: no such file or folder, and no command; did you mean export?\n"},
      {"frobnicate", "frobnicate: no such file or folder, and no command\n"}};
  for (const auto& [word, message] : slips) {
    const Finished done = index({"-d", where, word, kCorpus});
    BOOST_TEST(done.status == 1);
    BOOST_TEST(done.err == "dateline-index: " + message);
    BOOST_TEST(!fs::exists(where));
  }
  // A file of that name is a file; a path that is missing makes no index of nothing.
  folder.write("serch", "A\n\nBody.");
  BOOST_TEST(
      run({"sh", "-c", "cd " + folder.path().string() + " && " + DATELINE_INDEX_PROGRAM + " -d index serch"}).status ==
      0);
  const std::string other = (folder.path() / "other").string();
  const Finished missing = index({"-d", other, "--report", "json", "/no/such/folder"});
  BOOST_TEST(missing.status == 2);
  BOOST_TEST(contains(missing.err, "/no/such/folder: No such file or directory"));
  BOOST_TEST(contains(missing.err, "no index was made"));
  BOOST_TEST(nlohmann::json::parse(missing.out).at("refused").get<int>() == 1);
  BOOST_TEST(!fs::exists(other));
}

BOOST_AUTO_TEST_CASE(after_two_dashes_all_is_a_path) {
  const TemporaryFolder folder;
  folder.write("extract", "A\n\nBody.");
  const Finished done =
      run({"sh", "-c", "cd " + folder.path().string() + " && " + DATELINE_INDEX_PROGRAM + " -d index -- extract"});
  BOOST_TEST(done.status == 0);
  BOOST_TEST(contains(done.out, "indexed 1 article"));
}

BOOST_AUTO_TEST_SUITE_END()

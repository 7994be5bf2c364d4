// dateline-search as a user runs it.
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace dateline {
namespace {

namespace data = boost::unit_test::data;
using Args = std::vector<std::string>;

constexpr const char* kArticles =
    R"({"id": "a1", "title": "Putin answers sanctions", "body": "Putin spoke of sanctions on oil.", "date": "2021-12-30", "source": "Post", "url": "https://example.org/a1", "authors": ["Ann Lee"]}
{"id": "a2", "title": "Oil rises", "body": "The price of oil rose after the sanctions.", "date": "2022-01-02T10:00:00Z", "source": "Wire"}
{"id": "a3", "title": "Titles steer nothing \u001b]52;c;cm0gLXJm\u0007", "body": "Grain \u009b31m is shipped.", "source": "Wire"}
)";

/// One index for all cases: made once, read only.
struct Archive {
  Archive() {
    const std::filesystem::path input = folder.write("articles.jsonl", kArticles);
    const test::Finished made = test::run({DATELINE_INDEX_PROGRAM, "-q", "-d", index(), input.string()});
    BOOST_REQUIRE_MESSAGE(made.status == 0, made.err);
  }
  [[nodiscard]] std::string index() const { return (folder.path() / "index").string(); }
  test::TemporaryFolder folder;
};

const Archive& archive() {
  static const Archive made;
  return made;
}

test::Finished search(const Args& args, const test::RunOptions& options = {}) {
  Args command = {DATELINE_SEARCH_PROGRAM, "-d", archive().index()};
  command.insert(command.end(), args.begin(), args.end());
  return test::run(command, options);
}

nlohmann::json json(const Args& args) {
  Args all = {"--format", "json"};
  all.insert(all.end(), args.begin(), args.end());
  const test::Finished finished = search(all);
  BOOST_TEST(finished.status == 0, finished.err);
  return nlohmann::json::parse(finished.out);
}

/// What the program writes to a terminal of 70 columns.
std::string on_terminal(const Args& args, const char* no_color) {
  winsize size{};
  size.ws_col = 70;
  size.ws_row = 24;
  int master = -1;
  const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  if (child == 0) {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("COLUMNS");
    no_color != nullptr ? ::setenv("NO_COLOR", no_color, 1) : ::unsetenv("NO_COLOR");
    Args command = {DATELINE_SEARCH_PROGRAM, "-d", archive().index()};
    command.insert(command.end(), args.begin(), args.end());
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  std::string out;
  std::array<char, 4096> piece{};
  for (ssize_t n = 0; (n = ::read(master, piece.data(), piece.size())) > 0;)
    out.append(piece.data(), static_cast<std::size_t>(n));
  ::close(master);
  int status = 0;
  ::waitpid(child, &status, 0);
  return out;
}

BOOST_AUTO_TEST_SUITE(search_command_test)

struct Call {
  Args args;
  int status;
  const char* out;  ///< Somewhere in the output,
  const char* err;  ///< or in the messages; empty: nothing at all is said.
};
std::ostream& operator<<(std::ostream& out, const Call& call) {
  for (const std::string& arg : call.args) out << arg.substr(0, 40) << ' ';
  return out;
}

const std::vector<Call> kCalls = {
    {{"Putin AND sanctions"}, 0, "Putin answers sanctions", ""},
    {{"putin", "sanctions"}, 0, "1–1 of 1", ""},
    {{"nothinglikeit"}, 0, "0 articles", ""},
    {{"--count", "oil"}, 0, "2\n", ""},
    {{"--count", "*"}, 0, "3\n", ""},
    {{"show", "a1"}, 0, "Putin spoke of sanctions on oil.", ""},
    {{"show", "zz"}, 1, "", "zz: no article has this id"},
    {{"--", "show", "a1"}, 0, "show AND a1", ""},
    {{"oil", "show"}, 0, "oil AND show", ""},
    {{"oil AND"}, 1, "", "dateline-search: query, column 5: "},
    {{"(oil"}, 1, "", "query, column 1: "},
    {{}, 1, "", "query: is missing"},
    {{" "}, 1, "", "query: is missing"},
    {{"--nonsense", "oil"}, 1, "", "--nonsense: no such option"},
    {{"--sort", "size", "oil"}, 1, "", "--sort"},
    {{"--max-words", "1", "oil gas"}, 1, "", "more than 1 words and filters"},
    {{"--max-bytes", "5", "sanctions"}, 1, "", "more than 5"},
    {{"--max-depth", "1", "((((oil))))"}, 1, "", "more than 1 levels"},
    {{"--max-expansions", "1", "--count", "oil*"}, 0, "2\n", ""},
    {{"--max-all-expansions", "1", "--count", "sanc* OR pri*"}, 0, "2\n", "\"pri*\" stands for"},
    {{"--max-depth", "0", "oil"}, 1, "", "--max-depth"},
    {{"--deadline", "5s", "oil"}, 1, "", "--deadline"},
    {{"--deadline", "60000", "--count", "oil"}, 0, "2\n", ""},
    {{"--synonyms", "/nowhere/names.txt", "oil"}, 5, "", "/nowhere/names.txt: cannot open"},
    {{"--facet", "colour", "oil"}, 1, "", "no facet \"colour\""},
    {{"--date", "someday", "oil"}, 1, "", "someday"},
    {{"--batch", "/nowhere/q.tsv"}, 5, "", "/nowhere/q.tsv: cannot open"},
    {{"--source", "wire", "--count"}, 0, "2\n", ""},
    {{"--help"}, 0, "Examples:", ""},
    {{"show", "--help"}, 0, "dateline-search show", ""},
    {{"--version"}, 0, "dateline-search 0", ""},
    {{"--man"}, 0, ".Sh SYNOPSIS", ""},
    {{"--completion", "bash"}, 0, "complete -F", ""},
    {{std::string(1 << 20, 'x')}, 1, "", "query"},
};

BOOST_DATA_TEST_CASE(calls_answer_on_the_right_stream_with_the_right_status, data::make(kCalls), call) {
  // An argument of the operating system has 128 KiB at most; a longer query comes by other ways.
  if (!call.args.empty() && call.args[0].size() > 100'000) return;
  const test::Finished finished = search(call.args);
  BOOST_TEST(finished.status == call.status, finished.err);
  BOOST_TEST(finished.out.find(call.out) != std::string::npos, finished.out);
  if (*call.err == '\0') BOOST_TEST(finished.err.empty(), finished.err);
  BOOST_TEST(finished.err.find(call.err) != std::string::npos, finished.err);
}

BOOST_AUTO_TEST_CASE(an_index_that_is_missing_or_no_index_is_said) {
  const test::TemporaryFolder empty;
  const test::Finished missing = test::run({DATELINE_SEARCH_PROGRAM, "-d", (empty.path() / "none").string(), "oil"});
  BOOST_TEST(missing.status == 3);
  BOOST_TEST(missing.err.find("no index here") != std::string::npos, missing.err);
  (void)empty.write("broken/XAPIANDB", "auto gen-1/s0\n");
  BOOST_TEST(test::run({DATELINE_SEARCH_PROGRAM, "-d", (empty.path() / "broken").string(), "oil"}).status == 3);
}

BOOST_AUTO_TEST_CASE(the_index_comes_from_the_environment_when_none_is_given) {
  const test::Finished finished =
      test::run({DATELINE_SEARCH_PROGRAM, "--count", "*"}, {.environment = {{"DATELINE_INDEX", archive().index()}}});
  BOOST_TEST(finished.out == "3\n");
}

BOOST_AUTO_TEST_CASE(synonyms_of_the_index_or_of_a_file_widen_the_query_and_it_is_said) {
  const test::TemporaryFolder folder;
  const std::string input = folder.write("articles.jsonl", kArticles).string();
  const std::string index = (folder.path() / "index").string();
  BOOST_REQUIRE(test::run({DATELINE_INDEX_PROGRAM, "-q", "-d", index, input}).status == 0);
  const auto out = [&](Args args) {
    Args command = {DATELINE_SEARCH_PROGRAM, "-d", index};
    command.insert(command.end(), args.begin(), args.end());
    const test::Finished finished = test::run(command);
    BOOST_TEST(finished.status == 0, finished.err);
    return finished.out;
  };
  BOOST_TEST(out({"petroleum"}).starts_with("petroleum  0 articles"));
  (void)folder.write("index/synonyms.txt", "# ours\nalone\npetroleum => oil\nred tape, sanctions\n");
  const std::string widened = out({"petroleum"});
  BOOST_TEST(widened.starts_with("petroleum OR oil  2 articles"), widened);
  BOOST_TEST(widened.find("“petroleum” also stands for oil") != std::string::npos, widened);
  BOOST_TEST(widened.find("synonyms.txt:2: needs at least two names") != std::string::npos, widened);
  BOOST_TEST(out({"red", "tape"}).starts_with("(red AND tape) OR sanctions  2 articles"));
  BOOST_TEST(out({"=petroleum"}).starts_with("\"petroleum\"  0 articles"));
  BOOST_TEST(out({"--no-synonyms", "petroleum"}).starts_with("petroleum  0 articles"));
  const std::string other = folder.write("other.txt", "petroleum, grain").string();
  BOOST_TEST(out({"--synonyms", other, "petroleum"}).starts_with("petroleum OR grain  1 article"));
  // An index job leaves the file alone.
  BOOST_REQUIRE(test::run({DATELINE_INDEX_PROGRAM, "-q", "-d", index, "--rebuild", input}).status == 0);
  BOOST_TEST(out({"petroleum", "--count"}) == "2\n");
}

BOOST_AUTO_TEST_CASE(json_answers_are_complete) {
  const nlohmann::json answer = json({"--facet", "source,actors,date", "oil"});
  BOOST_TEST(answer.at("format_version") == 1);
  BOOST_TEST(answer.at("query") == "oil");
  BOOST_TEST(answer.at("total") == 2);
  for (const nlohmann::json& hit : answer.at("hits")) {
    for (const char* member : {"id", "title", "source", "date", "authors", "actors", "url", "score", "snippet"}) {
      BOOST_TEST(hit.contains(member), member);
    }
    BOOST_TEST(hit.at("snippet").get<std::string>().find("oil") != std::string::npos);
  }
  BOOST_TEST(answer.at("facets").at("source").size() == 2);
  BOOST_TEST(answer.at("facets").at("date").at(0).at("value") == "2021-12-30");
  const nlohmann::json article = json({"show", "a1"});
  BOOST_TEST(article.at("id") == "a1");
  BOOST_TEST(article.at("text") == "Putin spoke of sanctions on oil.");
  BOOST_TEST(article.at("date") == "2021-12-30");
}

BOOST_AUTO_TEST_CASE(lines_and_tables_have_a_row_a_hit) {
  std::istringstream lines(search({"--format", "jsonl", "oil"}).out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) BOOST_TEST(nlohmann::json::parse(line).contains("id"));
  BOOST_TEST(count == 2);
  const std::string table = search({"--format", "csv", "--sort", "date", "oil"}).out;
  BOOST_TEST(table.starts_with(
                 "rank,id,title,source,date,authors,actors,url,score,snippet\r\n1,a2,Oil rises,Wire,2022-01-02,"),
             table);
}

BOOST_AUTO_TEST_CASE(a_batch_becomes_a_run) {
  const test::TemporaryFolder folder;
  const std::string queries = folder.write("q.tsv", "q1\toil sanctions\nq2\tgrain AND (\n\nq3\t\nbroken\n").string();
  const test::Finished finished = search({"--batch", queries, "--any"});
  BOOST_TEST(finished.status == 2);
  BOOST_TEST(finished.err.find("q.tsv:5: no query") != std::string::npos, finished.err);
  std::istringstream lines(finished.out);
  std::string query, q0, id, tag;
  std::size_t rank = 0;
  double score = 0;
  std::vector<std::string> run;
  while (lines >> query >> q0 >> id >> rank >> score >> tag) run.push_back(query + " " + id);
  BOOST_REQUIRE(run.size() == 3);
  BOOST_TEST(run[0].starts_with("q1 a"));
  BOOST_TEST(run[2] == "q2 a3");
  // With operators the bracket is an error, named with its line.
  const test::Finished strict = search({"--batch", "-", "--operators"}, {.input = "q2\tgrain AND (\nq4\tgrain -oil\n"});
  BOOST_TEST(strict.status == 2);
  BOOST_TEST(strict.err.find("-:1: query") != std::string::npos, strict.err);
  BOOST_TEST(strict.out.starts_with("q4 Q0 a3 1 "), strict.out);
}

BOOST_AUTO_TEST_CASE(nothing_that_articles_or_queries_carry_steers_a_terminal) {
  for (const Args& args : {Args{"grain"}, Args{"show", "a3"}, Args{"--format", "json", "grain"},
                           Args{"--format", "csv", "grain"}, Args{"grain \x1b[31m"},
                           Args{"--format", "json",
                                "\xC2\x9B"
                                "31m"},
                           Args{"\x1b[31m AND"}}) {
    const test::Finished finished = search(args);
    for (const std::string& text : {finished.out, finished.err}) {
      BOOST_TEST(text.find('\x1b') == std::string::npos);
      BOOST_TEST(text.find('\x07') == std::string::npos);
      BOOST_TEST(text.find("\xC2\x9B") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(colour_is_for_terminals) {
  BOOST_TEST(on_terminal({"oil"}, nullptr).find("\x1b[") != std::string::npos);
  BOOST_TEST(on_terminal({"oil"}, "1").find('\x1b') == std::string::npos);
  BOOST_TEST(on_terminal({"--color", "never", "oil"}, nullptr).find('\x1b') == std::string::npos);
  BOOST_TEST(search({"--color", "always", "oil"}).out.find("\x1b[") != std::string::npos);
  BOOST_TEST(search({"oil"}).out.find('\x1b') == std::string::npos);
  std::istringstream lines(on_terminal({"--facet", "source,date", "oil"}, "1"));
  for (std::string line; std::getline(lines, line);) {
    const auto characters = std::count_if(
        line.begin(), line.end(), [](char c) { return c != '\r' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    BOOST_TEST(characters <= 70, line);
  }
}

BOOST_AUTO_TEST_CASE(a_closed_pipe_ends_quietly_and_a_full_disk_does_not) {
  const std::string command = std::string{DATELINE_SEARCH_PROGRAM} + " -d '" + archive().index() + "' '*'";
  const test::Finished closed = test::run({"bash", "-c", "set -o pipefail; " + command + " --format json | true"});
  BOOST_TEST(closed.status == 0);
  BOOST_TEST(closed.err.empty(), closed.err);
  const test::Finished full = test::run({"bash", "-c", command + " > /dev/full"});
  BOOST_TEST(full.status == 5);
  BOOST_TEST(full.err.find("cannot write") != std::string::npos, full.err);
}

BOOST_AUTO_TEST_CASE(the_same_question_gets_the_same_bytes) {
  const Args args = {"--facet", "source,actors,date", "--any", "oil grain sanctions"};
  BOOST_TEST(search(args).out == search(args).out);
}

BOOST_AUTO_TEST_CASE(the_man_page_is_well_formed) {
  if (test::run({"bash", "-c", "command -v mandoc"}).status != 0) {
    BOOST_TEST_MESSAGE("mandoc is not installed: not checked");
    return;
  }
  const test::Finished lint = test::run({"mandoc", "-Tlint", "-Wwarning"}, {.input = search({"--man"}).out});
  BOOST_TEST(lint.out.empty(), lint.out);
  BOOST_TEST(test::run({"bash", "-n"}, {.input = search({"--completion", "bash"}).out}).status == 0);
}

BOOST_AUTO_TEST_CASE(completion_offers_options_values_and_commands) {
  const std::string script = search({"--completion", "bash"}).out;
  const auto offered = [&](const std::string& words) {
    return test::run({"bash", "-c",
                      script + "\nCOMP_WORDS=(dateline-search " + words +
                          "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _dateline_search; echo ${COMPREPLY[*]}"})
        .out;
  };
  BOOST_TEST(offered("--snip") == "--snippet-length\n");
  BOOST_TEST(offered("--format j") == "json jsonl\n");
  BOOST_TEST(offered("sh") == "show\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline

#include "searcher/options.h"

#include <CLI/Error.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "common/cli/completion.h"
#include "common/cli/help.h"
#include "common/cli/man_page.h"
#include "dateline/error.h"

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;
using Args = std::vector<std::string>;

std::string joined(const Args& args) {
  std::string out;
  for (const std::string& arg : args) out += (out.empty() ? "" : " ") + arg;
  return out;
}

SearchRequest request_of(const Args& args) {
  Options options;
  options.parse(args);
  return options.request();
}

BOOST_AUTO_TEST_SUITE(options_test)

struct Query {
  Args args;
  std::string query;
};
std::ostream& operator<<(std::ostream& out, const Query& q) {
  return out << joined(q.args);
}

const std::vector<Query> kQueries = {
    {{"Putin AND sanctions"}, "Putin AND sanctions"},
    {{"Putin", "AND", "sanctions"}, "Putin AND sanctions"},
    {{"-d", "x", "putin", "--any"}, "putin"},
    {{"--", "-putin", "--any"}, "-putin --any"},
    {{"putin", "--", "show", "-x"}, "putin show -x"},
    {{"budget", "show"}, "budget show"},
    {{"--", "show", "7f3a"}, "show 7f3a"},
    {{"-n", "3", "budget", "show"}, "budget show"},
    {{"+must -not"}, "+must -not"},
    {{"--source", "Reuters"}, "*"},
    {{"*"}, "*"},
    {{"--sort", "-date", "x"}, "x"},
    {{"--sort=-date", "x"}, "x"},
};

BOOST_DATA_TEST_CASE(words_make_one_query, data::make(kQueries), row) {
  BOOST_TEST(request_of(row.args).query == row.query);
}

struct Show {
  Args args;
  Args ids;
  std::string folder;
};
std::ostream& operator<<(std::ostream& out, const Show& s) {
  return out << joined(s.args);
}

const std::vector<Show> kShows = {
    {{"show", "a"}, {"a"}, ""},
    {{"show", "a", "b"}, {"a", "b"}, ""},
    {{"-d", "archive", "show", "a"}, {"a"}, "archive"},
    {{"-darchive", "show", "a"}, {"a"}, "archive"},
    {{"--index", "archive", "show", "a"}, {"a"}, "archive"},
    {{"--index=archive", "show", "a"}, {"a"}, "archive"},
    {{"show", "a", "-d", "archive"}, {"a"}, "archive"},
    {{"--format", "json", "show", "a"}, {"a"}, ""},
    {{"-q", "show", "a"}, {"a"}, ""},
    {{"-d", "show", "show", "show"}, {"show"}, "show"},
};

BOOST_DATA_TEST_CASE(show_counts_as_the_first_word, data::make(kShows), row) {
  Options options;
  options.parse(row.args);
  BOOST_TEST(options.showing());
  BOOST_TEST(options.show_ids == row.ids, boost::test_tools::per_element());
  BOOST_TEST(options.index.folder.string() == row.folder);
}

BOOST_AUTO_TEST_CASE(filters_of_one_field_go_together) {
  const SearchRequest request =
      request_of({"--source", "A", "--source", "B", "--actor", "Joe Biden", "--date", "2021-12..", "--lang", "en",
                  "--section", "World", "--author", "Ann Lee", "oil"});
  BOOST_REQUIRE(request.filters.size() == 6);
  BOOST_TEST(request.filters[0].field == "source");
  BOOST_TEST(request.filters[0].values == (Args{"A", "B"}), boost::test_tools::per_element());
  BOOST_TEST(request.filters[1].field == "actor");
  BOOST_TEST(request.filters[2].values == (Args{"2021-12.."}), boost::test_tools::per_element());
  BOOST_TEST(request.query == "oil");
}

BOOST_AUTO_TEST_CASE(answer_options_reach_the_request) {
  const SearchRequest request =
      request_of({"--sort", "date", "-n", "7", "--offset", "20", "--facet", "source,actors", "--facet", "date",
                  "--recency", "7d", "--expand", "--explain", "--snippet-length", "99", "--any", "x"});
  BOOST_TEST((request.sort == SortOrder::newest));
  BOOST_TEST(request.limit == 7);
  BOOST_TEST(request.offset == 20);
  BOOST_TEST(request.facets == (Args{"source", "actors", "date"}), boost::test_tools::per_element());
  BOOST_TEST(request.recency.count() == 7 * 86400);
  BOOST_TEST(request.expand);
  BOOST_TEST(request.explain);
  BOOST_TEST(request.any);
  BOOST_TEST(request.snippet_length == 99);
  BOOST_TEST((request_of({"--sort", "-date", "x"}).sort == SortOrder::oldest));
  BOOST_TEST(request_of({"x"}).limit == 10);
  BOOST_TEST(request_of({"--kwic", "x"}).snippet_length == 0);
  BOOST_TEST(request_of({"--kwic", "x"}).context_length > 0);
}

BOOST_AUTO_TEST_CASE(limits_have_defaults_and_options) {
  using namespace std::chrono_literals;
  const SearchLimits defaults = request_of({"x"}).limits;
  BOOST_TEST(defaults.query_bytes == 16384);
  BOOST_TEST(defaults.depth == 64);
  BOOST_TEST(defaults.words == 256);
  BOOST_TEST(defaults.expansions == 1024);
  BOOST_TEST(defaults.total_expansions == 8192);
  BOOST_TEST(defaults.verified == 1000);
  BOOST_TEST((defaults.deadline == 2s));
  const SearchLimits set = request_of({"--max-bytes", "1", "--max-depth", "2", "--max-words", "3", "--max-expansions",
                                       "4", "--max-all-expansions", "5", "--deadline", "6", "--verify-limit", "7", "x"})
                               .limits;
  BOOST_TEST(set.query_bytes == 1);
  BOOST_TEST(set.depth == 2);
  BOOST_TEST(set.words == 3);
  BOOST_TEST(set.expansions == 4);
  BOOST_TEST(set.total_expansions == 5);
  BOOST_TEST((set.deadline == 6ms));
  BOOST_TEST(set.verified == 7);
  BOOST_TEST(request_of({"--batch", "q.tsv"}).limits.words == 4096);
  BOOST_TEST((request_of({"--batch", "q.tsv"}).limits.deadline == 60s));
  BOOST_TEST((request_of({"-n", "5000", "x"}).limits.deadline == 60s));
  BOOST_TEST((request_of({"--batch", "q.tsv", "--deadline", "9", "--max-words", "8"}).limits.deadline == 9ms));
  BOOST_TEST(request_of({"--batch", "q.tsv", "--max-words", "8"}).limits.words == 8);
}

BOOST_AUTO_TEST_CASE(a_batch_is_plain_text_and_long) {
  const SearchRequest batch = request_of({"--batch", "q.tsv"});
  BOOST_TEST(!batch.operators);
  BOOST_TEST(!batch.articles);
  BOOST_TEST(batch.limit == 1000);
  BOOST_TEST(request_of({"--batch", "q.tsv", "--operators", "--limit", "10"}).operators);
  BOOST_TEST(request_of({"--batch", "q.tsv", "--limit", "10"}).limit == 10);
  BOOST_TEST(request_of({"--batch", "q.tsv", "--format", "trec", "--any"}).any);
}

const std::vector<Args> kWrong = {
    {"--sort", "size", "x"},
    {"--limit", "-1", "x"},
    {"--limit", "many", "x"},
    {"--format", "xml", "x"},
    {"--color", "blue", "x"},
    {"--nonsense", "x"},
    {"-zz", "x"},
    {"--facet", "nonsense", "x"},
    {"--recency", "7", "x"},
    {"--recency", "0d", "x"},
    {"--recency", "7 days", "x"},
    {"--operators", "x"},
    {"--ranking", "k1", "x"},
    {"--ranking", "k1=", "x"},
    {"--ranking", "k1=two", "x"},
    {"--ranking", "k9=2", "x"},
    {"--ranking", "b=-1", "x"},
    {"--batch", "q.tsv", "--format", "json"},
    {"--batch", "q.tsv", "word"},
    {"show"},
    {"--index"},
};

BOOST_DATA_TEST_CASE(wrong_command_lines_are_refused, data::make(kWrong.size()) ^ data::xrange(kWrong.size()), ignored,
                     i) {
  (void)ignored;
  BOOST_TEST_CONTEXT(joined(kWrong[i])) {
    bool refused = false;
    try {
      (void)request_of(kWrong[i]);
    } catch (const CLI::ParseError&) {
      refused = true;
    } catch (const Error& error) {
      refused = error.code() == ErrorCode::usage;
    }
    BOOST_TEST(refused);
  }
}

BOOST_AUTO_TEST_CASE(parameters_of_the_ranking_can_be_set) {
  const RankingParameters parameters =
      request_of({"--ranking", "k1=1.5,b=0.5", "--ranking", "feedback_hits=7", "x"}).ranking;
  BOOST_TEST(parameters.k1 == 1.5);
  BOOST_TEST(parameters.b == 0.5);
  BOOST_TEST(parameters.feedback_hits == 7);
  BOOST_TEST(parameters.k3 == RankingParameters{}.k3);
}

BOOST_AUTO_TEST_CASE(spans_of_time_are_read) {
  BOOST_TEST(parse_duration("36h").count() == 36 * 3600);
  BOOST_TEST(parse_duration("7d").count() == 7 * 86400);
  BOOST_TEST(parse_duration("2w").count() == 14 * 86400);
  BOOST_TEST(parse_duration("1y").count() == 31556952);
}

BOOST_AUTO_TEST_CASE(help_leads_with_examples_and_names_every_option) {
  const Options options;
  const std::string help = options.app().help();
  BOOST_TEST(help.find("Examples:") < help.find("Usage:"));
  BOOST_TEST(help.find("Usage:") < help.find("--index INDEX"));
  for (const CLI::Option* option : cli::visible_options(options.app())) {
    for (const std::string& name : option->get_lnames()) BOOST_TEST(help.find("--" + name) != std::string::npos, name);
  }
  BOOST_TEST(help.find("--completion") == std::string::npos);
  BOOST_TEST(options.app().get_subcommand("show")->help().find("dateline-search show") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_man_page_names_every_option_and_example) {
  const Options options;
  const cli::Manual manual = search_manual();
  const std::string page = cli::man_page(options.app(), manual);
  for (const CLI::Option* option : cli::visible_options(options.app())) {
    for (std::string name : option->get_lnames()) {
      for (std::size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2) name.insert(at, "\\");
      BOOST_TEST(page.find("\"\\&\\-" + name + '"') != std::string::npos, name);
    }
  }
  BOOST_TEST(page.starts_with(".Dd "));
  BOOST_TEST(page.find(".Sh EXIT STATUS\n") < page.find(".Sh EXAMPLES\n"));
  BOOST_TEST(page.find("\n'") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(completion_knows_options_values_and_commands) {
  const Options options;
  const std::string bash = cli::bash_completion(options.app());
  BOOST_TEST(bash.find("--snippet-length") != std::string::npos);
  BOOST_TEST(bash.find("text json jsonl csv trec") != std::string::npos);
  BOOST_TEST(bash.find("complete -F _dateline_search dateline-search") != std::string::npos);
  BOOST_TEST(bash.find("compgen -W 'show versions translate'") != std::string::npos);
  const std::string zsh = cli::zsh_completion(options.app());
  BOOST_TEST(zsh.starts_with("#compdef dateline-search\n"));
  BOOST_TEST(zsh.find("(relevance date -date)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

#include "searcher/options.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "common/cli/help.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "dateline/version.h"

namespace dateline::searcher {
namespace {

constexpr const char* kFilters = "Filters (repeated: one of the values; different ones: all must hold)";
constexpr const char* kAnswer = "Answer";
constexpr const char* kOutput = "Output";
constexpr const char* kLimits = "Limits of a query";
/// A batch is answered while nobody waits, and long texts serve as its queries; so are pages that are exports.
constexpr std::size_t kBatchWords = 4096;
constexpr std::chrono::milliseconds kPatientDeadline{60'000};
constexpr std::size_t kPage = 1000;
constexpr std::size_t kMostHits = 100'000;
constexpr std::size_t kContext = 60;
constexpr std::size_t kBatchLimit = 1000;
constexpr double kGreatestParameter = 1e6;

CLI::Option* repeatable(CLI::App& app, const char* name, std::vector<std::string>& values, const char* what) {
  return app.add_option(name, values, what)->allow_extra_args(false);
}

}  // namespace

IndexOption::IndexOption(CLI::App& app) {
  app.add_option("-d,--index", folder,
                 "Folder of the index. Without it: $DATELINE_INDEX, else dateline/index in the data folder")
      ->type_name("INDEX");
}

QueryOptions::QueryOptions(CLI::App& app) {
  app.add_option("QUERY", words, "Words and operators; several arguments are one query")->type_name("");
  app.add_flag("--any", any, "Articles with any of the words (without it: with all of them)")->group("Query");
  app.add_option("--synonyms", synonyms, "File of synonyms (without it: synonyms.txt in the folder of the index)")
      ->type_name("FILE")
      ->group("Query");
  app.add_flag("--no-synonyms", no_synonyms, "Words stand for themselves alone")->group("Query");
  repeatable(app, "--source", sources, "Published by this source")->type_name("NAME")->group(kFilters);
  repeatable(app, "--actor", actors, "Naming this person, organisation or country, by any of its names")
      ->type_name("NAME")
      ->group(kFilters);
  repeatable(app, "--date", dates, "Published then: 2021-12-30, 2021-12, 2021, 2021-12..2022-01-15, ..2021")
      ->type_name("RANGE")
      ->group(kFilters);
  repeatable(app, "--section", sections, "In this section")->type_name("NAME")->group(kFilters);
  repeatable(app, "--lang", languages, "Written in this language (en, es)")->type_name("CODE")->group(kFilters);
  repeatable(app, "--author", authors, "By this author")->type_name("NAME")->group(kFilters);
}

void QueryOptions::apply(SearchRequest& request) const {
  request.query = fmt::format("{}", fmt::join(words, " "));
  request.any = any;
  const auto add = [&](const char* field, const std::vector<std::string>& values) {
    if (!values.empty()) request.filters.push_back({.field = field, .values = values});
  };
  add("source", sources);
  add("actor", actors);
  add("date", dates);
  add("section", sections);
  add("lang", languages);
  add("author", authors);
  // Filters alone are a question too: all that passes them.
  if (request.query.find_first_not_of(" \t\n") == std::string::npos && !request.filters.empty()) request.query = "*";
}

AnswerOptions::AnswerOptions(CLI::App& app) {
  app.add_option("--sort", sort, "Order: best first, newest first (date) or oldest first (-date)")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"relevance", "date", "-date"}))
      ->default_str("relevance")
      ->group(kAnswer);
  app.add_option("-n,--limit", limit, "Hits shown")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, kMostHits).name(""))
      ->default_str("10; 1000 for a batch")
      ->group(kAnswer)
      ->each([this](const std::string&) { limit_given = true; });
  app.add_option("--offset", offset, "Hits passed over before the first one shown")->type_name("N")->group(kAnswer);
  app.add_option("--facet", facets,
                 fmt::format("Count all matches by these fields: {}", fmt::join(facet_fields(), ", ")))
      ->type_name("FIELD,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(kAnswer);
  app.add_option("--facet-limit", facet_limit, "Values shown of each facet; 0 for all (text: as many as fit)")
      ->type_name("N")
      ->group(kAnswer);
  app.add_flag("--partial", partial, "Answer without the shards that do not answer, and say so; else they are an error")
      ->group(kAnswer);
  app.add_flag("--count", count, "Print the number of matching articles and nothing else")->group(kAnswer);
  app.add_option("--recency", recency, "Prefer young articles: the preference halves every SPAN (7d, 36h, 2w, 3m, 1y)")
      ->type_name("SPAN")
      ->group(kAnswer);
  app.add_flag("--expand", expand, "Add words that are typical of the best hits (relevance feedback)")->group(kAnswer);
  app.add_option("--ranking", ranking, "Other parameters of the ranking than those that docs/RELEVANCE.md finds best")
      ->type_name("NAME=VALUE,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(kAnswer);
  app.add_flag("--explain", explain, "Show the query as a tree, and for each hit what its score is made of")
      ->group(kAnswer);
  app.add_option("--snippet-length", snippet_length, "Characters of an article shown with a hit; 0 for none")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, std::size_t{100'000}).name(""))
      ->default_str("240")
      ->group(kAnswer);
  app.add_flag("--kwic", keyword_in_context, "Show each place found in a line of its own, keyword in the middle")
      ->group(kAnswer);
}

void AnswerOptions::apply(SearchRequest& request) const {
  request.sort = sort == "date" ? SortOrder::newest : sort == "-date" ? SortOrder::oldest : SortOrder::relevance;
  request.limit = limit;
  request.offset = offset;
  request.facets = facets;
  if (!recency.empty()) request.recency = parse_duration(recency);
  for (const std::string& assignment : ranking) set_parameter(request.ranking, assignment);
  request.expand = expand;
  request.explain = explain;
  request.snippet_length = keyword_in_context ? 0 : snippet_length;
  request.context_length = keyword_in_context ? kContext : 0;
}

LimitOptions::LimitOptions(CLI::App& app) {
  const auto limit = [&](const char* name, std::size_t& value, std::size_t most, const char* what) {
    return app.add_option(name, value, what)
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, most).name(""))
        ->default_str(std::to_string(value))
        ->group(kLimits);
  };
  app.add_option_function<std::uint64_t>(
         "--deadline",
         [this](std::uint64_t milliseconds) {
           limits.deadline = std::chrono::milliseconds(milliseconds);
           deadline_given = true;
         },
         "Milliseconds after which a query is given up")
      ->type_name("MS")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{86'400'000}).name(""))
      ->default_str(fmt::format("{}; {} for a batch or more than {} hits", limits.deadline.count(),
                                kPatientDeadline.count(), kPage))
      ->group(kLimits);
  limit("--max-bytes", limits.query_bytes, 64U << 20U, "Bytes of its text");
  limit("--max-depth", limits.depth, 1000, "Nested brackets and operators");
  limit("--max-words", limits.words, 100'000, "Words and filters")
      ->default_str(fmt::format("{}; {} for a batch", limits.words, kBatchWords))
      ->each([this](const std::string&) { words_given = true; });
  limit("--max-expansions", limits.expansions, 1'000'000, "Index words that a wildcard or fuzzy word stands for");
  limit("--max-all-expansions", limits.total_expansions, 1'000'000, "The same for the whole query");
  limit("--verify-limit", limits.verified, 1'000'000,
        "Articles of remote shards that are fetched for NEAR, /s and the like, which their servers lack");
}

void LimitOptions::apply(SearchRequest& request) const {
  request.limits = limits;
}

OutputOptions::OutputOptions(CLI::App& app) {
  app.add_option("--format", format, "Form of the answer")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "jsonl", "csv", "trec"}))
      ->default_str("text; trec for a batch")
      ->group(kOutput);
  app.add_option("--color", color, "Colour: on a terminal unless NO_COLOR is set, or as said")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->default_str("auto")
      ->group(kOutput);
  app.add_flag("-q,--quiet", quiet, "No warnings on the standard error")->group(kOutput);
}

OutputFormat OutputOptions::output_format() const {
  if (format == "json") return OutputFormat::json;
  if (format == "jsonl") return OutputFormat::json_lines;
  if (format == "csv") return OutputFormat::csv;
  return format == "trec" ? OutputFormat::trec : OutputFormat::text;
}

ColorChoice OutputOptions::color_choice() const {
  if (color == "always") return ColorChoice::always;
  return color == "never" ? ColorChoice::never : ColorChoice::automatic;
}

BatchOptions::BatchOptions(CLI::App& app) {
  CLI::Option* batch =
      app.add_option("--batch", queries,
                     "Answer each query of a file, lines of id, tab, text, with a TREC run; - reads the standard input")
          ->type_name("FILE")
          ->group("Batch");
  app.add_flag("--operators", operators, "Operators in the file's queries count; without it they are plain text")
      ->needs(batch)
      ->group("Batch");
}

Options::Options()
    : app_("Search an index of news", "dateline-search"),
      index(app_),
      query(app_),
      answer(app_),
      batch(app_),
      limits(app_),
      output(app_),
      show_(app_.add_subcommand("show", "Print articles in full, by id")),
      versions_(app_.add_subcommand("versions", "List what articles were before, by id")),
      translate_(app_.add_subcommand("translate", "Print a query as a search body of another engine")) {
  app_.set_help_flag("-h,--help", "Print this and stop")->group("Options");
  app_.set_version_flag("--version", fmt::format("dateline-search {}", kVersion), "Print the version and stop");
  app_.add_flag("--man", man_page, "Print the man page and stop")->group("");
  app_.add_option("--completion", completion, "Print a completion script and stop")
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->group("");
  show_->fallthrough();
  translate_->fallthrough();
  translate_->add_option("QUERY", translated, "In the query language")->required()->type_name("");
  translate_->add_option("--to", "For which engine")
      ->check(CLI::IsMember({"opensearch"}))
      ->required()
      ->type_name("ENGINE");
  versions_->fallthrough();
  versions_->add_option("ID", version_ids, "Ids as answers show them")->required()->type_name("");
  versions_->add_flag("--diff", diff, "Also say what each version changed");
  show_->add_option("ID", show_ids, "Ids as answers show them")->required()->type_name("");
  cli::set_help(app_, search_manual());
}

void Options::parse(const std::vector<std::string>& args) {
  cli::restrict_subcommands(app_, args);
  app_.parse(std::vector<std::string>{args.rbegin(), args.rend()});
  const auto known = [](const std::string& field) {
    return std::find(facet_fields().begin(), facet_fields().end(), field) != facet_fields().end();
  };
  std::vector<std::string> asked;  // each once, in the order asked
  for (const std::string& field : answer.facets) {
    if (std::find(asked.begin(), asked.end(), field) == asked.end()) asked.push_back(field);
  }
  answer.facets = std::move(asked);
  for (const std::string& field : answer.facets) {
    if (!known(field)) {
      throw Error(ErrorCode::usage, "--facet",
                  fmt::format("no facet \"{}\"; there are {}", field, fmt::join(facet_fields(), ", ")));
    }
  }
  const bool batched = !batch.queries.empty();
  if (batched && !output.format.empty() && output.format != "trec") {
    throw Error(ErrorCode::usage, "--batch", "writes TREC runs; leave --format out or say trec");
  }
  if (batched && !query.words.empty())
    throw Error(ErrorCode::usage, "--batch", "takes its queries from the file alone");
  if (batched) output.format = "trec";
  if (batched && !answer.limit_given) answer.limit = kBatchLimit;
  if (batched && !limits.words_given) limits.limits.words = kBatchWords;
  if ((batched || answer.limit > kPage) && !limits.deadline_given) limits.limits.deadline = kPatientDeadline;
}

SearchRequest Options::request() const {
  SearchRequest request;
  query.apply(request);
  answer.apply(request);
  limits.apply(request);
  if (!batch.queries.empty()) request.operators = batch.operators;
  if (output.format == "trec") request.articles = false;
  return request;
}

void set_parameter(RankingParameters& parameters, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  double value = 0;
  const char* begin = assignment.data() + (equals == std::string::npos ? assignment.size() : equals + 1);
  const char* end = assignment.data() + assignment.size();
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || rest != end || !(value >= 0 && value <= kGreatestParameter)) {
    throw Error(ErrorCode::usage, "--ranking", fmt::format("\"{}\" is not NAME=NUMBER", assignment));
  }
  RankingParameters& p = parameters;
  const std::array<std::pair<std::string_view, double*>, 7> reals = {{{"k1", &p.k1},
                                                                      {"b", &p.b},
                                                                      {"k3", &p.k3},
                                                                      {"min_length", &p.min_length},
                                                                      {"feedback_weight", &p.feedback_weight},
                                                                      {"feedback_sharpness", &p.feedback_sharpness},
                                                                      {"recency_share", &p.recency_share}}};
  for (const auto& [known, member] : reals) {
    if (name == known) return void(*member = value);
  }
  if (name == "feedback_hits") return void(p.feedback_hits = static_cast<unsigned>(value));
  if (name == "feedback_words") return void(p.feedback_words = static_cast<unsigned>(value));
  throw Error(ErrorCode::usage, "--ranking", fmt::format("no parameter \"{}\"", name));
}

cli::Manual search_manual() {
  return {
      .name = "dateline-search",
      .summary = "search an index of news",
      .version = std::string{kVersion},
      .date = "November 25, 2026",
      .synopsis = {"[OPTIONS] QUERY...", "[OPTIONS] --batch FILE", "[OPTIONS] show ID...",
                   "[OPTIONS] versions [--diff] ID...", "translate --to opensearch QUERY..."},
      .description = {"Finds the articles that match a query and prints them best first, with the passages that match.",
                      "Words stand for all of them (AND). AND, OR, NOT and parentheses combine; \"quotes\" make a "
                      "phrase; source:, "
                      "actor:, author:, section:, lang:, title: and date: ask for a field. The query language has a "
                      "manual of its own: "
                      "dateline-query(7).",
                      "After -- all is query: dateline-search -- sanctions -oil."},
      .examples = {{"dateline-search 'Putin AND sanctions'", "Articles with both words, best first"},
                   {"dateline-search --facet source,actors,date 'Putin AND sanctions'",
                    "The same, counted by source, actor and date"},
                   {"dateline-search --source Reuters --actor 'Joe Biden' --date 2021-12 ukraine",
                    "Narrowed down, filter by filter"},
                   {"dateline-search --sort date '\"natural gas\" NEAR/5 europe'", "Newest first"},
                   {"dateline-search --format json --limit 50 'title:(ruble OR rouble)'", "For a program"},
                   {"dateline-search show 7f3a9c0e51d2", "One article in full"}},
      .sections =
          {{"ENVIRONMENT",
            {"DATELINE_INDEX: folder of the index when --index is not given. XDG_DATA_HOME: the data folder, "
             "~/.local/share without it.",
             "NO_COLOR: when set to anything, no colour. COLUMNS: width of the terminal. TZ: zone in which text shows "
             "dates."}},
           {"EXIT STATUS",
            {"0: done, also when nothing matched. 1: the command line or the query is wrong, or show found no article. "
             "2: done, but some queries of a batch were refused. 3: the index is missing, damaged or of another "
             "schema. "
             "4: busy or out of time, try again later. 5: disk or I/O failed. 70: a bug of ours."}}},
      .see_also = {"dateline-index 1", "dateline-query 7"},
  };
}

}  // namespace dateline::searcher

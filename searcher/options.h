// The command line of dateline-search.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "common/cli/manual.h"
#include "common/duration.h"
#include "dateline/search_result.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher {

/// -d, --index
struct IndexOption {
  explicit IndexOption(CLI::App& app);
  std::filesystem::path folder;  ///< As given; empty for the default.
};

/// What is asked: words and filters.
struct QueryOptions {
  explicit QueryOptions(CLI::App& app);
  void apply(SearchRequest& request) const;

  std::vector<std::string> words;
  bool any = false;
  std::filesystem::path synonyms;  ///< Empty: those of the index.
  bool no_synonyms = false;
  std::vector<std::string> sources, actors, dates, sections, languages, authors;
};

/// What a query may cost.
struct LimitOptions {
  explicit LimitOptions(CLI::App& app);
  void apply(SearchRequest& request) const;

  SearchLimits limits;
  bool words_given = false, deadline_given = false;
};

/// Which of the matches are shown, in which order, with what beside them.
struct AnswerOptions {
  explicit AnswerOptions(CLI::App& app);
  void apply(SearchRequest& request) const;

  std::string sort = "relevance";
  std::size_t limit = 10;
  bool limit_given = false;
  std::size_t offset = 0;
  std::vector<std::string> facets;
  std::size_t facet_limit = 0;
  std::string recency;
  std::vector<std::string> ranking;  ///< "k1=2"
  bool expand = false;
  bool explain = false;
  bool count = false;
  bool partial = false;
  std::size_t snippet_length = 240;
  bool keyword_in_context = false;
};

struct OutputOptions {
  explicit OutputOptions(CLI::App& app);
  [[nodiscard]] OutputFormat output_format() const;
  [[nodiscard]] ColorChoice color_choice() const;

  std::string format;  ///< Empty: text, or trec for a batch.
  std::string color = "auto";
  bool quiet = false;
};

struct BatchOptions {
  explicit BatchOptions(CLI::App& app);
  std::filesystem::path queries;  ///< Empty: no batch. "-" is the standard input.
  bool operators = false;
};

/// The whole command line. The parts hold what parse() read.
class Options {
 public:
  Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  /// `args` are the arguments without the program's name. Throws CLI::ParseError, also to ask for help, and
  /// Error(usage).
  void parse(const std::vector<std::string>& args);

  /// The request that the options describe. Throws Error(usage) for a value that makes no sense.
  [[nodiscard]] SearchRequest request() const;

  [[nodiscard]] const CLI::App& app() const { return app_; }
  [[nodiscard]] bool showing() const { return show_->parsed(); }
  [[nodiscard]] bool translating() const { return translate_->parsed(); }
  [[nodiscard]] bool listing_versions() const { return versions_->parsed(); }

 private:
  CLI::App app_;

 public:
  IndexOption index;
  QueryOptions query;
  AnswerOptions answer;
  BatchOptions batch;
  LimitOptions limits;
  OutputOptions output;
  std::vector<std::string> show_ids;
  std::vector<std::string> version_ids;
  bool diff = false;                    ///< Of versions.
  std::vector<std::string> translated;  ///< Words of the query that is to be translated.
  bool man_page = false;                ///< Hidden: print the man page and stop.
  std::string completion;               ///< Hidden: "bash" or "zsh": print the completion script and stop.

 private:
  CLI::App* show_;
  CLI::App* versions_;
  CLI::App* translate_;
};

/// What --help and the man page say beyond the options.
[[nodiscard]] cli::Manual search_manual();

/// Sets one parameter, "k1=2". Throws Error(usage) for an unknown name or what is no number.
void set_parameter(RankingParameters& parameters, const std::string& assignment);

using dateline::parse_duration;

}  // namespace dateline::searcher

// dateline-index: glue between the command line and an index job.
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "common/clock.h"
#include "common/exit_status.h"
#include "common/text.h"
#include "dateline/version.h"
#include "indexer/actors_command.h"
#include "indexer/extract_command.h"
#include "indexer/options.h"
#include "indexer/progress.h"

namespace dateline::indexer {
namespace {

std::atomic<bool> stop_requested{
    false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): signal handlers reach nothing else.
volatile std::sig_atomic_t stop_signal = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

/// The first signal ends the job after the article at hand; a second one ends the process.
void on_signal(int signal) {
  stop_signal = signal;
  stop_requested = true;
  std::signal(signal, SIG_DFL);
}

ExitStatus run_add(CommandLine& line) {
  finish_job_options(line);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  const bool json = line.report == "json";
  IndexReport report;
  {
    Console console({.quiet = line.quiet, .verbose = line.verbose, .acknowledge_on_stderr = json});
    report = run_index_job(line.job, console, console, SystemClock{}, stop_requested);
  }
  if (json) {
    fmt::print("{}\n", report_json(report, line.job));
  } else if (!line.quiet) {
    fmt::print("{}\n", summary_line(report, line.job));
  }
  if (report.interrupted) return stop_signal == SIGTERM ? ExitStatus::terminated : ExitStatus::interrupted;
  return report.refused > 0 ? ExitStatus::some_refused : ExitStatus::ok;
}

ExitStatus fail(const Error& error) {
  fmt::print(stderr, "dateline-index: {}\n", text::clean_line(error.what()));
  return exit_status(error.code());
}

constexpr const char* kFooter = R"(
Exit status: 0 done, 1 usage, 2 done but some inputs were refused, 3 index unusable,
4 index busy, 5 disk or I/O, 70 our bug, 130/143 stopped by a signal.)";

int run(int argc, char** argv) {
  CLI::App app{
      "Examples:\n"
      "  dateline-index archive/                     index every article below a folder\n"
      "  dateline-index -d INDEX --prune archive/    bring an index up to date, also with what is gone\n"
      "  zcat feed.jsonl.gz | dateline-index -       index standard input\n\n"
      "Index news articles: plain text, HTML pages, JSON lines.",
      "dateline-index"};
  app.footer(kFooter);
  app.set_version_flag("--version", std::string{"dateline "} + kVersion);
  app.require_subcommand(0, 1);
  CommandLine line;
  add_job_options(app, line);
  CLI::App* add = app.add_subcommand("add", "Index files and folders (what happens without a command, too)");
  add_job_options(*add, line);
  const auto extract = add_extract_command(app);
  const auto actors = add_actors_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::usage);
  }
  if (app.got_subcommand("extract")) {
    Console console({});
    return static_cast<int>(run_extract(*extract, std::cout, console, SystemClock{}));
  }
  if (actors->extract) return static_cast<int>(run_actors(*actors, std::cin, std::cout, std::cerr));
  return static_cast<int>(run_add(line));
}

}  // namespace
}  // namespace dateline::indexer

int main(int argc, char** argv) {
  using namespace dateline;
  try {
    return indexer::run(argc, argv);
  } catch (const Error& error) {
    return static_cast<int>(indexer::fail(error));
  } catch (const std::exception& error) {
    fmt::print(stderr, "dateline-index: internal error: {}\n", text::clean_line(error.what()));
  } catch (...) {
    fmt::print(stderr, "dateline-index: internal error\n");
  }
  return static_cast<int>(ExitStatus::internal);
}

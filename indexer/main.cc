// dateline-index: glue between the command line and an index job.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "common/cli/completion.h"
#include "common/cli/help.h"
#include "common/cli/man_page.h"
#include "common/clock.h"
#include "common/exit_status.h"
#include "common/printable.h"
#include "common/query/terms.h"
#include "common/store.h"
#include "indexer/actors_command.h"
#include "indexer/export_command.h"
#include "indexer/extract_command.h"
#include "indexer/formats_command.h"
#include "indexer/maintain_command.h"
#include "indexer/options.h"
#include "indexer/progress.h"
#include "indexer/run_command.h"
#include "indexer/sites_command.h"
#include "indexer/takedown_command.h"

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

/// Also where standard error is gone, which is no reason to die otherwise than by the error.
void complain(std::string_view line) {
  const std::string text = "dateline-index: " + printable(line) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

ExitStatus fail(const Error& error) {
  complain(error.what());
  return exit_status(error.code());
}

bool exists(const std::string& path) {
  std::error_code error;
  return path == "-" || std::filesystem::exists(path, error);
}

/// "serch" is no file that is missing, but a command that nobody has.
void refuse_mistyped_command(const CommandLine& line, const std::vector<std::string>& commands) {
  if (line.job.paths.empty()) return;
  const std::string& word = line.job.paths.front();
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
  if (!plain || exists(word)) return;
  constexpr std::size_t kMostEdits = 2;
  std::size_t least = kMostEdits + 1;
  std::string meant;
  for (const std::string& command : commands) {
    const std::size_t edits = query::edit_distance(word, command, kMostEdits);
    if (edits < least && edits < command.size() / 2) meant = command;
    least = std::min(least, edits);
  }
  std::string message = "no such file or folder, and no command";
  if (meant == "search") message += "; the program that searches is dateline-search";
  if (!meant.empty() && meant != "search") message += fmt::format("; did you mean {}?", meant);
  throw Error(ErrorCode::usage, word, message);
}

/// Where nothing of what was named is there, and nothing is asked for elsewhere, no index is made of nothing.
bool all_paths_missing(const CommandLine& line) {
  if (!line.job.fetch.empty() || exists(line.job.index / kStub)) return false;
  return std::none_of(line.job.paths.begin(), line.job.paths.end(), exists);
}

ExitStatus make_nothing(const CommandLine& line) {
  IndexReport report;
  for (const std::string& path : line.job.paths) {
    report.rejections.push_back({.path = path, .reason = "No such file or directory"});
    complain(path + ": " + report.rejections.back().reason);
  }
  report.refused = report.rejections.size();
  report.paths_unreadable = true;
  complain("no index was made");
  if (line.report == "json") std::puts(report_json(report, line.job).c_str());
  return ExitStatus::some_refused;
}

ExitStatus run_add(CommandLine& line) {
  finish_job_options(line);
  if (all_paths_missing(line)) return make_nothing(line);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  const bool json = line.report == "json";
  IndexReport report;
  {
    Console console({.quiet = line.quiet, .verbose = line.verbose, .acknowledge_on_stderr = json});
    report = run_index_job(line.job, console, console, SystemClock{}, stop_requested);
  }
  if (json) {
    std::puts(report_json(report, line.job).c_str());
  } else if (!line.quiet) {
    std::puts(summary_line(report, line.job).c_str());
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(Error(ErrorCode::io, "standard output", "cannot be written"));
  }
  if (report.interrupted) return stop_signal == SIGTERM ? ExitStatus::terminated : ExitStatus::interrupted;
  return report.refused > 0 ? ExitStatus::some_refused : ExitStatus::ok;
}

ExitStatus usage(std::string_view problem) {
  complain(fmt::format("{}; --help shows all options", problem));
  return ExitStatus::usage;
}

ExitStatus run(const std::vector<std::string>& arguments) {
  CLI::App app;
  const cli::Manual manual = index_manual();
  app.name(manual.name);
  app.set_version_flag("--version", manual.name + " " + manual.version, "Print the version and exit");
  app.require_subcommand(0, 1);
  CommandLine line;
  add_job_options(app, line);
  CLI::App* add = app.add_subcommand("add", "Index files and folders, as without a command");
  add_job_options(*add, line);
  const auto extract = add_extract_command(app);
  const auto actors = add_actors_command(app);
  const auto sites = add_sites_command(app);
  const auto formats = add_formats_command(app);
  const auto exporting = add_export_command(app);
  Chosen chosen;
  add_maintain_commands(app, chosen);
  add_takedown_commands(app, chosen);
  add_run_commands(app, chosen, stop_requested, stop_signal);
  // Owned here, too: where the first word names no command, the commands are taken out.
  const std::shared_ptr<CLI::App> extract_command = app.get_subcommand_ptr("extract");
  const std::shared_ptr<CLI::App> export_command = app.get_subcommand_ptr("export");
  const std::shared_ptr<CLI::App> formats_command = app.get_subcommand_ptr("formats");
  const std::shared_ptr<CLI::App> sites_command = app.get_subcommand_ptr("sites");
  bool man_page = false;
  std::string completion;
  app.add_flag("--man", man_page)->group("");
  app.add_option("--completion", completion)->group("")->check(CLI::IsMember({"bash", "zsh"}));
  cli::set_help(app, manual);

  const std::vector<std::string> ordered = cli::command_first(app, arguments);
  std::vector<std::string> commands{"search"};  // which is another program's, and asked of this one all the same
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  try {
    if (std::find(arguments.begin(), arguments.end(), "--man") == arguments.end() &&
        std::find(arguments.begin(), arguments.end(), "--completion") == arguments.end()) {
      line.commanded = cli::restrict_subcommands(app, ordered);
    }
    app.parse(std::vector<std::string>{ordered.rbegin(), ordered.rend()});
  } catch (const CLI::CallForHelp& help) {
    app.exit(help);
    return ExitStatus::ok;
  } catch (const CLI::CallForVersion& version) {
    app.exit(version);
    return ExitStatus::ok;
  } catch (const CLI::ExtrasError&) {
    return usage(fmt::format("{}: {}no such option or argument", fmt::join(app.remaining(true), " "),
                             line.commanded ? ordered.front() + " has " : std::string{}));
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  if (man_page) {
    std::cout << cli::man_page(app, manual);
    return ExitStatus::ok;
  }
  if (!completion.empty()) {
    std::cout << (completion == "zsh" ? cli::zsh_completion(app) : cli::bash_completion(app));
    return ExitStatus::ok;
  }
  if (extract_command->parsed()) {
    Console console({});
    return run_extract(*extract, std::cin, std::cout, console, SystemClock{});
  }
  if (export_command->parsed()) {
    Console console({});
    return run_export(*exporting, std::cout, console, SystemClock{});
  }
  if (formats_command->parsed()) {
    Console console({.verbose = formats->verbose});
    return run_formats(*formats, std::cout, console);
  }
  if (sites_command->parsed()) return run_sites(*sites, std::cout);
  if (chosen) {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    const ExitStatus status = chosen();
    if (std::fflush(stdout) != 0) return fail(Error(ErrorCode::io, "standard output", "cannot be written"));
    return status;
  }
  if (actors->command != ActorsRequest::Command::none) {
    return run_actors(*actors, std::cin, std::cout, std::cerr, SystemClock{});
  }
  if (!line.commanded && std::find(arguments.begin(), arguments.end(), "--") == arguments.end())
    refuse_mistyped_command(line, commands);
  return run_add(line);
}

}  // namespace
}  // namespace dateline::indexer

int main(int argc, char** argv) {
  using namespace dateline;
  try {
    return static_cast<int>(indexer::run({argv + 1, argv + argc}));
  } catch (const Error& error) {
    return static_cast<int>(indexer::fail(error));
  } catch (const std::exception& error) {
    indexer::complain(fmt::format("internal error: {}; please report it", error.what()));
  } catch (...) {
    indexer::complain("internal error; please report it");
  }
  return static_cast<int>(ExitStatus::internal);
}

// The command line of dateline-index, one part a concern.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "common/cli/manual.h"
#include "dateline/indexer.h"

namespace dateline::indexer {

struct CommandLine {
  IndexOptions job;
  std::vector<std::string> maps;     ///< field=name, as given
  std::vector<std::string> filters;  ///< ending=command, as given
  bool commanded = false;            ///< The first word is a command.
  bool quiet = false;
  bool verbose = false;
  std::string report;  ///< "json" or empty
  std::string date_from;
};

/// Adds the options of an index job (`dateline-index [add]`).
void add_job_options(CLI::App& app, CommandLine& line);
/// What the man page and --help say beside the options.
[[nodiscard]] cli::Manual index_manual();
/// What the options say together; throws Error(usage).
void finish_job_options(CommandLine& line);

}  // namespace dateline::indexer

// dateline-index formats: what this build reads, and what it makes of given files, without an index.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/diagnostics.h"
#include "common/exit_status.h"

namespace dateline::indexer {

struct FormatsRequest {
  std::vector<std::filesystem::path> files;
  std::string format;     ///< Forced, or empty.
  bool verbose = false;   ///< Also say what is passed over.
  bool articles = false;  ///< Print the articles rather than how many.
};

/// Adds the subcommand `formats` and its options.
[[nodiscard]] std::shared_ptr<FormatsRequest> add_formats_command(CLI::App& app);

/// Without files, lists the formats. With files, reads each and says its format and how many articles it holds, or
/// prints them as JSON lines; refusals are told to `diagnostics`.
[[nodiscard]] ExitStatus run_formats(const FormatsRequest& request, std::ostream& out, Diagnostics& diagnostics);

}  // namespace dateline::indexer

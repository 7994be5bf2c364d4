// dateline-index extract: pages in, articles out, without an index.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/exit_status.h"

namespace dateline::indexer {

enum class ExtractFormat { text, json, json_lines };

struct ExtractRequest {
  std::vector<std::filesystem::path> files;
  ExtractFormat format = ExtractFormat::text;
  bool explain = false;
  bool site_templates = true;
};

/// Adds the subcommand `extract` and its options; they fill the request that is returned when the command line is
/// parsed.
[[nodiscard]] std::shared_ptr<ExtractRequest> add_extract_command(CLI::App& app);

/// Extracts each file and writes it to `out` in the order given. A file that cannot be read or is refused is named in
/// a warning and skipped; the result is then some_refused. With site templates the files are read twice.
[[nodiscard]] ExitStatus run_extract(const ExtractRequest& request, std::istream& in, std::ostream& out,
                                     Diagnostics& diagnostics, const Clock& clock);

}  // namespace dateline::indexer

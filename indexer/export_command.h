// dateline-index export: articles of an index out again.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/exit_status.h"
#include "indexer/export/article_writer.h"
#include "indexer/jobs/selection.h"

namespace dateline::indexer {

struct ExportRequest {
  Selection selection;
  std::vector<std::string> words;  ///< Of the query, as given; the folder for another engine.
  std::string engine;              ///< "opensearch": its bulk files rather than articles.
  ExportFormat format = ExportFormat::json_lines;
};

/// Adds the subcommand `export` and its options.
[[nodiscard]] std::shared_ptr<ExportRequest> add_export_command(CLI::App& app);

/// Streams the articles that the query finds. Throws Error as for_each_article() does.
[[nodiscard]] ExitStatus run_export(ExportRequest& request, std::ostream& out, Diagnostics& diagnostics,
                                    const Clock& clock);

}  // namespace dateline::indexer

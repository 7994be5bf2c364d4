// dateline-index sites: what an index has learnt of the sites its pages come from.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "common/exit_status.h"

namespace dateline::indexer {

struct SitesRequest {
  std::filesystem::path index;
  std::string host;  ///< This site alone, with its texts; empty: all.
  bool json = false;
};

/// Adds the subcommand `sites` and its options; they fill the request that is returned when the command line is parsed.
[[nodiscard]] std::shared_ptr<SitesRequest> add_sites_command(CLI::App& app);

/// Prints a table of the sites, or one site's texts. Throws Error as open_snapshot does, and Error(usage) for a host
/// of which nothing was learnt.
[[nodiscard]] ExitStatus run_sites(const SitesRequest& request, std::ostream& out);

}  // namespace dateline::indexer

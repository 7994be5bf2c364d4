// dateline-index remove, hide, unhide, readmit: articles out of the index, out of sight, and back.
#pragma once

#include <CLI/CLI.hpp>

#include "indexer/maintain_command.h"

namespace dateline::indexer {

/// Adds the commands; parsing one sets `chosen`.
void add_takedown_commands(CLI::App& app, Chosen& chosen);

}  // namespace dateline::indexer

// dateline-index status, stats, check, gc, compact, rollback, backup, restore: an operator's look at an index and
// what can be done to it beside indexing.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "common/exit_status.h"

namespace dateline::indexer {

/// What the command line asked for, to be run once it has been read.
using Chosen = std::function<ExitStatus()>;

/// Adds the commands; parsing one sets `chosen`.
void add_maintain_commands(CLI::App& app, Chosen& chosen);

}  // namespace dateline::indexer

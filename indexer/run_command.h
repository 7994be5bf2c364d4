// dateline-index run, config: the jobs of the configuration.
#pragma once

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>

#include "indexer/maintain_command.h"

namespace dateline::indexer {

/// Adds the commands; parsing one sets `chosen`. `stop` ends a job, `signal` says which signal set it.
void add_run_commands(CLI::App& app, Chosen& chosen, const std::atomic<bool>& stop,
                      const volatile std::sig_atomic_t& signal);

}  // namespace dateline::indexer

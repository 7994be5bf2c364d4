// A program's man page from its CLI11 tree, so that the two cannot drift apart.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "common/cli/manual.h"

namespace dateline::cli {

/// Section 1 page in mdoc(7).
[[nodiscard]] std::string man_page(const CLI::App& app, const Manual& manual);

}  // namespace dateline::cli

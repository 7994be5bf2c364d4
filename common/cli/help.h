// The help screen: examples first, then the options as the CLI11 tree has them.
#pragma once

#include <CLI/App.hpp>

#include "common/cli/manual.h"

namespace dateline::cli {

/// Gives `app` and all its subcommands this help. `manual` is copied.
void set_help(CLI::App& app, const Manual& manual);

/// The subcommands of `app`, in their order.
[[nodiscard]] std::vector<const CLI::App*> commands_of(const CLI::App& app);

/// "actors list": a subcommand's name behind those of the commands that it is of.
[[nodiscard]] std::string command_path(const CLI::App& command);

/// "FORMAT" of an option whose type name is "FORMAT" or "FORMAT:{text,json}"; empty for a flag.
[[nodiscard]] std::string value_name(const CLI::Option& option);

/// The values that an option is restricted to ("text", "json"), or none.
[[nodiscard]] std::vector<std::string> choices(const CLI::Option& option);

/// Options of `app` that are shown to people: named, and of a group with a name.
[[nodiscard]] std::vector<const CLI::Option*> visible_options(const CLI::App& app);

/// A subcommand counts only as the first word of a command line ("dateline-search budget show" searches): takes the
/// subcommands out of `app` when the first argument that is neither an option nor an option's value names none, and
/// says so. `args` are the arguments without the program's name.
bool restrict_subcommands(CLI::App& app, const std::vector<std::string>& args);

/// "-d INDEX actors list" as "actors list -d INDEX": options before a command are the command's.
[[nodiscard]] std::vector<std::string> command_first(const CLI::App& app, const std::vector<std::string>& args);

}  // namespace dateline::cli

// Shell completion from a program's CLI11 tree.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace dateline::cli {

/// A script for bash-completion's folder: options, their fixed values, files and folders, commands as the first word.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

/// A function file for zsh's fpath, to be named "_" + the program's name.
[[nodiscard]] std::string zsh_completion(const CLI::App& app);

}  // namespace dateline::cli

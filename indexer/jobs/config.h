// The configuration of jobs: TOML files of three levels, the environment and flags, and where each value came from.
// dateline-config(5) describes it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dateline/indexer.h"

namespace dateline::indexer {

/// A named job.
struct JobConfig {
  std::string name;
  IndexOptions options;  ///< Paths may be patterns: expand_paths().
};

/// A value and its origin: "/etc/dateline/config.toml:12", "$DATELINE_INDEX", "--index", "default".
struct Setting {
  std::string key;  ///< "jobs.wire.batch"
  std::string value;
  std::string origin;
};

struct Config {
  std::filesystem::path index;
  std::filesystem::path metrics;  ///< Prometheus textfile; empty: none.
  std::size_t history = 100;      ///< Runs kept of each job.
  std::vector<JobConfig> jobs;    ///< By name.
  std::vector<Setting> settings;  ///< All values in force, by key.
};

/// Files that are read where none is named, the weakest first: /etc/dateline/config.toml, config.toml in dateline/ of
/// the XDG configuration folder, ./dateline.toml.
[[nodiscard]] std::vector<std::filesystem::path> config_files();

struct ConfigRequest {
  std::filesystem::path file;                ///< Only this one; empty: config_files().
  std::map<std::string, std::string> flags;  ///< Key -> value as on the command line; "index".
};

/// Reads what there is. A value of a stronger level replaces one of a weaker: flag, environment, project, user, system;
/// of one level, a job's own before [defaults]. Throws Error(usage) naming file and line for what cannot be read, is
/// unknown or of the wrong type.
[[nodiscard]] Config read_config(const ConfigRequest& request);

/// Paths with patterns (*, ?, [a-z], {a,b}) replaced by what they match now, sorted; a pattern that matches nothing
/// stays, to be refused by name.
[[nodiscard]] std::vector<std::string> expand_paths(const std::vector<std::string>& patterns);

}  // namespace dateline::indexer

// The command line of dateline-serve.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "common/cli/manual.h"
#include "searcher/http/server.h"

namespace dateline::searcher::http {

class Options {
 public:
  Options();
  /// Throws CLI::ParseError.
  void parse(const std::vector<std::string>& args);
  [[nodiscard]] const CLI::App& app() const { return app_; }

 private:
  CLI::App app_;

 public:
  std::filesystem::path index;
  ServerOptions server;
  std::vector<std::string> hosts;
  std::vector<std::string> origins;
  std::filesystem::path tokens;
  unsigned deadline_ms = 2'000;
  bool log_queries = false;
  bool quiet = false;
  bool mcp = false;
  bool hash_token = false;
  bool man_page = false;
  std::string completion;
};

[[nodiscard]] cli::Manual serve_manual();

}  // namespace dateline::searcher::http

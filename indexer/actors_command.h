// dateline-index actors: who acts in articles and in an index.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/exit_status.h"
#include "dateline/article.h"

namespace dateline::indexer {

struct ActorsRequest {
  enum class Command : std::uint8_t { none, extract, list, show, merge, split };
  Command command = Command::none;

  std::filesystem::path articles;  ///< extract: JSON lines; "-" is standard input.
  std::filesystem::path data;      ///< extract: folder with actors/; empty: as installed.
  std::vector<std::filesystem::path> actors_files;
  bool verbose = false;

  std::filesystem::path index;  ///< The others.
  std::string format = "text";  ///< "text" or "jsonl"
  std::string kind;             ///< list: "person", "organisation", "country"; empty: all.
  std::string part;             ///< list: what the names have in them.
  std::size_t limit = 50;       ///< list: at most so many; 0: all.
  std::string name;             ///< show, merge, split
  std::string into;             ///< merge
  bool new_name = false;        ///< merge: `into` may be a name that no article has.
};

/// Adds the command `actors` with its own commands; they fill the request that is returned.
[[nodiscard]] std::shared_ptr<ActorsRequest> add_actors_command(CLI::App& app);

/// Runs what was asked. Throws Error.
[[nodiscard]] ExitStatus run_actors(const ActorsRequest& request, std::istream& in, std::ostream& out,
                                    std::ostream& errors, const Clock& clock);

}  // namespace dateline::indexer

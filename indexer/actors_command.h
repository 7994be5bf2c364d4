// dateline-index actors: who acts in articles, without an index.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <vector>

#include "common/exit_status.h"
#include "indexer/enrich/actors/actor_data.h"

namespace dateline::indexer {

/// What an extraction did.
struct ExtractReport {
  std::size_t articles = 0;
  std::size_t actors = 0;
  std::size_t rejected = 0;
  std::size_t bytes = 0;         ///< Of title and body text.
  double recognise_seconds = 0;  ///< CPU time of recognition alone, without reading and writing.
};

/// Read articles, one JSON object a line (id; title or headline; body, text or content: a string, paragraphs parted by
/// a blank line, or a list of paragraphs; lang or language; published or date), and write one line each:
/// {"id", "actors": [{"name", "kind", "mentions": […], "count", "salience"}]}. A line that is no article is counted and
/// named on `errors` with its number; the rest goes on. Output keeps the order of the input.
ExtractReport extract_actors(const ActorData& data, std::istream& articles, std::ostream& out, std::ostream& errors);

struct ActorsRequest {
  bool extract = false;            ///< `actors extract` was given.
  std::filesystem::path articles;  ///< JSON lines; "-" is standard input.
  std::filesystem::path data;      ///< Folder with actors/; empty: as installed.
  std::vector<std::filesystem::path> actors_files;
  bool verbose = false;
};

/// Adds the command `actors` with its own commands; they fill the request that is returned.
[[nodiscard]] std::shared_ptr<ActorsRequest> add_actors_command(CLI::App& app);

/// Runs what was asked. Throws Error.
[[nodiscard]] ExitStatus run_actors(const ActorsRequest& request, std::istream& in, std::ostream& out,
                                    std::ostream& errors);

}  // namespace dateline::indexer

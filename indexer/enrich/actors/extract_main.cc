// dateline-actors: `dateline-index actors extract` as a small program of its own, for measuring the recogniser alone.
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "indexer/actors_command.h"

int main(int argc, char** argv) {
  dateline::indexer::ActorSources sources;
  std::string input;
  for (int at = 1; at < argc; ++at) {
    const std::string arg = argv[at];
    if (arg == "--data" && at + 1 < argc) {
      sources.folders.emplace_back(argv[++at]);
    } else if (arg == "--actors-file" && at + 1 < argc) {
      sources.actor_files.emplace_back(argv[++at]);
    } else {
      input = arg;
    }
  }
  if (input.empty() || sources.folders.empty()) {
    std::cerr << "usage: dateline-actors --data FOLDER [--actors-file FILE] ARTICLES.jsonl\n";
    return 1;
  }
  try {
    const auto data = dateline::indexer::ActorData::load(sources);
    std::cerr << data.summary() << '\n';
    std::ifstream file(input);
    if (!file) {
      std::cerr << input << ": cannot be read\n";
      return 2;
    }
    std::ios::sync_with_stdio(false);
    const auto report = dateline::indexer::extract_actors(data, file, std::cout, std::cerr);
    std::cerr << report.articles << " articles, " << report.actors << " actors, " << report.bytes << " bytes, "
              << report.recognise_seconds << " s of CPU: "
              << static_cast<double>(report.articles) / report.recognise_seconds << " articles/s, "
              << static_cast<double>(report.bytes) / 2300 / report.recognise_seconds << " articles of 2.3 kB/s\n";
    return report.rejected == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}

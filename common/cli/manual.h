// What a program says of itself beyond its options: one value feeds --help and the man page.
#pragma once

#include <string>
#include <vector>

namespace dateline::cli {

struct Example {
  std::string command;  ///< As typed: "dateline-search 'Putin AND sanctions'".
  std::string what;     ///< One line on what it does.
};

struct Section {
  std::string title;  ///< "EXIT STATUS"
  std::vector<std::string> paragraphs;
};

struct Manual {
  std::string name;     ///< "dateline-search"
  std::string summary;  ///< One line, lower case, without a full stop.
  std::string version;
  std::string date;                   ///< "November 25, 2026", of the text, not of the build.
  std::vector<std::string> synopsis;  ///< Usage lines without the name: "[OPTIONS] QUERY…".
  std::vector<std::string> description;
  std::vector<Example> examples;
  std::vector<Section> sections;
  std::vector<std::string> see_also;  ///< "dateline-index 1"
};

}  // namespace dateline::cli

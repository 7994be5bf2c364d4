// Is a generation whole? Asked before it is published and whenever the operator wants to know.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace dateline::indexer {

struct CheckReport {
  std::size_t articles = 0;
  std::vector<std::string> faults;  ///< One line each; none: all is well. The first twenty of a kind.
};

enum class CheckDepth {
  counts,         ///< Opens, is of this schema, has as many articles as the ledger says, answers a query.
  sample,         ///< Also some hundred articles: each can be read, and is found by terms that it has.
  structure,      ///< Instead the structure of every table, by Xapian's and SQLite's own checks.
  every_article,  ///< Also each stored article: readable, found by its id, held by exactly one record.
};

/// Checks one generation. Never throws for what is damaged: that is in the report.
[[nodiscard]] CheckReport check_generation(const std::filesystem::path& folder, CheckDepth depth);

}  // namespace dateline::indexer

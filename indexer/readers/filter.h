// Programs of the operator that turn what Dateline does not read into what it does ("pdftotext - -").
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "indexer/readers/byte_source.h"

namespace dateline::indexer {

struct FilterLimits {
  std::size_t input = std::size_t{256} << 20;  ///< Bytes that a filter is given.
  std::size_t output = std::size_t{32} << 20;  ///< Bytes that it may answer.
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::chrono::seconds cpu{60};
  std::chrono::seconds patience{120};  ///< By the clock; then it is killed with all that it started.
};

/// Runs `command` by the shell with `source` on its standard input and gives its standard output. Throws Error(io) with
/// `name` as its subject when the command fails, answers nothing, or exceeds a limit.
[[nodiscard]] std::string run_filter(const std::string& command, ByteSource& source, const std::string& name,
                                     const FilterLimits& limits);

}  // namespace dateline::indexer

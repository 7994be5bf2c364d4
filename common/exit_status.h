// Exit codes of every Dateline program; README and the manual pages repeat them.
#pragma once

#include "dateline/error.h"

namespace dateline {

enum class ExitStatus : int {
  ok = 0,              ///< Done, also when nothing matched.
  usage = 1,           ///< The command line or the query is wrong.
  some_refused = 2,    ///< Done, but some inputs were refused.
  index_unusable = 3,  ///< The index is missing, corrupt or of another schema.
  busy = 4,            ///< Another writer holds the index, or a deadline passed: retry later.
  io = 5,              ///< Disk or I/O failed.
  internal = 70,       ///< Our bug.
  interrupted = 130,
  terminated = 143,
};

[[nodiscard]] constexpr ExitStatus exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::query:
      return ExitStatus::usage;
    case ErrorCode::index_missing:
    case ErrorCode::index_corrupt:
    case ErrorCode::index_schema:
      return ExitStatus::index_unusable;
    case ErrorCode::busy:
    case ErrorCode::deadline:
      return ExitStatus::busy;
    case ErrorCode::io:
      return ExitStatus::io;
  }
  return ExitStatus::internal;
}

}  // namespace dateline

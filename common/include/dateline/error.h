// The one exception that Dateline throws when a caller cannot go on.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace dateline {

enum class ErrorCode {
  usage,          ///< An option or argument makes no sense.
  query,          ///< The query cannot be understood or exceeds a limit; `position` tells where.
  index_missing,  ///< There is no index at the place.
  index_corrupt,  ///< The index cannot be read.
  index_schema,   ///< The index was written under another schema version.
  busy,           ///< Another writer holds the lock; try again later.
  io,             ///< Disk or operating system refused.
  deadline,       ///< A query ran past its deadline.
};

/// `subject` is what the error is about (a path, an option, "query"), `what()` the whole line: "subject: message".
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string subject, const std::string& message,
        std::optional<std::size_t> position = std::nullopt)
      : std::runtime_error(subject.empty() ? message : subject + ": " + message),
        code_(code),
        subject_(std::move(subject)),
        position_(position) {}

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& subject() const { return subject_; }
  /// Byte offset into the query text, for ErrorCode::query.
  [[nodiscard]] std::optional<std::size_t> position() const { return position_; }

 private:
  ErrorCode code_;
  std::string subject_;
  std::optional<std::size_t> position_;
};

}  // namespace dateline

// Errors as RFC 9457 has them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dateline/error.h"
#include "searcher/http/message.h"

namespace dateline::searcher::http {

struct Problem {
  int status = 500;
  std::string name;    ///< Ends the type: "urn:dateline:problem:query".
  std::string title;   ///< The same for every problem of this type.
  std::string detail;  ///< About this one.
  std::string parameter;
  std::optional<std::size_t> position;  ///< In characters of the parameter.
};

[[nodiscard]] std::string_view status_title(int status);

/// `query` is what error.position() counts bytes of.
[[nodiscard]] Problem problem_of(const Error& error, std::string_view query);
[[nodiscard]] Problem problem_of_status(int status, std::string detail);

[[nodiscard]] Response problem_response(const Problem& problem, const Request& request);

/// The message without the subject before it.
[[nodiscard]] std::string message_of(const Error& error);

}  // namespace dateline::searcher::http

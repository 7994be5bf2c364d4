// A request and its answer, apart from any HTTP library.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dateline::searcher::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string id;  ///< Of this request: the client's X-Request-Id if it is a plain one, else ours.
  std::string method;
  std::string path;  ///< Percent-decoded, without the query.
  Pairs parameters;  ///< Of the query, decoded, in order.
  Pairs headers;     ///< Names in lower case.
  std::string body;
  std::chrono::steady_clock::time_point arrived;
  std::vector<std::string> visible_sources;  ///< What its token may see; empty: all.
  std::string client;                        ///< Name of its token, or empty.

  /// Value of the first header of this name (lower case), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

/// A body that is made while it is sent. One producer thread writes, the server reads.
class BodyStream;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  Pairs headers;
  std::shared_ptr<BodyStream> stream;  ///< Instead of `body`.
  std::string note;                    ///< For the log: what went wrong, never what was asked.
};

}  // namespace dateline::searcher::http

// An HTTP response as crawlers store it (RFC 9112), taken apart.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dateline::indexer {

struct HttpResponse {
  int status = 0;                 ///< 0: no response line.
  std::string_view content_type;  ///< "text/html", without parameters.
  std::string charset;            ///< Lower case, or empty.
  std::string_view header;        ///< All header lines.
  std::string_view body;          ///< As transferred.
};

/// Never fails: a message without a response line is all body, with status 0.
[[nodiscard]] HttpResponse parse_http_response(std::string_view message);

/// The body behind its transfer and content codings (chunked; gzip, deflate, br, zstd). Crawlers store bodies that are
/// decoded already under headers that say otherwise: what does not decode is given as it stands. `problem` says why
/// nothing could be read ("larger than … when decoded").
struct DecodedBody {
  std::string bytes;
  std::string problem;
};
[[nodiscard]] DecodedBody decode_body(const HttpResponse& response, std::size_t max_bytes);

/// Media type and charset parameter of a Content-Type value (RFC 9110 section 8.3).
struct ContentType {
  std::string_view media_type;
  std::string charset;
};
[[nodiscard]] ContentType parse_content_type(std::string_view value);

}  // namespace dateline::indexer

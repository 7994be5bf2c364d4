// Addresses of articles.
#pragma once

#include <string>
#include <string_view>

namespace dateline {

/// True for an absolute http or https address.
[[nodiscard]] bool is_http_url(std::string_view url);

/// One spelling for one address (RFC 3986 section 6): scheme and host in lower case, default port, fragment and
/// tracking parameters (utm_*, fbclid, gclid, …) off; empty if `url` is no http(s) address.
[[nodiscard]] std::string canonical_url(std::string_view url);

/// Host without a leading "www.", lower case: "https://www.Example.com:443/a" -> "example.com"; empty if none.
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace dateline

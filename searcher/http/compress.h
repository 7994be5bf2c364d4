// gzip, for bodies that are worth it.
#pragma once

#include <string>
#include <string_view>

namespace dateline::searcher::http {

/// True if an Accept-Encoding header takes gzip (not "gzip;q=0").
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);

/// `text` as a gzip member; empty if zlib refuses.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace dateline::searcher::http

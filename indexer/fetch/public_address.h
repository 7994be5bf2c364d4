// Which network addresses are the public's.
#pragma once

#include <sys/socket.h>

namespace dateline::indexer {

/// False for this machine, its networks, and whatever else is set aside (RFC 6890): what a feed's address, or a
/// redirect of its server, has no business to lead to.
[[nodiscard]] bool is_public_address(const sockaddr& address);

}  // namespace dateline::indexer

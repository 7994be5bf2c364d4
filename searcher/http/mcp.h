// The Model Context Protocol (revision 2025-06-18) over standard input and output: search for programs that talk to
// language models. Reads only.
#pragma once

#include <istream>
#include <ostream>

#include "dateline/searcher_pool.h"

namespace dateline::searcher::http {

/// Answers JSON-RPC messages, one a line, until the input ends. False when the output cannot be written.
bool serve_mcp(std::istream& in, std::ostream& out, SearcherPool& pool);

}  // namespace dateline::searcher::http

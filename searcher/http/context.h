// What a handler works with: the request, its parameters, searchers, and when it must be done.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "dateline/searcher_pool.h"
#include "searcher/http/message.h"
#include "searcher/http/parameters.h"

namespace dateline {
struct Clock;
}

namespace dateline::searcher::http {

class Exports;

struct Context {
  const Request& request;
  Parameters parameters;
  SearcherPool& pool;
  const Clock& clock;
  std::shared_ptr<const Completions> completions;  ///< Null until they have been read.
  Exports& exports;
  std::chrono::steady_clock::time_point deadline;
  std::string base;  ///< "http://localhost:8080": how the client reached us, for absolute addresses.

  /// A search within what this request may see and the time it has left. Throws Error(deadline) when there is none.
  void limit(SearchRequest& search) const;
};

}  // namespace dateline::searcher::http

// From a request to its answer: routes, who may ask, caching, the log. Knows nothing of sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "dateline/searcher_pool.h"
#include "searcher/http/exports.h"
#include "searcher/http/message.h"
#include "searcher/http/metrics.h"
#include "searcher/http/server.h"
#include "searcher/http/tokens.h"

namespace dateline::searcher::http {

struct ServiceOptions {
  std::vector<std::string> hosts;    ///< Names that the service answers to, besides loopback ones.
  std::vector<std::string> origins;  ///< "https://desk.example.org": pages that may ask from elsewhere.
  Tokens tokens;
  bool log_queries = false;
  std::chrono::milliseconds deadline{2'000};
};

class Service {
 public:
  /// `log` takes one line a request, from any thread; `pool` and `clock` must outlive the service.
  Service(ServiceOptions options, SearcherPool& pool, const Clock& clock, std::function<void(std::string_view)> log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] ServerHooks hooks();
  /// Where gauges of the server come from; before that they are 0.
  void watch(const Server* server) { server_ = server; }
  void drain() { draining_ = true; }

  Response handle(Request& request);
  Response admit(Request& request);
  Response refuse(const Request& request, int status, const std::string& detail) const;
  void served(const Served& served);

 private:
  Response answer(Request& request);
  Response probe(const Request& request);
  void finish(const Request& request, Response& response) const;
  [[nodiscard]] bool allowed_host(std::string_view host) const;
  [[nodiscard]] std::string etag(const Request& request) const;
  void keep_completions();

  ServiceOptions options_;
  SearcherPool& pool_;
  const Clock& clock_;
  std::function<void(std::string_view)> log_;
  Metrics metrics_;
  Exports exports_;
  std::atomic<const Server*> server_{nullptr};
  std::atomic<bool> draining_{false};

  std::mutex completions_mutex_;
  std::condition_variable completions_wake_;
  std::shared_ptr<const Completions> completions_;
  bool stop_ = false;
  std::thread completions_thread_;
};

}  // namespace dateline::searcher::http

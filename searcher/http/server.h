// The HTTP side: connections, limits, timeouts, a bounded queue and its workers. Knows nothing of search.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "searcher/http/message.h"

namespace dateline::searcher::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one.
  int listen_socket = -1;     ///< Already listening (socket activation); address and port do not count then.
  unsigned workers = 2;
  std::size_t queue = 256;      ///< Requests that wait for a worker; more are refused with 503.
  unsigned connections = 4096;  ///< At most; the one idle for longest makes room.
  std::size_t header_bytes = 16U * 1024U;
  std::size_t body_bytes = 1024U * 1024U;
  std::chrono::milliseconds header_timeout{5'000};
  std::chrono::milliseconds idle_timeout{15'000};
};

/// What was answered, for the log and the counters.
struct Served {
  const Request& request;
  int status = 0;
  std::uint64_t bytes = 0;
  std::chrono::microseconds took{0};
  const std::string& note;
};

struct ServerHooks {
  /// Answers a request, on a worker's thread. What it throws becomes 500.
  std::function<Response(Request&)> handle;
  /// Refuses a request by its head alone (host, token), on the server's thread; status 0 lets it pass.
  std::function<Response(Request&)> admit;
  /// Answer to what the server itself refuses.
  std::function<Response(const Request&, int status, const std::string& detail)> refuse;
  std::function<void(const Served&)> served;
};

class Server {
 public:
  /// Listens and answers from now on. Throws Error(io) if it cannot listen.
  Server(const ServerOptions& options, ServerHooks hooks);
  /// Stops at once.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t queued() const;

  /// Takes no new connection, answers what was asked, for at most `grace`, then closes all.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Percent-decoding; '+' becomes a space in queries. Broken escapes stay as they are.
[[nodiscard]] std::string percent_decoded(std::string_view text, bool plus_is_space);
[[nodiscard]] std::string percent_encoded(std::string_view text);
[[nodiscard]] Pairs query_parameters(std::string_view query);

}  // namespace dateline::searcher::http

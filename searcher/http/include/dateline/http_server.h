// The HTTP service inside a program of your own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::searcher {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one.
  unsigned threads = 2;
  std::vector<std::string> hosts;    ///< Names to answer to, besides loopback ones.
  std::vector<std::string> origins;  ///< Pages of these origins may ask.
  std::filesystem::path tokens;      ///< File of tokens; empty: none is asked for.
  std::chrono::milliseconds deadline{2'000};
  std::function<void(std::string_view)> log;  ///< Takes one line of JSON a request, from any thread; may be empty.
};

/// What dateline-serve is, without its command line.
class HttpServer {
 public:
  /// Listens and answers from now on. Throws Error: index_missing, index_corrupt, index_schema, io, usage.
  HttpServer(const std::filesystem::path& index, HttpServerOptions options);
  /// Stops at once.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Takes no new connection, answers what was asked, for at most `grace`, then closes all.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline::searcher

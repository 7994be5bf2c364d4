#include "dateline/http_server.h"

#include "dateline/clock.h"
#include "dateline/searcher_pool.h"
#include "searcher/http/server.h"
#include "searcher/http/service.h"

namespace dateline::searcher {
namespace {

http::ServiceOptions service_options(const HttpServerOptions& options) {
  http::ServiceOptions out{.hosts = options.hosts, .origins = options.origins, .deadline = options.deadline};
  if (!options.tokens.empty()) out.tokens = http::Tokens(options.tokens);
  out.hosts.push_back(options.address);
  return out;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const std::filesystem::path& index, HttpServerOptions options)
      : pool(index, clock),
        service(
            service_options(options), pool, clock, options.log ? options.log : [](std::string_view) {}),
        server({.address = options.address, .port = options.port, .workers = options.threads}, service.hooks()) {
    service.watch(&server);
  }
  ~Impl() { service.watch(nullptr); }

  SystemClock clock;
  SearcherPool pool;
  http::Service service;
  http::Server server;
};

HttpServer::HttpServer(const std::filesystem::path& index, HttpServerOptions options)
    : impl_(std::make_unique<Impl>(index, std::move(options))) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return impl_->server.port();
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  impl_->service.drain();
  impl_->server.stop(grace);
}

}  // namespace dateline::searcher

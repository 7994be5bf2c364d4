#include "searcher/http/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "common/text.h"
#include "dateline/error.h"
#include "searcher/http/body_stream.h"

namespace dateline::searcher::http {
namespace {

using Time = std::chrono::steady_clock;

/// What of a body that is too large is still read, so that the client gets to see why.
constexpr std::size_t kBodyDiscarded = 4U * 1024U * 1024U;
constexpr std::size_t kConnectionMemory = 32U * 1024U;
constexpr std::chrono::milliseconds kReaperPeriod{250};
/// Connections above the cap that are let in while an idle one is being closed.
constexpr unsigned kSlack = 64;

enum class Phase : std::uint8_t { idle, head, body, answer };

struct Connection {
  int fd = -1;
  Phase phase = Phase::idle;
  Time::time_point since = Time::now();
  bool doomed = false;
  std::list<Connection*>::iterator place;
};

bool plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

std::string new_id() {
  static std::atomic<std::uint64_t> next{[] {
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
  }()};
  return fmt::format("{:016x}", next.fetch_add(0x9E3779B97F4A7C15ULL));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == '*' || c == ':';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

Pairs query_parameters(std::string_view query) {
  Pairs out;
  if (query.empty()) return out;
  for (const std::string_view part : text::split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    out.emplace_back(percent_decoded(part.substr(0, equals), true), percent_decoded(value, true));
  }
  return out;
}

struct Server::Impl {
  Impl(const ServerOptions& o, ServerHooks h) : options(o), hooks(std::move(h)) {}

  /// One request on its way through.
  struct Exchange {
    Impl* server = nullptr;
    MHD_Connection* mhd = nullptr;
    Connection* connection = nullptr;
    Request request;
    std::string uri;
    std::optional<Response> response;
    bool begun = false;
    std::size_t received = 0;
    std::uint64_t sent = 0;
    int status = 0;
    std::string note;
  };

  // --- Connections: a table of who waits for what since when -------------------------------------------------------

  void opened(MHD_Connection* mhd, void** context) {
    auto* connection = new Connection;  // owned by libmicrohttpd's context until closed()
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    *context = connection;
    const std::lock_guard lock(table_mutex);
    connection->place = table.insert(table.end(), connection);
    if (table.size() > options.connections) make_room();
  }

  void closed(void** context) {
    std::unique_ptr<Connection> connection(static_cast<Connection*>(*context));
    *context = nullptr;
    if (!connection) return;
    const std::lock_guard lock(table_mutex);
    table.erase(connection->place);
  }

  /// Closes the connection that has been idle for longest, else the one whose head takes longest. The descriptor stays
  /// open until libmicrohttpd's thread has seen the end of it and taken it out of the table.
  void make_room() {
    Connection* victim = nullptr;
    for (const Phase phase : {Phase::idle, Phase::head}) {
      for (Connection* connection : table) {
        const bool candidate = connection->phase == phase && !connection->doomed;
        if (candidate && (victim == nullptr || connection->since < victim->since)) victim = connection;
      }
      if (victim != nullptr) break;
    }
    if (victim != nullptr) doom(*victim);
  }

  static void doom(Connection& connection) {
    connection.doomed = true;
    ::shutdown(connection.fd, SHUT_RDWR);
  }

  void reap() {
    while (!stopping) {
      std::this_thread::sleep_for(kReaperPeriod);
      const Time::time_point now = Time::now();
      const std::lock_guard lock(table_mutex);
      for (Connection* connection : table) {
        if (connection->doomed || connection->phase == Phase::answer) continue;
        const auto limit = connection->phase == Phase::head ? options.header_timeout : options.idle_timeout;
        if (now - connection->since > limit) doom(*connection);
      }
    }
  }

  void enter(Connection* connection, Phase phase) {
    if (connection == nullptr) return;
    const std::lock_guard lock(table_mutex);
    connection->phase = phase;
    connection->since = Time::now();
  }

  // --- A request, step by step, on libmicrohttpd's thread -----------------------------------------------------------

  static Connection* connection_of(MHD_Connection* mhd) {
    const MHD_ConnectionInfo* info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == nullptr ? nullptr : static_cast<Connection*>(info->socket_context);
  }

  void* line_read(const char* uri, MHD_Connection* mhd) {
    auto exchange = std::make_unique<Exchange>();
    exchange->server = this;
    exchange->mhd = mhd;
    exchange->connection = connection_of(mhd);
    exchange->uri = uri;
    exchange->request.arrived = Time::now();
    exchange->request.id = new_id();
    enter(exchange->connection, Phase::head);
    ++in_flight;
    return exchange.release();  // deleted in completed()
  }

  void completed(void** context) {
    std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*context));
    *context = nullptr;
    if (!exchange) return;
    enter(exchange->connection, Phase::idle);
    if (exchange->status != 0) {
      hooks.served(
          {.request = exchange->request,
           .status = exchange->status,
           .bytes = exchange->sent,
           .took = std::chrono::duration_cast<std::chrono::microseconds>(Time::now() - exchange->request.arrived),
           .note = exchange->note});
    }
    exchange.reset();
    --in_flight;
  }

  MHD_Result begin(Exchange& exchange, const char* method) {
    exchange.begun = true;
    Request& request = exchange.request;
    request.method = method;
    MHD_get_connection_values(
        exchange.mhd, MHD_HEADER_KIND,
        [](void* to, MHD_ValueKind, const char* name, const char* value) {
          static_cast<Pairs*>(to)->emplace_back(text::ascii_lower(name), value != nullptr ? value : "");
          return MHD_YES;
        },
        &request.headers);
    if (const std::string_view id = request.header("x-request-id"); plain_id(id)) request.id = id;
    const std::size_t question = exchange.uri.find('?');
    request.path = percent_decoded(std::string_view{exchange.uri}.substr(0, question), false);
    if (question != std::string::npos) {
      request.parameters = query_parameters(std::string_view{exchange.uri}.substr(question + 1));
    }
    if (std::optional<Response> refused = refuse_head(exchange)) {
      // Where such a request ends is not known for sure: what follows it must not be read as another one.
      if (refused->status != 401) refused->headers.emplace_back("Connection", "close");
      return send(exchange, std::move(*refused));
    }
    enter(exchange.connection, Phase::body);
    return MHD_YES;
  }

  std::optional<Response> refuse_head(const Exchange& exchange) {
    Request& request = const_cast<Exchange&>(exchange).request;
    const auto count = [&](std::string_view name) {
      return std::count_if(request.headers.begin(), request.headers.end(),
                           [&](const auto& h) { return h.first == name; });
    };
    const MHD_ConnectionInfo* head = MHD_get_connection_info(exchange.mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (head != nullptr && head->header_size > options.header_bytes)
      return hooks.refuse(request, 431, fmt::format("request line and headers exceed {} bytes", options.header_bytes));
    if (count("host") > 1 || count("content-length") > 1 || count("transfer-encoding") > 1 ||
        (count("content-length") == 1 && count("transfer-encoding") == 1))
      return hooks.refuse(request, 400, "ambiguous headers");
    const std::string_view length = request.header("content-length");
    const bool digits = std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return hooks.refuse(request, 400, "Content-Length is no number");
    if (length.size() > 12 || (!length.empty() && std::stoull(std::string{length}) > options.body_bytes))
      return hooks.refuse(request, 413, fmt::format("the body exceeds {} bytes", options.body_bytes));
    Response refused = hooks.admit(request);
    if (refused.status != 0) return refused;
    return std::nullopt;
  }

  MHD_Result take_body(Exchange& exchange, const char* data, std::size_t* size) {
    exchange.received += *size;
    if (exchange.received <= options.body_bytes) {
      exchange.request.body.append(data, *size);
    } else {
      exchange.request.body.clear();
      exchange.request.body.shrink_to_fit();
      if (exchange.received > kBodyDiscarded) return MHD_NO;  // closes the connection
    }
    *size = 0;
    return MHD_YES;
  }

  MHD_Result go_on(Exchange& exchange) {
    if (exchange.response) return send(exchange, std::move(*exchange.response));
    if (exchange.received > options.body_bytes)
      return send(exchange, hooks.refuse(exchange.request, 413, "the body is too large"));
    enter(exchange.connection, Phase::answer);
    {
      const std::lock_guard lock(queue_mutex);
      if (queue.size() < options.queue && !stopping) {
        MHD_suspend_connection(exchange.mhd);
        queue.push_back(&exchange);
        work.notify_one();
        return MHD_YES;
      }
    }
    Response busy = hooks.refuse(exchange.request, 503, "too many requests are waiting; try again");
    busy.headers.emplace_back("Retry-After", "1");
    return send(exchange, std::move(busy));
  }

  // --- Workers ------------------------------------------------------------------------------------------------------

  void serve() {
    for (;;) {
      Exchange* exchange = nullptr;
      {
        std::unique_lock lock(queue_mutex);
        work.wait(lock, [&] { return workers_stop || !queue.empty(); });
        if (queue.empty()) return;
        exchange = queue.front();
        queue.pop_front();
      }
      try {
        exchange->response = hooks.handle(exchange->request);
      } catch (const std::exception& error) {
        exchange->response = hooks.refuse(exchange->request, 500, "an error of ours; the log says more");
        exchange->response->note = error.what();
      }
      MHD_resume_connection(exchange->mhd);
    }
  }

  // --- Answers ------------------------------------------------------------------------------------------------------

  /// What libmicrohttpd reads a stream through.
  struct Reader {
    std::shared_ptr<BodyStream> stream;
    Exchange* exchange;
  };

  static ssize_t read_stream(void* context, std::uint64_t, char* to, std::size_t size) {
    auto& reader = *static_cast<Reader*>(context);
    MHD_Connection* mhd = reader.exchange->mhd;
    const ssize_t got = reader.stream->read(
        to, size, [mhd] { MHD_suspend_connection(mhd); }, [mhd] { MHD_resume_connection(mhd); });
    if (got > 0) reader.exchange->sent += static_cast<std::uint64_t>(got);
    if (got == static_cast<ssize_t>(BodyStream::End::done)) return MHD_CONTENT_READER_END_OF_STREAM;
    if (got == static_cast<ssize_t>(BodyStream::End::broken)) return MHD_CONTENT_READER_END_WITH_ERROR;
    return got;
  }

  static void free_stream(void* context) {
    const std::unique_ptr<Reader> reader(static_cast<Reader*>(context));
    reader->stream->cancel();
  }

  MHD_Result send(Exchange& exchange, Response response) {
    enter(exchange.connection, Phase::answer);
    exchange.status = response.status;
    exchange.note = std::move(response.note);
    using Handle = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;
    Handle handle(nullptr, MHD_destroy_response);
    if (response.stream) {
      {
        const std::lock_guard lock(streams_mutex);
        std::erase_if(streams, [](const auto& s) { return s.expired(); });
        streams.push_back(response.stream);
      }
      auto reader = std::make_unique<Reader>(Reader{response.stream, &exchange});
      handle.reset(
          MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64U * 1024U, read_stream, reader.release(), free_stream));
    } else {
      exchange.sent = exchange.request.method == "HEAD" ? 0 : response.body.size();
      auto body = std::make_unique<std::string>(std::move(response.body));
      char* bytes = body->data();
      const std::size_t size = body->size();
      handle.reset(MHD_create_response_from_buffer_with_free_callback_cls(
          size, bytes, [](void* owned) { delete static_cast<std::string*>(owned); }, body.release()));
    }
    if (!handle) return MHD_NO;
    if (!response.type.empty()) MHD_add_response_header(handle.get(), "Content-Type", response.type.c_str());
    for (const auto& [name, value] : response.headers) {
      // A value with a line end is refused by libmicrohttpd, so that none can add a header.
      MHD_add_response_header(handle.get(), name.c_str(), value.c_str());
    }
    MHD_add_response_header(handle.get(), "X-Request-Id", exchange.request.id.c_str());
    if (draining) MHD_add_response_header(handle.get(), "Connection", "close");
    return MHD_queue_response(exchange.mhd, static_cast<unsigned>(response.status), handle.get());
  }

  // --- Start and stop -----------------------------------------------------------------------------------------------

  void listen() {
    raise_descriptor_limit();
    static constexpr unsigned kFlags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_TURBO;
    std::vector<MHD_OptionItem> more;
    sockaddr_storage address{};
    const bool v6 = options.address.find(':') != std::string::npos;
    if (options.listen_socket >= 0) {
      more.push_back({MHD_OPTION_LISTEN_SOCKET, options.listen_socket, nullptr});
    } else {
      if (v6) {
        auto* v6_address = reinterpret_cast<sockaddr_in6*>(&address);
        v6_address->sin6_family = AF_INET6;
        v6_address->sin6_port = htons(options.port);
        if (::inet_pton(AF_INET6, options.address.c_str(), &v6_address->sin6_addr) != 1) throw_address();
      } else {
        auto* v4_address = reinterpret_cast<sockaddr_in*>(&address);
        v4_address->sin_family = AF_INET;
        v4_address->sin_port = htons(options.port);
        if (::inet_pton(AF_INET, options.address.c_str(), &v4_address->sin_addr) != 1) throw_address();
      }
      more.push_back({MHD_OPTION_SOCK_ADDR, 0, &address});
      more.push_back({MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, nullptr});
    }
    more.push_back({MHD_OPTION_END, 0, nullptr});
    errno = 0;
    daemon = MHD_start_daemon(
        kFlags | (v6 ? unsigned{MHD_USE_IPv6} : 0U), options.port, nullptr, nullptr, &on_access, this,
        MHD_OPTION_URI_LOG_CALLBACK, &on_line, this, MHD_OPTION_NOTIFY_COMPLETED, &on_completed, this,
        MHD_OPTION_NOTIFY_CONNECTION, &on_connection, this, MHD_OPTION_CONNECTION_LIMIT, options.connections + kSlack,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_CONNECTION_TIMEOUT,
        static_cast<unsigned>(std::chrono::duration_cast<std::chrono::seconds>(options.idle_timeout).count()),
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024U, MHD_OPTION_ARRAY, more.data(),
        MHD_OPTION_END);
    if (daemon == nullptr) {
      throw Error(ErrorCode::io, fmt::format("{}:{}", options.address, options.port),
                  fmt::format("cannot listen: {}", errno != 0 ? std::strerror(errno) : "refused"));
    }
  }

  [[noreturn]] void throw_address() const {
    throw Error(ErrorCode::usage, options.address, "is no address; write 127.0.0.1, 0.0.0.0 or ::1");
  }

  static void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }

  void stop(std::chrono::milliseconds grace) {
    if (daemon == nullptr) return;
    const Time::time_point end = Time::now() + grace;
    draining = true;
    const int listening = MHD_quiesce_daemon(daemon);
    while (in_flight > 0 && Time::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stopping = true;
    {
      const std::lock_guard lock(queue_mutex);
      workers_stop = true;
    }
    work.notify_all();
    for (std::thread& worker : workers) worker.join();
    {
      const std::lock_guard lock(streams_mutex);
      for (const auto& weak : streams) {
        if (const auto stream = weak.lock()) stream->cancel();
      }
    }
    reaper.join();
    MHD_stop_daemon(daemon);
    daemon = nullptr;
    if (listening != MHD_INVALID_SOCKET) ::close(listening);
  }

  static MHD_Result on_access(void* self, MHD_Connection*, const char*, const char* method, const char*,
                              const char* data, std::size_t* size, void** context) {
    if (*context == nullptr) return MHD_NO;
    auto& exchange = *static_cast<Exchange*>(*context);
    auto& server = *static_cast<Impl*>(self);
    try {
      if (!exchange.begun) return server.begin(exchange, method);
      if (*size > 0) return server.take_body(exchange, data, size);
      return server.go_on(exchange);
    } catch (const std::exception&) {  // must not unwind through C; closes the connection
      return MHD_NO;
    }
  }
  static void* on_line(void* self, const char* uri, MHD_Connection* mhd) {
    return static_cast<Impl*>(self)->line_read(uri, mhd);
  }
  static void on_completed(void* self, MHD_Connection*, void** context, MHD_RequestTerminationCode) {
    static_cast<Impl*>(self)->completed(context);
  }
  static void on_connection(void* self, MHD_Connection* mhd, void** context, MHD_ConnectionNotificationCode what) {
    auto& server = *static_cast<Impl*>(self);
    what == MHD_CONNECTION_NOTIFY_STARTED ? server.opened(mhd, context) : server.closed(context);
  }

  ServerOptions options;
  ServerHooks hooks;
  MHD_Daemon* daemon = nullptr;
  mutable std::mutex table_mutex;
  std::list<Connection*> table;
  mutable std::mutex queue_mutex;
  std::condition_variable work;
  std::deque<Exchange*> queue;
  bool workers_stop = false;
  std::mutex streams_mutex;
  std::vector<std::weak_ptr<BodyStream>> streams;
  std::atomic<bool> draining{false};
  std::atomic<bool> stopping{false};
  std::atomic<int> in_flight{0};
  std::vector<std::thread> workers;
  std::thread reaper;
};

Server::Server(const ServerOptions& options, ServerHooks hooks)
    : impl_(std::make_unique<Impl>(options, std::move(hooks))) {
  impl_->listen();
  impl_->reaper = std::thread([impl = impl_.get()] { impl->reap(); });
  for (unsigned i = 0; i < std::max(1U, options.workers); ++i) {
    impl_->workers.emplace_back([impl = impl_.get()] { impl->serve(); });
  }
}

Server::~Server() {
  stop(std::chrono::milliseconds{0});
}

std::uint16_t Server::port() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(impl_->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? impl_->options.port : info->port;
}

std::size_t Server::connections() const {
  const std::lock_guard lock(impl_->table_mutex);
  return impl_->table.size();
}

std::size_t Server::queued() const {
  const std::lock_guard lock(impl_->queue_mutex);
  return impl_->queue.size();
}

void Server::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

}  // namespace dateline::searcher::http

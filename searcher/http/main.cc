// dateline-serve: an index over HTTP.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/Error.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <string>
#include <vector>

#include "common/cli/completion.h"
#include "common/cli/man_page.h"
#include "common/clock.h"
#include "common/exit_status.h"
#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "searcher/http/mcp.h"
#include "searcher/http/options.h"
#include "searcher/http/service.h"
#include "searcher/output/terminal.h"

namespace dateline::searcher::http {
namespace {

constexpr const char* kProgram = "dateline-serve";
constexpr std::chrono::seconds kGrace{10};
constexpr int kFirstPassedSocket = 3;  ///< sd_listen_fds(3)

void say(std::string_view line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << line << '\n';
}

void complain(std::string_view line) {
  say(fmt::format("{}: {}", kProgram, printable(line)));
}

const char* variable(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
}

/// The listening socket that systemd hands over, or -1. The protocol is that of sd_listen_fds(3).
int passed_socket() {
  const char* process = variable("LISTEN_PID");
  const char* count = variable("LISTEN_FDS");
  if (process == nullptr || count == nullptr || std::atoi(process) != ::getpid() || std::atoi(count) < 1) return -1;
  return kFirstPassedSocket;
}

/// Tells systemd, if it asked, how things are: sd_notify(3).
void notify(std::string_view state) {
  const char* where = variable("NOTIFY_SOCKET");
  if (where == nullptr || *where == '\0') return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(where);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, where, length);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  ::close(fd);
}

ExitStatus hash_token_line() {
  std::string token;
  std::getline(std::cin, token);
  const std::string_view trimmed = text::trim(token);
  if (trimmed.size() < 16) throw Error(ErrorCode::usage, "token", "has less than 16 characters; take a longer one");
  std::cout << hash_token(trimmed) << "\tname\n";
  return ExitStatus::ok;
}

/// Serves until a signal says to stop.
ExitStatus serve(const Options& options, SearcherPool& pool, const Clock& clock) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  // Before any thread, so that all inherit it and only sigwait sees the signals.
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  ServiceOptions service_options{.hosts = options.hosts,
                                 .origins = options.origins,
                                 .log_queries = options.log_queries,
                                 .deadline = std::chrono::milliseconds{options.deadline_ms}};
  if (!options.tokens.empty()) service_options.tokens = Tokens(options.tokens);
  service_options.hosts.push_back(options.server.address);
  const bool quiet = options.quiet;
  pool.prepare_facets();
  Service service(std::move(service_options), pool, clock, [quiet](std::string_view line) {
    if (!quiet) say(line);
  });
  ServerOptions server_options = options.server;
  server_options.listen_socket = passed_socket();
  Server server(server_options, service.hooks());
  service.watch(&server);
  const bool v6 = server_options.address.find(':') != std::string::npos;
  say(fmt::format("listening on http://{}{}{}:{}/", v6 ? "[" : "", server_options.address, v6 ? "]" : "",
                  server.port()));
  notify("READY=1");
  int signal = 0;
  sigwait(&stops, &signal);
  notify("STOPPING=1");
  service.drain();
  server.stop(kGrace);
  service.watch(nullptr);
  return ExitStatus::ok;
}

ExitStatus run(const Options& options) {
  if (options.man_page) {
    std::cout << cli::man_page(options.app(), serve_manual());
    return ExitStatus::ok;
  }
  if (!options.completion.empty()) {
    std::cout << (options.completion == "zsh" ? cli::zsh_completion(options.app())
                                              : cli::bash_completion(options.app()));
    return ExitStatus::ok;
  }
  if (options.hash_token) return hash_token_line();
  const SystemClock clock;
  SearcherPool pool(index_folder(options.index), clock);
  if (options.mcp) return serve_mcp(std::cin, std::cout, pool) ? ExitStatus::ok : ExitStatus::io;
  return serve(options, pool, clock);
}

int main_program(const std::vector<std::string>& args) {
  const auto code = [](ExitStatus status) { return static_cast<int>(status); };
  Options options;
  try {
    options.parse(args);
    return code(run(options));
  } catch (const CLI::CallForHelp&) {
    std::cout << options.app().help();
    return code(ExitStatus::ok);
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << '\n';
    return code(ExitStatus::ok);
  } catch (const CLI::ParseError& error) {
    complain(fmt::format("{}; --help shows all options", error.what()));
    return code(ExitStatus::usage);
  } catch (const Error& error) {
    complain(error.what());
    return code(exit_status(error.code()));
  } catch (const std::exception& error) {
    complain(fmt::format("internal error: {}; please report it", error.what()));
    return code(ExitStatus::internal);
  }
}

}  // namespace
}  // namespace dateline::searcher::http

int main(int argc, char** argv) {
  try {
    return dateline::searcher::http::main_program({argv + std::min(argc, 1), argv + argc});
  } catch (...) {
    return static_cast<int>(dateline::ExitStatus::internal);
  }
}

#include "indexer/readers/filter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "common/text.h"
#include "dateline/error.h"

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX names it.

namespace dateline::indexer {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  void reset(int fd) {
    close();
    fd_ = fd;
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

/// A command under way. Its input is a socket: writing to one that nobody reads raises no signal.
class Child {
 public:
  Child(const std::string& command, const FilterLimits& limits) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()) != 0) throw_errno();
    input.reset(in[0]);
    const Descriptor child_in(in[1]);
    if (::pipe2(out.data(), O_CLOEXEC) != 0) throw_errno();
    output.reset(out[0]);
    const Descriptor child_out(out[1]);
    if (::pipe2(err.data(), O_CLOEXEC) != 0) throw_errno();
    errors.reset(err[0]);
    const Descriptor child_err(err[1]);
    ::fcntl(input.get(), F_SETFL, O_NONBLOCK);
    // The shell sets the limits: between fork and exec a process with threads may do next to nothing.
    const std::string script =
        fmt::format("ulimit -v {}; ulimit -t {}; ulimit -c 0; {}", limits.memory >> 10, limits.cpu.count(), command);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, child_in.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, child_out.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, child_err.get(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string script_copy = script;
    std::array<char*, 4> arguments{shell.data(), flag.data(), script_copy.data(), nullptr};
    const int failed = ::posix_spawn(&pid_, shell.c_str(), &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw Error(ErrorCode::io, {}, std::strerror(failed));
  }
  /// A command that has not ended is killed with all that it started.
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its status, once it has ended; nothing if that is not before the deadline.
  std::optional<int> finish(std::chrono::steady_clock::time_point deadline) {
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) != pid_) {
      if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    ::kill(-std::exchange(pid_, -1), SIGKILL);  // What it left behind.
    return status;
  }

  Descriptor input;
  Descriptor output;
  Descriptor errors;

 private:
  [[noreturn]] static void throw_errno() { throw Error(ErrorCode::io, {}, std::strerror(errno)); }
  pid_t pid_ = -1;
};

/// Moves bytes between the source, the command and the answer.
class Exchange {
 public:
  Exchange(Child& child, ByteSource& source, const std::string& name, const FilterLimits& limits)
      : child_(child), source_(source), name_(name), limits_(limits), piece_(kPiece) {}

  /// Gives the status of the command.
  int run() {
    const auto deadline = std::chrono::steady_clock::now() + limits_.patience;
    while (child_.output.get() >= 0 || child_.errors.get() >= 0) {
      std::array<pollfd, 3> fds{
          {{child_.output.get(), POLLIN, 0}, {child_.errors.get(), POLLIN, 0}, {child_.input.get(), POLLOUT, 0}}};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) fail_late();
      if (::poll(fds.data(), fds.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 1000))) < 0 &&
          errno != EINTR)
        fail(std::strerror(errno));
      if (fds[0].revents != 0) take(child_.output, answer, limits_.output, "its filter answers more than {} bytes");
      if (fds[1].revents != 0) take(child_.errors, complaint, kPiece, {});
      if (fds[2].revents != 0) give();
    }
    child_.input.close();
    const std::optional<int> status = child_.finish(deadline);
    if (!status) fail_late();
    return *status;
  }

  std::string answer;
  std::string complaint;

 private:
  [[noreturn]] void fail(const std::string& reason) const { throw Error(ErrorCode::io, name_, reason); }

  [[noreturn]] void fail_late() const {
    fail(fmt::format("its filter took longer than {} s", limits_.patience.count()));
  }

  void take(Descriptor& from, std::string& to, std::size_t most, std::string_view too_much) {
    std::array<char, 16384> bytes{};
    const ssize_t n = ::read(from.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) return;
    if (n <= 0) return from.close();
    if (to.size() + static_cast<std::size_t>(n) <= most)
      to.append(bytes.data(), static_cast<std::size_t>(n));
    else if (!too_much.empty())
      fail(fmt::format(fmt::runtime(too_much), most));
  }

  void give() {
    if (at_ == end_) {
      at_ = 0;
      end_ = source_.read(piece_.data(), piece_.size());
      given_ += end_;
      if (given_ > limits_.input) fail(fmt::format("larger than the {} bytes that a filter is given", limits_.input));
    }
    if (end_ == 0) return child_.input.close();
    const ssize_t n = ::send(child_.input.get(), piece_.data() + at_, end_ - at_, MSG_NOSIGNAL);
    if (n >= 0)
      at_ += static_cast<std::size_t>(n);
    else if (errno != EINTR && errno != EAGAIN)
      child_.input.close();  // A filter need not read all.
  }

  Child& child_;
  ByteSource& source_;
  const std::string& name_;
  const FilterLimits& limits_;
  std::vector<char> piece_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t given_ = 0;
};

}  // namespace

std::string run_filter(const std::string& command, ByteSource& source, const std::string& name,
                       const FilterLimits& limits) {
  Child child(command, limits);
  Exchange exchange(child, source, name, limits);
  const int status = exchange.run();
  if (status != 0) {
    const std::string why = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                                : fmt::format("status {}", WEXITSTATUS(status));
    const std::string said =
        text::clean_line(std::string_view{exchange.complaint}.substr(0, exchange.complaint.find('\n')));
    throw Error(ErrorCode::io, name,
                fmt::format("its filter failed ({}){}{}", why, said.empty() ? "" : ": ", said.substr(0, 200)));
  }
  if (text::trim(exchange.answer).empty()) throw Error(ErrorCode::io, name, "its filter answers nothing");
  return std::move(exchange.answer);
}

}  // namespace dateline::indexer

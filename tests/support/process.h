// Running the programs as a user would, for end-to-end tests.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dateline::test {

struct Finished {
  int status = -1;  ///< Exit status; 128 + signal if it was killed.
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string input;                                             ///< Given on standard input.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to the test's own.
  std::chrono::milliseconds kill_after{0};                       ///< SIGKILL after this time; 0: never.
};

/// Runs a program to its end. Output of any size is taken in; a run of more than five minutes is killed.
inline Finished run(const std::vector<std::string>& command, const RunOptions& options = {}) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 ||
      ::pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe");
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  ::signal(SIGPIPE, SIG_IGN);
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);

  Finished finished;
  const auto deadline = std::chrono::steady_clock::now() +
                        (options.kill_after.count() > 0 ? options.kill_after : std::chrono::milliseconds{300'000});
  std::size_t written = 0;
  bool in_open = true;
  bool out_open = true;
  bool err_open = true;
  bool killed = false;
  const auto take = [](int fd, std::string& into, bool& open) {
    std::array<char, 65536> piece{};
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n > 0) into.append(piece.data(), static_cast<std::size_t>(n));
    if (n == 0) open = false;
  };
  while (out_open || err_open) {
    if (in_open && written == options.input.size()) {
      ::close(in[1]);
      in_open = false;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0 && !killed) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    std::array<pollfd, 3> fds{
        {{out_open ? out[0] : -1, POLLIN, 0}, {err_open ? err[0] : -1, POLLIN, 0}, {in_open ? in[1] : -1, POLLOUT, 0}}};
    ::poll(fds.data(), fds.size(), killed ? 1000 : static_cast<int>(std::min<long long>(left, 1000)));
    if (out_open && fds[0].revents != 0) take(out[0], finished.out, out_open);
    if (err_open && fds[1].revents != 0) take(err[0], finished.err, err_open);
    if (in_open && fds[2].revents != 0) {
      const ssize_t n = ::write(in[1], options.input.data() + written, options.input.size() - written);
      if (n > 0) written += static_cast<std::size_t>(n);
      if (n < 0 && errno != EAGAIN) written = options.input.size();
    }
  }
  if (in_open) ::close(in[1]);
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

}  // namespace dateline::test

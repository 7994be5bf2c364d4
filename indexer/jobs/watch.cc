#include "indexer/jobs/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "dateline/error.h"

namespace dateline::indexer {
namespace fs = std::filesystem;

FolderWatch::FolderWatch(const std::vector<std::string>& paths) : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (fd_ < 0) throw Error(ErrorCode::io, "inotify", std::strerror(errno));
  try {
    for (const std::string& path : paths) add(path);
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

FolderWatch::~FolderWatch() {
  ::close(fd_);
}

void FolderWatch::add(const fs::path& path) {
  constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
  const int watch = ::inotify_add_watch(fd_, path.c_str(), kEvents);
  if (watch < 0) {
    if (errno == ENOENT || errno == EACCES) return;  // The job names it.
    const std::string reason = errno == ENOSPC ? "more folders than fs.inotify.max_user_watches" : std::strerror(errno);
    throw Error(ErrorCode::io, path.string(), "cannot watch: " + reason);
  }
  if (folders_.size() <= static_cast<std::size_t>(watch)) folders_.resize(static_cast<std::size_t>(watch) + 1);
  folders_[static_cast<std::size_t>(watch)] = path;
  std::error_code error;
  if (!fs::is_directory(path, error)) return;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    if (it->is_directory(unknown) && !it->is_symlink(unknown)) add(it->path());
  }
}

bool FolderWatch::take_events() {
  bool any = false;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t n = ::read(fd_, buffer.data(), buffer.size());
    if (n <= 0) return any;
    for (std::size_t at = 0; at < static_cast<std::size_t>(n);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string name = event.len > 0 ? std::string{buffer.data() + at + sizeof event} : std::string{};
      at += sizeof event + event.len;
      any = any || !name.starts_with('.');
      const bool folder = (event.mask & IN_ISDIR) != 0 && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
      if (folder && event.wd >= 0 && static_cast<std::size_t>(event.wd) < folders_.size())
        add(folders_[static_cast<std::size_t>(event.wd)] / name);
    }
  }
}

bool FolderWatch::wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most, const std::atomic<bool>& stop) {
  using std::chrono::steady_clock;
  const auto begin = steady_clock::now();
  auto first = steady_clock::time_point::max();
  auto last = begin;
  while (!stop) {
    const auto now = steady_clock::now();
    const bool changed = first != steady_clock::time_point::max();
    if (changed && (now - last >= quiet || now - first >= 10 * quiet)) return true;
    if (!changed && now - begin >= most) return false;
    pollfd poll_fd{fd_, POLLIN, 0};
    ::poll(&poll_fd, 1,
           static_cast<int>(std::min<std::chrono::milliseconds>(quiet, std::chrono::milliseconds{200}).count()));
    if (!take_events()) continue;
    last = steady_clock::now();
    first = std::min(first, last);
  }
  return false;
}

}  // namespace dateline::indexer

#include "common/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void throw_errno(const fs::path& path, const std::string& doing) {
  throw Error(ErrorCode::io, path.string(), doing + ": " + std::strerror(errno));
}

struct FileDescriptor {
  explicit FileDescriptor(int f) : fd(f) {}
  ~FileDescriptor() {
    if (fd >= 0) ::close(fd);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int fd;
};

}  // namespace

void fsync_folder(const fs::path& folder) {
  const FileDescriptor dir{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (dir.fd < 0 || ::fsync(dir.fd) != 0) throw_errno(folder, "cannot sync");
}

void fsync_tree(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) {
      fsync_tree(it->path());
    } else if (!error && it->is_regular_file(error)) {
      const FileDescriptor file{::open(it->path().c_str(), O_RDONLY | O_CLOEXEC)};
      if (file.fd < 0 || ::fsync(file.fd) != 0) throw_errno(it->path(), "cannot sync");
    }
    if (error) break;
  }
  if (error) throw Error(ErrorCode::io, folder.string(), error.message());
  fsync_folder(folder);
}

void write_atomically(const fs::path& path, std::string_view content) {
  const fs::path temporary = path.string() + ".tmp";
  {
    const FileDescriptor file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (file.fd < 0) throw_errno(temporary, "cannot create");
    for (std::string_view rest = content; !rest.empty();) {
      const ssize_t n = ::write(file.fd, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw_errno(temporary, "cannot write");
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(file.fd) != 0) throw_errno(temporary, "cannot sync");
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno(path, "cannot replace");
  fsync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace dateline

#include "indexer/readers/byte_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dateline/error.h"

namespace dateline::indexer {

std::size_t ByteSource::read(char* out, std::size_t size) {
  if (head_read_ < head_.size()) {
    const std::size_t n = std::min(size, head_.size() - head_read_);
    std::memcpy(out, head_.data() + head_read_, n);
    head_read_ += n;
    return n;
  }
  const std::size_t n = read_some(out, size);
  if (n == 0 && damaged() && !tolerant_) throw_damage();
  return n;
}

void ByteSource::throw_damage() const {
  throw Error(ErrorCode::io, {}, "damaged");
}

std::string_view ByteSource::peek(std::size_t size) {
  while (head_.size() < size) {
    const std::size_t before = head_.size();
    head_.resize(size);
    const std::size_t n = read_some(head_.data() + before, size - before);
    head_.resize(before + n);
    if (n == 0) break;
  }
  return std::string_view{head_}.substr(0, size);
}

std::size_t FdSource::read_some(char* out, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd_, out, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) throw Error(ErrorCode::io, name_, std::string{"cannot read: "} + std::strerror(errno));
  }
}

std::size_t StringSource::read_some(char* out, std::size_t size) {
  const std::size_t n = std::min(size, bytes_.size());
  std::memcpy(out, bytes_.data(), n);
  bytes_.remove_prefix(n);
  return n;
}

}  // namespace dateline::indexer

#include "indexer/jobs/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "dateline/error.h"

namespace dateline::indexer {
namespace {

struct HashState {
  HashState() : state(XXH3_createState()) { XXH3_64bits_reset(state); }
  ~HashState() { XXH3_freeState(state); }
  HashState(const HashState&) = delete;
  HashState& operator=(const HashState&) = delete;
  XXH3_state_t* state;
};

std::int64_t nanoseconds(const timespec& t) {
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

class InputFile::HashingSource final : public ByteSource {
 public:
  explicit HashingSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] std::uint64_t hash() const { return XXH3_64bits_digest(hash_.state); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    const std::size_t n = inner_->read(out, size);
    XXH3_64bits_update(hash_.state, out, n);
    bytes_ += n;
    return n;
  }
  std::unique_ptr<ByteSource> inner_;
  HashState hash_;
  std::uint64_t bytes_ = 0;
};

InputFile::InputFile(const std::filesystem::path& path, bool below_folder) : owned_(true), name_(path.string()) {
  fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (below_folder ? O_NOFOLLOW | O_NONBLOCK : 0));
  if (fd_ < 0) throw Error(ErrorCode::io, name_, std::strerror(errno));
  struct stat s {};
  if (::fstat(fd_, &s) != 0) throw Error(ErrorCode::io, name_, std::strerror(errno));
  regular_ = S_ISREG(s.st_mode);
  if (below_folder && !regular_) throw Error(ErrorCode::io, name_, "not a regular file");
  state_ = {.size = s.st_size,
            .modified_ns = nanoseconds(s.st_mtim),
            .changed_ns = nanoseconds(s.st_ctim),
            .inode = static_cast<std::int64_t>(s.st_ino),
            .device = static_cast<std::int64_t>(s.st_dev)};
  hashing_ = std::make_unique<HashingSource>(std::make_unique<FdSource>(fd_, name_));
  source_ = hashing_.get();
}

InputFile::InputFile()
    : fd_(STDIN_FILENO),
      name_("-"),
      hashing_(std::make_unique<HashingSource>(std::make_unique<FdSource>(STDIN_FILENO, "-"))),
      source_(hashing_.get()) {}

InputFile::InputFile(std::string url, std::string content)
    : name_(std::move(url)),
      content_(std::move(content)),
      hashing_(std::make_unique<HashingSource>(std::make_unique<StringSource>(content_))),
      source_(hashing_.get()) {
  state_.size = static_cast<std::int64_t>(content_.size());
}

InputFile::~InputFile() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

std::uint64_t InputFile::hash_content() {
  if (fd_ < 0) return XXH3_64bits(content_.data(), content_.size());
  HashState hash;
  FdSource source(fd_, name_);
  std::vector<char> piece(std::size_t{1} << 20);
  while (const std::size_t n = source.read(piece.data(), piece.size())) XXH3_64bits_update(hash.state, piece.data(), n);
  if (::lseek(fd_, 0, SEEK_SET) != 0) throw Error(ErrorCode::io, name_, std::strerror(errno));
  return XXH3_64bits_digest(hash.state);
}

std::uint64_t InputFile::hash_read() const {
  return hashing_->hash();
}

std::uint64_t InputFile::bytes_read() const {
  return hashing_->bytes();
}

}  // namespace dateline::indexer

// Where bytes come from: a file or standard input, read in pieces.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dateline::indexer {

/// Reads forward, once. The head can be looked at before it is consumed.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills at most `size` bytes, 0 at the end. Throws Error(io).
  std::size_t read(char* out, std::size_t size);
  /// The first bytes (at most `size`, fewer only if the input is shorter); they stay to be read. Before any read.
  std::string_view peek(std::size_t size);

  /// Some sources can go on behind a stretch that is damaged. For a reader that asks for it, read() then gives 0 there,
  /// damaged() says that this is not the end, and resume() makes read() go on. Otherwise read() throws Error(io).
  void tolerate_damage() { tolerant_ = true; }
  [[nodiscard]] virtual bool damaged() const { return false; }
  virtual void resume() {}

 protected:
  virtual std::size_t read_some(char* out, std::size_t size) = 0;
  [[noreturn]] virtual void throw_damage() const;

 private:
  std::string head_;
  std::size_t head_read_ = 0;
  bool tolerant_ = false;
};

/// A file descriptor, which it does not own; `name` is for errors.
class FdSource final : public ByteSource {
 public:
  FdSource(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override;
  int fd_;
  std::string name_;
};

class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string_view bytes) : bytes_(bytes) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override;
  std::string_view bytes_;
};

}  // namespace dateline::indexer

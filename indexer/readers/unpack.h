// Compressed streams: gzip (RFC 1952), Zstandard (RFC 8878), xz, bzip2, LZ4 frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/readers/byte_source.h"
#include "indexer/readers/reader.h"

namespace dateline::indexer {

enum class Compression { gzip, zstd, xz, bzip2, lz4 };

/// By the magic number that `head` begins with.
[[nodiscard]] std::optional<Compression> compression_of(std::string_view head);

/// "feeds/a.jsonl.gz" -> "feeds/a.jsonl"; "archive.tgz" -> "archive.tar". Other names stay.
[[nodiscard]] std::string_view name_when_unpacked(std::string_view name);

/// The bytes of the stream `packed`, which must outlive it, concatenated members and frames one after the other.
/// Reading throws Error(io) with `name` as its subject when the stream is damaged or exceeds a limit. A damaged gzip
/// member of several is a damaged() stretch instead: resume() goes on at the next member.
[[nodiscard]] std::unique_ptr<ByteSource> unpack(Compression compression, ByteSource& packed, std::string name,
                                                 const UnpackLimits& limits);

/// Keeps account of what unpacking costs.
class UnpackMeter {
 public:
  UnpackMeter(std::string name, const UnpackLimits& limits) : name_(std::move(name)), limits_(limits) {}
  void took(std::size_t bytes) { in_ += bytes; }
  /// Throws Error(io) when the output so far is beyond what the limits allow for the input so far.
  void gave(std::size_t bytes, std::chrono::nanoseconds spent = {});
  [[noreturn]] void fail(const std::string& reason) const;
  [[nodiscard]] const std::string& name() const { return name_; }
  /// A limit was passed; what goes on would be unpacked in vain.
  [[nodiscard]] bool exceeded() const { return exceeded_; }

 private:
  std::string name_;
  UnpackLimits limits_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  std::chrono::nanoseconds spent_{};
  bool exceeded_ = false;
};

}  // namespace dateline::indexer

#include "indexer/readers/unpack.h"

#include <archive.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "common/text.h"
#include "dateline/error.h"

namespace dateline::indexer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::string_view kGzipMagic = "\x1F\x8B\x08";

/// What is there of the packed bytes.
class PackedBuffer {
 public:
  PackedBuffer(ByteSource& packed, UnpackMeter& meter) : packed_(packed), meter_(meter), bytes_(kPiece) {}

  [[nodiscard]] std::string_view rest() const { return {bytes_.data() + at_, end_ - at_}; }
  void consume(std::size_t n) { at_ += n; }
  /// Reads on if nothing is left; false at the end.
  bool fill() { return at_ < end_ || more(); }
  /// Reads on behind what is left, which is moved to the front; false at the end or when the buffer is full.
  bool more() {
    std::memmove(bytes_.data(), bytes_.data() + at_, end_ - at_);
    end_ -= at_;
    at_ = 0;
    const std::size_t n = packed_.read(bytes_.data() + end_, bytes_.size() - end_);
    end_ += n;
    meter_.took(n);
    return n > 0;
  }

 private:
  ByteSource& packed_;
  UnpackMeter& meter_;
  std::vector<char> bytes_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

class GzipSource final : public ByteSource {
 public:
  GzipSource(ByteSource& packed, std::string name, const UnpackLimits& limits)
      : meter_(std::move(name), limits), in_(packed, meter_) {
    if (inflateInit2(&z_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~GzipSource() override { inflateEnd(&z_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  [[nodiscard]] bool damaged() const override { return damaged_; }
  void resume() override { damaged_ = false; }

 private:
  [[noreturn]] void throw_damage() const override {
    meter_.fail(ended_early_ ? "damaged: the gzip stream ends early" : "damaged: a gzip member cannot be unpacked");
  }

  static constexpr int kGzipWindow = 16 + MAX_WBITS;

  std::size_t read_some(char* out, std::size_t size) override {
    if (damaged_) return 0;
    const auto begin = Clock::now();
    std::size_t given = 0;
    while (given == 0 && in_.fill()) {
      if (between_members_ && !begin_member()) break;
      given = inflate_some(out, size);
      if (damaged_) break;
    }
    if (given == 0 && !damaged_ && !between_members_ && !in_.fill()) {
      between_members_ = true;  // Said once; then it is the end.
      damaged_ = ended_early_ = true;
    }
    meter_.gave(given, Clock::now() - begin);
    return given;
  }

  /// Behind a member come the next one, padding with zeros, or (a clipped download) litter, which ends the stream.
  bool begin_member() {
    while (in_.rest().size() < kGzipMagic.size() && in_.more()) {
    }
    if (!in_.rest().starts_with(kGzipMagic) && !find_member()) return false;
    inflateReset2(&z_, kGzipWindow);
    between_members_ = false;
    return true;
  }

  bool find_member() {
    for (;;) {
      const std::string_view rest = in_.rest();
      const std::size_t found = rest.find(kGzipMagic);
      if (found != std::string_view::npos) {
        in_.consume(found);
        return true;
      }
      in_.consume(rest.size() - std::min(rest.size(), kGzipMagic.size() - 1));
      if (!in_.more()) {
        in_.consume(in_.rest().size());
        return false;
      }
    }
  }

  std::size_t inflate_some(char* out, std::size_t size) {
    const std::string_view rest = in_.rest();
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));  // zlib only reads it
    z_.avail_in = static_cast<uInt>(rest.size());
    z_.next_out = reinterpret_cast<Bytef*>(out);
    z_.avail_out = static_cast<uInt>(std::min(size, std::size_t{1} << 30));
    const uInt room = z_.avail_out;
    const int result = inflate(&z_, Z_NO_FLUSH);
    in_.consume(rest.size() - z_.avail_in);
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      damaged_ = true;
      between_members_ = true;
    }
    return room - z_.avail_out;
  }

  UnpackMeter meter_;
  PackedBuffer in_;
  z_stream z_{};
  bool between_members_ = true;
  bool damaged_ = false;
  bool ended_early_ = false;
};

/// Zstandard frames one after the other. A first skippable frame of the type that the WARC-Zstandard proposal gives it
/// holds the dictionary of the others (https://iipc.github.io/warc-specifications/specifications/warc-zstd/).
class ZstdSource final : public ByteSource {
 public:
  ZstdSource(ByteSource& packed, std::string name, const UnpackLimits& limits)
      : meter_(std::move(name), limits), in_(packed, meter_), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindowLog);
  }

 private:
  static constexpr int kLargestWindowLog = 27;  // 128 MiB, what `zstd --long` writes at most by default.
  static constexpr std::uint32_t kDictionaryFrame = 0x184D2A5D;
  static constexpr std::size_t kLargestDictionary = std::size_t{16} << 20;

  std::size_t read_some(char* out, std::size_t size) override {
    const auto begin = Clock::now();
    if (!begun_) read_dictionary();
    begun_ = true;
    ZSTD_outBuffer to{out, size, 0};
    while (to.pos == 0) {
      if (!in_.fill()) {
        if (in_frame_) meter_.fail("damaged: the Zstandard stream ends early");
        break;
      }
      const std::string_view rest = in_.rest();
      ZSTD_inBuffer from{rest.data(), rest.size(), 0};
      const std::size_t result = ZSTD_decompressStream(context_.get(), &to, &from);
      in_.consume(from.pos);
      if (ZSTD_isError(result) != 0) meter_.fail(fmt::format("damaged: Zstandard: {}", ZSTD_getErrorName(result)));
      in_frame_ = result != 0;
    }
    meter_.gave(to.pos, Clock::now() - begin);
    return to.pos;
  }

  void read_dictionary() {
    while (in_.rest().size() < 8 && in_.more()) {
    }
    if (in_.rest().size() < 8 || little_endian(in_.rest()) != kDictionaryFrame) return;
    const std::size_t size = little_endian(in_.rest().substr(4));
    if (size > kLargestDictionary) meter_.fail("a Zstandard dictionary larger than 16 MiB");
    in_.consume(8);
    std::string dictionary;
    while (dictionary.size() < size && in_.fill()) {
      const std::string_view part = in_.rest().substr(0, size - dictionary.size());
      dictionary += part;
      in_.consume(part.size());
    }
    if (compression_of(dictionary) == Compression::zstd) dictionary = unpacked_dictionary(dictionary);
    ZSTD_DCtx_loadDictionary(context_.get(), dictionary.data(), dictionary.size());
  }

  std::string unpacked_dictionary(std::string_view packed) const {
    std::string plain(kLargestDictionary, '\0');
    const std::size_t n = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    if (ZSTD_isError(n) != 0) meter_.fail("damaged: the Zstandard dictionary cannot be unpacked");
    plain.resize(n);
    return plain;
  }

  static std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
  }

  UnpackMeter meter_;
  PackedBuffer in_;
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  bool begun_ = false;
  bool in_frame_ = false;
};

/// The streams that libarchive unpacks.
class FilterSource final : public ByteSource {
 public:
  FilterSource(Compression compression, ByteSource& packed, std::string name, const UnpackLimits& limits)
      : meter_(std::move(name), limits),
        packed_(packed),
        buffer_(kPiece),
        archive_(archive_read_new(), archive_read_free) {
    if (!archive_) throw std::bad_alloc();
    const int filter = compression == Compression::xz      ? ARCHIVE_FILTER_XZ
                       : compression == Compression::bzip2 ? ARCHIVE_FILTER_BZIP2
                                                           : ARCHIVE_FILTER_LZ4;
    archive_read_append_filter(archive_.get(), filter);  // This one, once: libarchive would unpack 25 layers.
    archive_read_set_format(archive_.get(), ARCHIVE_FORMAT_RAW);
  }

 private:
  static la_ssize_t on_read(archive* a, void* self_pointer, const void** data) {
    auto& self = *static_cast<FilterSource*>(self_pointer);
    *data = self.buffer_.data();
    try {
      const std::size_t n = self.packed_.read(self.buffer_.data(), self.buffer_.size());
      self.meter_.took(n);
      return static_cast<la_ssize_t>(n);
    } catch (const std::exception& error) {
      archive_set_error(a, EIO, "%s", error.what());
      return ARCHIVE_FATAL;
    }
  }

  std::size_t read_some(char* out, std::size_t size) override {
    const auto begin = Clock::now();
    if (!begun_) {
      begun_ = true;
      archive_entry* entry = nullptr;
      if (archive_read_open(archive_.get(), this, nullptr, on_read, nullptr) != ARCHIVE_OK) fail();
      const int found = archive_read_next_header(archive_.get(), &entry);
      if (found == ARCHIVE_EOF) ended_ = true;
      if (found != ARCHIVE_OK && found != ARCHIVE_EOF) fail();
    }
    if (ended_) return 0;
    const la_ssize_t n = archive_read_data(archive_.get(), out, size);
    if (n < 0) fail();
    meter_.gave(static_cast<std::size_t>(n), Clock::now() - begin);
    return static_cast<std::size_t>(n);
  }

  [[noreturn]] void fail() const {
    const char* why = archive_error_string(archive_.get());
    meter_.fail(fmt::format("damaged: {}", why != nullptr ? why : "cannot be unpacked"));
  }

  UnpackMeter meter_;
  ByteSource& packed_;
  std::vector<char> buffer_;
  std::unique_ptr<archive, decltype(&archive_read_free)> archive_;
  bool begun_ = false;
  bool ended_ = false;
};

struct Ending {
  std::string_view packed;
  std::string_view unpacked;
};
constexpr std::array kEndings = std::to_array<Ending>({{".gz", ""},
                                                       {".zst", ""},
                                                       {".xz", ""},
                                                       {".bz2", ""},
                                                       {".lz4", ""},
                                                       {".tgz", ".tar"},
                                                       {".tbz2", ".tar"},
                                                       {".txz", ".tar"}});

}  // namespace

void UnpackMeter::gave(std::size_t bytes, std::chrono::nanoseconds spent) {
  constexpr std::uint64_t kFree = std::uint64_t{1} << 20;
  out_ += bytes;
  spent_ += spent;
  const auto seconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(spent_).count());
  const bool slow = spent_ > limits_.patience && out_ / seconds < limits_.slowest;
  const bool dense = out_ > kFree && out_ / limits_.ratio > in_;
  exceeded_ = slow || dense || out_ > limits_.total;
  if (dense) fail(fmt::format("more than {} times its size when unpacked; taken for a bomb", limits_.ratio));
  if (slow) fail("takes too long to unpack; taken for a bomb");
  if (exceeded_) fail(fmt::format("more than {} bytes when unpacked", limits_.total));
}

void UnpackMeter::fail(const std::string& reason) const {
  throw Error(ErrorCode::io, name_, reason);
}

std::optional<Compression> compression_of(std::string_view head) {
  if (head.starts_with(kGzipMagic)) return Compression::gzip;
  if (head.starts_with("\x28\xB5\x2F\xFD")) return Compression::zstd;
  if (head.size() >= 4 && head.substr(1).starts_with("\x2A\x4D\x18") && (head[0] & '\xF0') == '\x50')
    return Compression::zstd;  // A skippable frame; LZ4 has the same ones, but begins with none.
  if (head.starts_with(std::string_view{"\xFD"
                                        "7zXZ\0",
                                        6}))
    return Compression::xz;
  if (head.size() >= 10 && head.starts_with("BZh") && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4).starts_with("1AY&SY") || head.substr(4).starts_with("\x17rE8P\x90")))
    return Compression::bzip2;
  if (head.starts_with("\x04\x22\x4D\x18")) return Compression::lz4;
  return std::nullopt;
}

std::string_view name_when_unpacked(std::string_view name) {
  for (const Ending& ending : kEndings) {
    if (name.size() > ending.packed.size() &&
        text::ascii_iequals(name.substr(name.size() - ending.packed.size()), ending.packed) && ending.unpacked.empty())
      return name.substr(0, name.size() - ending.packed.size());
  }
  return name;
}

std::unique_ptr<ByteSource> unpack(Compression compression, ByteSource& packed, std::string name,
                                   const UnpackLimits& limits) {
  switch (compression) {
    case Compression::gzip:
      return std::make_unique<GzipSource>(packed, std::move(name), limits);
    case Compression::zstd:
      return std::make_unique<ZstdSource>(packed, std::move(name), limits);
    default:
      return std::make_unique<FilterSource>(compression, packed, std::move(name), limits);
  }
}

}  // namespace dateline::indexer

#include "indexer/jobs/remnants.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "common/sql.h"
#include "common/store/record_packing.h"
#include "dateline/error.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBlock = 8192;
constexpr std::size_t kBlockHeader = 11;
constexpr std::size_t kMostUnpacked = std::size_t{64} << 20;
/// Of 4,000 bytes (record_packing.h) in blocks of 8 KB.
constexpr unsigned kMostPartsOfPacked = 5;

std::uint8_t byte(std::string_view s, std::size_t at) {
  return static_cast<std::uint8_t>(s[at]);
}

/// Inflates streams one after another; `window_bits` as zlib has it.
class Inflater {
 public:
  explicit Inflater(int window_bits) { inflateInit2(&stream_, window_bits); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Whatever comes out before the input ends or turns out to be no stream. True if the stream was whole.
  bool inflate(std::string_view in, std::string& out) {
    inflateReset(&stream_);
    out.clear();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    for (;;) {
      const std::size_t before = out.size();
      out.resize(before + std::max<std::size_t>(4096, in.size() * 4));
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(out.size() - before);
      const int code = ::inflate(&stream_, Z_NO_FLUSH);
      out.resize(out.size() - stream_.avail_out);
      if (code == Z_STREAM_END) return true;
      if (code != Z_OK || out.size() > kMostUnpacked || (stream_.avail_in == 0 && stream_.avail_out > 0)) return false;
    }
  }

 private:
  z_stream stream_{};
};

/// The terms of a termlist tag, each with a line feed: they share their beginnings in the tag (glass's encoding).
std::string termlist_terms(std::string_view tag) {
  std::string out;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0; at < tag.size() && shift < 64; shift += 7) {
      const std::uint8_t b = byte(tag, at++);
      value |= std::uint64_t{b & 0x7FU} << shift;
      if (b < 0x80) break;
    }
    return value;
  };
  (void)varint();  // length of the document
  (void)varint();  // number of terms
  std::string term;
  for (bool first = true; at < tag.size(); first = false) {
    std::size_t reuse = 0;
    bool wdf_apart = first;
    if (!first) {
      reuse = byte(tag, at++);
      if (reuse > term.size()) {
        reuse %= term.size() + 1;
      } else {
        wdf_apart = true;
      }
    }
    if (at >= tag.size()) break;
    const std::size_t length = byte(tag, at++);
    if (at + length > tag.size()) break;
    term.resize(std::min(reuse, term.size()));
    term.append(tag.substr(at, length));
    at += length;
    if (wdf_apart) (void)varint();
    out.append(term).push_back('\n');
  }
  return out;
}

struct Mapped {
  explicit Mapped(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat s {};
    if (fd < 0 || ::fstat(fd, &s) != 0) {
      const int reason = errno;
      if (fd >= 0) ::close(fd);
      throw Error(ErrorCode::io, path.string(), std::strerror(reason));
    }
    size = static_cast<std::size_t>(s.st_size);
    if (size > 0) data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (data == MAP_FAILED) throw Error(ErrorCode::io, path.string(), std::strerror(errno));
    if (size > 0) ::madvise(data, size, MADV_SEQUENTIAL);
  }
  ~Mapped() {
    if (data != nullptr) ::munmap(data, size);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data), size}; }

  void* data = nullptr;
  std::size_t size = 0;
};

class Scanner {
 public:
  explicit Scanner(const PieceFinder& pieces) : pieces_(pieces) {}

  void file(const fs::path& path) {
    const Mapped mapped(path);
    path_ = &path;
    ++report_.files;
    report_.bytes += mapped.size;
    const std::string_view bytes = mapped.bytes();
    look(bytes, false);
    const std::string name = path.filename();
    if (name.ends_with(".glass")) {
      if (name == "docdata.glass" || name == "termlist.glass" || name == "spelling.glass")
        table(bytes, name == "termlist.glass");
    } else {
      streams(bytes);
    }
    if (bytes.starts_with("SQLite format 3")) sqlite(path);
  }

  ScanReport finish() {
    report_.findings.assign(found_.begin(), found_.end());
    return std::move(report_);
  }

 private:
  void look(std::string_view bytes, bool packed) {
    pieces_.scan(bytes, [&](std::size_t piece) { found_.insert({*path_, piece, packed}); });
  }

  void unpacked(std::string_view bytes, bool termlist) {
    report_.bytes_unpacked += bytes.size();
    look(bytes, true);
    if (termlist) look(termlist_terms(bytes), true);
  }

  /// What may be an item of a table: its tag, or a part of it, packed by the table or before.
  struct Item {
    std::string key;
    unsigned part = 1;
    bool last = false;
    bool deflated = false;
    std::string_view tag;
  };

  struct Piece {
    std::string_view tag;  // in the file
    bool last = false;
  };
  /// By key and number of the part.
  using Pieces = std::map<std::pair<std::string, unsigned>, std::vector<Piece>>;

  /// Every place of a block is tried as an item, in its directory or not: what was deleted lies there until something
  /// is written over it.
  template <typename Visit>
  static void for_each_item(std::string_view bytes, const Visit& visit) {
    Item item;
    for (std::size_t begin = 0; begin < bytes.size(); begin += kBlock) {
      const std::string_view block = bytes.substr(begin, kBlock);
      for (std::size_t at = kBlockHeader; at + 5 < block.size(); ++at) {
        const unsigned info = (unsigned{byte(block, at)} << 8) | byte(block, at + 1);
        const std::size_t size = (info & 0x1FFFU) + 3;
        const bool first = (info & 0x2000U) != 0;
        if (at + size > block.size()) continue;
        const std::size_t key_length = byte(block, at + 2);
        // A key is a document's number, perhaps with a zero byte; the spelling table's words are longer.
        if (key_length < 2 || key_length > 64 || byte(block, at + 3) == 0xFF) continue;
        const std::size_t tag_at = at + 3 + key_length + (first ? 0 : 2);
        if (tag_at >= at + size) continue;
        item.deflated = (info & 0x8000U) != 0;
        item.last = (info & 0x4000U) != 0;
        item.tag = block.substr(tag_at, at + size - tag_at);
        item.part = first ? 1 : (unsigned{byte(block, tag_at - 2)} << 8) | byte(block, tag_at - 1);
        if (item.part == 0 || (!first && item.part < 2)) continue;
        item.key.assign(block, at + 3, key_length);
        visit(item);
      }
    }
  }

  void table(std::string_view bytes, bool termlist) {
    constexpr std::size_t kLongestKeyOfCut = 8;
    Pieces deflated;
    Pieces packed;
    std::set<std::string> cut_keys;
    Inflater inflater(-15);
    std::string out;
    // Most places look like an item and are none: what gives no text is not kept.
    for_each_item(bytes, [&](const Item& item) {
      if (item.part > 1 || (!item.deflated && !is_packed(item.tag))) return;
      const bool whole =
          item.deflated ? inflater.inflate(item.tag, out) : unpack_beginning(item.tag, kMostUnpacked, out);
      if (item.last) {
        if (whole || out.size() >= PieceFinder::kLeast) unpacked(out, termlist);
      } else if (item.key.size() <= kLongestKeyOfCut && (!item.deflated || out.size() >= PieceFinder::kLeast)) {
        (item.deflated ? deflated : packed)[{item.key, 1}].push_back({item.tag, false});
        cut_keys.insert(item.key);
      }
    });
    // Nothing tells a later part but its key.
    for_each_item(bytes, [&](const Item& item) {
      if (item.part == 1 || (!item.deflated && item.part > kMostPartsOfPacked) || !cut_keys.contains(item.key)) return;
      Pieces& cut = item.deflated ? deflated : packed;
      if (cut.contains({item.key, 1})) cut[{item.key, item.part}].push_back({item.tag, item.last});
    });
    join_deflated(deflated, inflater, termlist);
    for (const auto& [name, firsts] : packed) {
      if (name.second != 1) continue;
      for (const Piece& first : firsts) join_packed(packed, name.first, 2, std::string{first.tag}, first.last);
    }
  }

  void join_deflated(const Pieces& cut, Inflater& inflater, bool termlist) {
    std::string out;
    for (const auto& [name, firsts] : cut) {
      if (name.second != 1) continue;
      for (const Piece& first : firsts) {
        // Several editions of a later part may lie about: each that continues the stream is taken.
        std::string whole{first.tag};
        inflater.inflate(whole, out);
        for (unsigned number = 2;; ++number) {
          const auto next = cut.find({name.first, number});
          if (next == cut.end()) break;
          std::string best;
          std::string best_out;
          for (const Piece& piece : next->second) {
            std::string tried_out;
            const std::string tried = whole + std::string{piece.tag};
            inflater.inflate(tried, tried_out);
            if (tried_out.size() > best_out.size()) {
              best = tried;
              best_out = tried_out;
            }
          }
          if (best_out.size() <= out.size()) break;
          whole = std::move(best);
          out = std::move(best_out);
        }
        unpacked(out, termlist);
      }
    }
  }

  /// A packed record gives its text when it is whole: all editions of its few parts are tried with each other.
  void join_packed(const Pieces& cut, const std::string& key, unsigned number, const std::string& before, bool last) {
    std::string out;
    (void)unpack_beginning(before, kMostUnpacked, out);
    if (!out.empty()) unpacked(out, false);
    const auto next = cut.find({key, number});
    if (last || next == cut.end()) return;
    for (const Piece& piece : next->second)
      join_packed(cut, key, number + 1, before + std::string{piece.tag}, piece.last);
  }

  /// Streams with a head that tells them: zlib, gzip, zstd.
  void streams(std::string_view bytes) {
    Inflater any(15 + 32);
    std::string out;
    for (std::size_t at = 0; at + 8 < bytes.size(); ++at) {
      const std::uint8_t first = byte(bytes, at);
      const std::uint8_t second = byte(bytes, at + 1);
      const bool zlib = first == 0x78 && ((unsigned{first} << 8) | second) % 31 == 0;
      const bool gzip = first == 0x1F && second == 0x8B && byte(bytes, at + 2) == 8;
      if (zlib || gzip) {
        any.inflate(bytes.substr(at), out);
        if (out.size() >= PieceFinder::kLeast) unpacked(out, false);
      } else if (first == 0x28 && second == 0xB5 && byte(bytes, at + 2) == 0x2F && byte(bytes, at + 3) == 0xFD) {
        zstd(bytes.substr(at));
      }
    }
  }

  void zstd(std::string_view bytes) {
    const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::string all;
    std::string piece(ZSTD_DStreamOutSize(), '\0');
    for (;;) {
      ZSTD_outBuffer out{piece.data(), piece.size(), 0};
      const std::size_t left = ZSTD_decompressStream(context.get(), &out, &in);
      all.append(piece, 0, out.pos);
      if (ZSTD_isError(left) != 0 || left == 0 || all.size() > kMostUnpacked) break;
      if (in.pos == in.size && out.pos < out.size) break;
    }
    if (!all.empty()) unpacked(all, false);
  }

  /// Long values are spread over pages: read as SQLite reads them.
  void sqlite(const fs::path& path) {
    SqlDatabase database(path, SqlDatabase::Access::read_only, {});
    std::vector<std::string> tables;
    SqlDatabase::Query names(database, "SELECT name FROM sqlite_master WHERE type='table'");
    while (names.step()) tables.push_back(names.text(0));
    for (const std::string& table : tables) {
      SqlDatabase::Query rows(database, "SELECT * FROM \"" + table + "\"");
      while (rows.step()) {
        for (int column = 0; column < rows.columns(); ++column) {
          if (rows.is_text(column)) look(rows.text(column), false);
        }
      }
    }
  }

  const PieceFinder& pieces_;
  const fs::path* path_ = nullptr;
  std::set<Finding> found_;
  ScanReport report_;
};

}  // namespace

Fingerprint Fingerprint::of(std::string_view piece) {
  const XXH128_hash_t hash = XXH3_128bits(piece.data(), kLength);
  return {.high = hash.high64, .low = hash.low64};
}

PieceFinder::PieceFinder(const std::vector<std::string>& pieces, const std::vector<Fingerprint>& prints)
    : pieces_(pieces), filter_(std::size_t{1} << 16) {
  for (std::size_t i = 0; i < prints.size(); ++i)
    by_print_.emplace(prints[i].low, std::pair(prints[i], pieces.size() + i));
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const std::uint64_t head = load(pieces_[i].data());
    filter_[slot(head)] = true;
    by_head_.emplace(head, i);
  }
}

std::uint64_t PieceFinder::load(const char* p) {
  std::uint64_t value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

ScanReport scan_folder(const fs::path& folder, const PieceFinder& pieces) {
  Scanner scanner(pieces);
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file()) files.push_back(it->path());
  }
  if (error) throw Error(ErrorCode::io, folder.string(), error.message());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) scanner.file(file);
  return scanner.finish();
}

}  // namespace dateline::indexer

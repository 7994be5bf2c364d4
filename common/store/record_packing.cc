#include "common/store/record_packing.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>

#include "dateline/error.h"

// The file as it is, in read-only memory; made by scripts/train-dictionary.
asm(".section .rodata\n"
    ".global dateline_records_dictionary\n"
    ".global dateline_records_dictionary_end\n"
    "dateline_records_dictionary:\n"
    ".incbin \"" DATELINE_RECORDS_DICTIONARY
    "\"\n"
    "dateline_records_dictionary_end:\n"
    ".byte 0\n"
    ".previous\n");
extern "C" {
extern const char dateline_records_dictionary[];
extern const char dateline_records_dictionary_end[];
}

namespace dateline {
namespace {

constexpr std::string_view kMagic{"\x28\xB5\x2F\xFD", 4};
/// 1 takes three quarters of the time and a thirteenth more room.
constexpr int kLevel = 3;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;
/// What is longer is left to its table: it has little of the dictionary, and no more than a few parts of a packed
/// record must be found for a takedown to see what is left of it.
constexpr std::size_t kMostPackedBytes = 4000;

std::string_view dictionary() {
  return {dateline_records_dictionary,
          static_cast<std::size_t>(dateline_records_dictionary_end - dateline_records_dictionary)};
}

template <typename T>
T* made(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

class Packer {
 public:
  Packer() : context_(made(ZSTD_createCCtx()), ZSTD_freeCCtx) {
    static const ZSTD_CDict* const shared = made(ZSTD_createCDict(dictionary().data(), dictionary().size(), kLevel));
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_refCDict(context_.get(), shared);
  }
  /// Until the next call.
  std::string_view pack(std::string_view record) {
    if (const std::size_t most = ZSTD_compressBound(record.size()); out_.size() < most) out_.resize(most);
    const std::size_t size = ZSTD_compress2(context_.get(), out_.data(), out_.size(), record.data(), record.size());
    if (ZSTD_isError(size) != 0) throw Error(ErrorCode::io, "record", ZSTD_getErrorName(size));
    return std::string_view(out_).substr(0, size);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_;
  std::string out_;
};

class Unpacker {
 public:
  Unpacker() : context_(made(ZSTD_createDCtx()), ZSTD_freeDCtx) {
    static const ZSTD_DDict* const shared = made(ZSTD_createDDict(dictionary().data(), dictionary().size()));
    shared_ = shared;
  }
  ZSTD_DCtx* context() {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    ZSTD_DCtx_refDDict(context_.get(), shared_);
    return context_.get();
  }

 private:
  const ZSTD_DDict* shared_ = nullptr;
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
};

Unpacker& unpacker() {
  thread_local Unpacker own;
  return own;
}

}  // namespace

std::string pack_record(std::string_view record) {
  thread_local Packer packer;
  constexpr std::size_t kHopeless = 10;  // times smaller no text becomes
  if (record.size() > kMostPackedBytes * kHopeless) return std::string{record};
  const std::string_view packed = packer.pack(record);
  return std::string{packed.size() < std::min(record.size(), kMostPackedBytes) ? packed : record};
}

bool is_packed(std::string_view stored) {
  return stored.starts_with(kMagic);
}

std::string unpack_record(std::string_view stored) {
  if (!is_packed(stored)) return std::string{stored};
  const unsigned long long size = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMostBytes)
    throw Error(ErrorCode::index_corrupt, "stored article", "packed in a way that is not known");
  std::string out(static_cast<std::size_t>(size), '\0');
  const std::size_t got =
      ZSTD_decompressDCtx(unpacker().context(), out.data(), out.size(), stored.data(), stored.size());
  if (ZSTD_isError(got) != 0 || got != out.size())
    throw Error(ErrorCode::index_corrupt, "stored article",
                ZSTD_isError(got) != 0 ? ZSTD_getErrorName(got) : "it ends early");
  return out;
}

bool unpack_beginning(std::string_view stored, std::size_t most, std::string& out) {
  out.clear();
  ZSTD_DCtx* const context = unpacker().context();
  ZSTD_inBuffer in{stored.data(), stored.size(), 0};
  for (std::size_t step = 4096;; step = out.size()) {
    const std::size_t before = out.size();
    out.resize(before + step);
    ZSTD_outBuffer piece{out.data() + before, step, 0};
    const std::size_t left = ZSTD_decompressStream(context, &piece, &in);
    out.resize(before + piece.pos);
    if (ZSTD_isError(left) != 0) return false;
    if (left == 0) return true;
    if (out.size() >= most || (in.pos == in.size && piece.pos < piece.size)) return false;
  }
}

}  // namespace dateline

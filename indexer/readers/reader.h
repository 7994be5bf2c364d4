// The interface of every input format: a stream of records, each of which parses into an article or is refused.
//
// Splitting and parsing are apart so that a record whose bytes are known already is skipped without being parsed, and
// so that parsing can run beside reading. A new format is one class here, one line in detect.cc, one folder of
// tests/data/readers/.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "indexer/readers/byte_source.h"
#include "indexer/readers/filter.h"
#include "indexer/readers/raw_article.h"

namespace dateline::indexer {

/// What unpacking may cost before an input is taken for a bomb.
struct UnpackLimits {
  std::uint64_t ratio = 200;                        ///< Bytes out for a byte in, after the first MiB.
  std::uint64_t total = std::uint64_t{1} << 40;     ///< Bytes out of one input.
  std::uint64_t entries = 10'000'000;               ///< Files in one container.
  std::chrono::seconds patience{60};                ///< Time inside the decompressor before its pace counts …
  std::uint64_t slowest = std::uint64_t{64} << 10;  ///< … and the bytes a second that it must then yield.
};

struct ReaderOptions {
  /// Longest record in bytes; a longer one is refused, the next one is read.
  std::size_t max_record = std::size_t{32} << 20;
  /// JSON field -> article field ("headline" -> "title"), before the names that are understood anyway.
  std::map<std::string, std::string> field_map;
  UnpackLimits unpack;
  /// Ending of a file's name, lower case ("pdf") -> the command that turns such a file into a format that is read.
  std::map<std::string, std::string> filters;
  FilterLimits filter_limits;
};

enum class Format : std::uint8_t;

class Reader {
 public:
  virtual ~Reader() = default;

  /// The end of the input, a record, or a place in the input that is no record.
  struct End {};
  struct Skipped {
    std::size_t number;
    std::string reason;
    std::string member = {};  ///< As in Record.
    std::size_t member_number = 0;
  };
  using Next = std::variant<End, Record, Skipped>;

  /// Throws Error(io) when the input cannot be read on.
  virtual Next next() = 0;
  /// Pure: does not depend on what was read before. Safe from many threads.
  [[nodiscard]] virtual std::variant<RawArticle, Refusal> parse(const Record& record) const = 0;

  /// In which format the input is, where that was told; none for a container.
  [[nodiscard]] virtual std::optional<Format> format() const { return std::nullopt; }
  /// What the input held that is no article and nothing to complain of, by kind ("request": 12), so far.
  [[nodiscard]] virtual std::map<std::string, std::size_t> passed_over() const { return {}; }
};

/// Reads the whole input as one record, for formats of one article a file.
class WholeFileReader : public Reader {
 public:
  WholeFileReader(ByteSource& source, std::size_t max_record) : source_(source), max_record_(max_record) {}
  Next next() override;

 private:
  ByteSource& source_;
  std::size_t max_record_;
  bool done_ = false;
};

}  // namespace dateline::indexer

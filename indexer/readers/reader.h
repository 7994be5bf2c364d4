// The interface of every input format: a stream of records, each of which parses into an article or is refused.
//
// Splitting and parsing are apart so that a record whose bytes are known already is skipped without being parsed, and
// so that parsing can run beside reading. A new format is one class here, one line in detect.cc, one folder of
// tests/data/readers/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "indexer/readers/byte_source.h"
#include "indexer/readers/raw_article.h"

namespace dateline::indexer {

struct ReaderOptions {
  /// Longest record in bytes; a longer one is refused, the next one is read.
  std::size_t max_record = std::size_t{32} << 20;
  /// JSON field -> article field ("headline" -> "title"), before the names that are understood anyway.
  std::map<std::string, std::string> field_map;
};

class Reader {
 public:
  virtual ~Reader() = default;

  /// The end of the input, a record, or a place in the input that is no record.
  struct End {};
  struct Skipped {
    std::size_t number;
    std::string reason;
  };
  using Next = std::variant<End, Record, Skipped>;

  /// Throws Error(io) when the input cannot be read on.
  virtual Next next() = 0;
  /// Pure: does not depend on what was read before. Safe from many threads.
  [[nodiscard]] virtual std::variant<RawArticle, Refusal> parse(const Record& record) const = 0;
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

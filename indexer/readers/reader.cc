#include "indexer/readers/reader.h"

#include <fmt/format.h>

namespace dateline::indexer {

Reader::Next WholeFileReader::next() {
  if (done_) return End{};
  done_ = true;
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  Record record;  // number 0: the input is its only record
  for (;;) {
    const std::size_t before = record.bytes.size();
    record.bytes.resize(before + kPiece);
    const std::size_t n = source_.read(record.bytes.data() + before, kPiece);
    record.bytes.resize(before + n);
    if (n == 0) return record;
    if (record.bytes.size() > max_record_)
      return Skipped{0, fmt::format("longer than {} bytes (--max-record)", max_record_)};
  }
}

}  // namespace dateline::indexer

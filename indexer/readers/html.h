// A web page saved as a file.
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

class HtmlReader final : public WholeFileReader {
 public:
  HtmlReader(ByteSource& source, const ReaderOptions& options) : WholeFileReader(source, options.max_record) {}
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;
};

}  // namespace dateline::indexer

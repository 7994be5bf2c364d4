// Mailboxes (RFC 4155): newsletters and wire copy that came by mail, a message an article.
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

class MboxReader final : public Reader {
 public:
  MboxReader(ByteSource& source, const ReaderOptions& options) : source_(source), max_record_(options.max_record) {}
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  bool fill();
  ByteSource& source_;
  std::size_t max_record_;
  std::string buffer_;
  std::size_t number_ = 0;
};

}  // namespace dateline::indexer

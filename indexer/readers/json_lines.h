// JSON lines: one article an object, one object a line (https://jsonlines.org).
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// A line longer than the limit is skipped in constant memory. A file whose first line is no complete object, as a
/// pretty-printed one, is read as a single object.
class JsonLinesReader final : public Reader {
 public:
  JsonLinesReader(ByteSource& source, const ReaderOptions& options);
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  bool fill();
  bool is_one_object();

  ByteSource& source_;
  ReaderOptions options_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  bool started_ = false;
};

/// True for a field that --map can fill: "title", "body", "published", …
[[nodiscard]] bool is_article_field(std::string_view name);

}  // namespace dateline::indexer

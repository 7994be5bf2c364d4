// JSON: objects one a line (https://jsonlines.org), one after the other, in an array, or in an object around a list
// (JSON Feed, answers of search interfaces). An article an object; see json_article.h for its fields.
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// A line or value longer than the limit is skipped in constant memory.
class JsonLinesReader final : public Reader {
 public:
  JsonLinesReader(ByteSource& source, const ReaderOptions& options);
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  enum class Mode { lines, values, list, over };
  struct Scanner {
    std::size_t depth = 0;
    bool in_string = false;
    bool escaped = false;
    /// True when the value ends in `bytes`, after `used` of them.
    bool feed(std::string_view bytes, std::size_t& used);
  };
  bool fill();
  void start();
  bool is_spread_out();
  bool find_list();
  Next next_value();

  ByteSource& source_;
  ReaderOptions options_;
  std::string buffer_;
  std::string feed_;  ///< The object around the list, without it.
  std::size_t at_ = 0;
  std::size_t line_ = 0;  ///< Or value, counted from 1.
  Mode mode_ = Mode::lines;
  bool started_ = false;
};

}  // namespace dateline::indexer

// Tables: CSV (RFC 4180) and TSV, an article a row, columns named by the first row; GDELT GKG 2.1 rows.
#pragma once

#include <string>
#include <vector>

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// Delimiter (comma, semicolon, tab, bar) of a table whose first row names columns that are understood, or '\0'.
[[nodiscard]] char table_delimiter(std::string_view head, const ReaderOptions& options);

/// Columns are named as the fields of JSON lines are, also through --map. A quoted field may span lines.
class CsvReader final : public Reader {
 public:
  CsvReader(ByteSource& source, const ReaderOptions& options) : source_(source), options_(options) {}
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  bool fill();
  /// A row, with its line end; false at the end. Longer than the limit it is cut and `too_long` set.
  bool read_row(std::string& row, bool& too_long);

  ByteSource& source_;
  ReaderOptions options_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string header_;
  char delimiter_ = '\0';
  std::size_t number_ = 0;
};

/// Rows of the Global Knowledge Graph of GDELT, version 2.1: what was found in a page, not its text. A row is an entry
/// for the article of its address and loses against it.
class GkgReader final : public Reader {
 public:
  GkgReader(ByteSource& source, const ReaderOptions& options) : lines_(source, options.max_record) {}
  Next next() override { return lines_.next(); }
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

  /// Lines as records.
  class Lines {
   public:
    Lines(ByteSource& source, std::size_t max_record) : source_(source), max_record_(max_record) {}
    Next next();

   private:
    ByteSource& source_;
    std::size_t max_record_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t number_ = 0;
  };

 private:
  Lines lines_;
};

/// True if `line` has the 27 columns of GKG 2.1.
[[nodiscard]] bool is_gkg_row(std::string_view line);

}  // namespace dateline::indexer

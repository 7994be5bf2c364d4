// Web archives: WARC (ISO 28500:2017, versions 0.17 to 1.1) and its forerunner ARC (Internet Archive, 1996).
//
// A record is the capture of one address. Captures of HTML pages with status 200, stored pages and extracted text are
// articles; requests, metadata, revisits (whose page stands elsewhere), pictures and error pages are passed over.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// Names and values of a header block, in order. Folded lines are joined.
class HeaderFields {
 public:
  /// Reads "Name: value" lines up to the end of `block`; a line without a colon is left out.
  explicit HeaderFields(std::string_view block);
  /// Value of the first field of that name (case does not matter), or empty.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

/// Splits a stream of records in pieces of bounded memory. Lengths that lie, litter between records and damaged
/// stretches cost the record that they stand in: the next one is found by its first line.
class WebArchiveReader : public Reader {
 public:
  WebArchiveReader(ByteSource& source, const ReaderOptions& options);
  Next next() override;
  [[nodiscard]] std::map<std::string, std::size_t> passed_over() const override { return passed_over_; }

 protected:
  struct Head {
    std::string_view text;  ///< The record's own header, without the line that ends it.
    std::size_t bytes = 0;  ///< With it.
    std::uint64_t length = 0;
    bool length_known = false;
  };
  /// The head at the beginning of `bytes`; nothing if it is not whole yet. `bad` is set where no record begins.
  virtual std::optional<Head> read_head(std::string_view bytes, bool& bad) const = 0;
  /// Where in `bytes`, after the first byte, a record may begin; npos if nowhere.
  [[nodiscard]] virtual std::size_t find_record(std::string_view bytes) const = 0;
  /// Why a record is no article ("request"), or empty. `block` is the beginning of its content.
  [[nodiscard]] virtual std::string kind_to_pass_over(std::string_view head, std::string_view block) const = 0;

  const ReaderOptions options_;

 private:
  [[nodiscard]] std::string_view rest() const { return std::string_view{buffer_}.substr(at_); }
  bool more();
  bool skip_blank();
  Next resynchronise(std::string reason);
  Next take(const Head& head);
  bool discard(std::uint64_t bytes);

  ByteSource& source_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
  std::map<std::string, std::size_t> passed_over_;
};

class WarcReader final : public WebArchiveReader {
 public:
  using WebArchiveReader::WebArchiveReader;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  std::optional<Head> read_head(std::string_view bytes, bool& bad) const override;
  [[nodiscard]] std::size_t find_record(std::string_view bytes) const override;
  [[nodiscard]] std::string kind_to_pass_over(std::string_view head, std::string_view block) const override;
};

class ArcReader final : public WebArchiveReader {
 public:
  using WebArchiveReader::WebArchiveReader;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 private:
  std::optional<Head> read_head(std::string_view bytes, bool& bad) const override;
  [[nodiscard]] std::size_t find_record(std::string_view bytes) const override;
  [[nodiscard]] std::string kind_to_pass_over(std::string_view head, std::string_view block) const override;
};

}  // namespace dateline::indexer

// Articles that an archive keeps as plain text, one a file.
//
//   Title: …            optional block of "Key: value" lines (Title, Date, Source, Author, URL, Section, Language, …)
//
//   The headline
//
//   Washington. The first paragraph …
//
//   Reference-www.example.com       or "Source: …": what follows it is the site's litter
//   Leave a Comment
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

class PlainTextReader final : public WholeFileReader {
 public:
  PlainTextReader(ByteSource& source, const ReaderOptions& options) : WholeFileReader(source, options.max_record) {}
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;
};

/// The place that heads a body ("Washington." / "KYIV, Feb 24 (Agency) —"), or empty.
[[nodiscard]] std::string dateline_place(std::string_view first_paragraph);

}  // namespace dateline::indexer

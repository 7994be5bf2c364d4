// Collections of the research of the 1980s and 1990s, in SGML: Reuters-21578 and TREC's <DOC>.
#pragma once

#include "indexer/readers/reader.h"

namespace dateline::indexer {

/// Splits at start and end tags of one element, case aside, in pieces of bounded memory. A record that is not closed
/// ends where the next begins.
class SgmlReader : public Reader {
 public:
  SgmlReader(ByteSource& source, const ReaderOptions& options, std::string_view element);
  Next next() override;

 private:
  bool fill();
  ByteSource& source_;
  std::size_t max_record_;
  std::string open_;   ///< "<doc"
  std::string close_;  ///< "</doc>"
  std::string buffer_;
  std::size_t number_ = 0;
  bool ended_ = false;
};

/// Reuters-21578, Distribution 1.0: an article a <REUTERS>, topics and exchanges as keywords, persons and organisations
/// as actors, places as they are.
class ReutersReader final : public SgmlReader {
 public:
  ReutersReader(ByteSource& source, const ReaderOptions& options) : SgmlReader(source, options, "reuters") {}
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;
};

/// TREC ad-hoc collections (AP, WSJ, LA Times, Financial Times, FBIS, Washington Post in SGML): the elements that they
/// use for headline, text, date and by-line.
class TrecReader final : public SgmlReader {
 public:
  TrecReader(ByteSource& source, const ReaderOptions& options) : SgmlReader(source, options, "doc") {}
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;
};

}  // namespace dateline::indexer

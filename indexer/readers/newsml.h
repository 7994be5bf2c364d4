// The XML formats of the IPTC: NITF 3.x, NewsML-G2 and NewsML 1.x.
#pragma once

#include "indexer/readers/xml_reader.h"

namespace dateline::indexer {

/// NITF, the News Industry Text Format: one article a document.
class NitfReader final : public XmlReader {
 public:
  NitfReader(ByteSource& source, const ReaderOptions& options)
      : XmlReader(source, options, {.records = {{"nitf"}}, .nests = true, .forgiving = {}}) {}

 private:
  [[nodiscard]] std::variant<RawArticle, Refusal> article_of(const XmlElement& record,
                                                             const Context& context) const override;
};

/// NewsML-G2: news items and packages, alone or in a news message. Items of other kinds (concepts, knowledge, planning)
/// are no articles.
class NewsmlG2Reader final : public XmlReader {
 public:
  NewsmlG2Reader(ByteSource& source, const ReaderOptions& options)
      : XmlReader(
            source, options,
            {.records =
                 {{"newsItem"}, {"packageItem"}, {"conceptItem"}, {"knowledgeItem"}, {"planningItem"}, {"catalogItem"}},
             .nests = true,
             .forgiving = {}}) {}

 private:
  [[nodiscard]] std::variant<RawArticle, Refusal> article_of(const XmlElement& record,
                                                             const Context& context) const override;
};

/// NewsML 1.x: one article a news item.
class Newsml1Reader final : public XmlReader {
 public:
  Newsml1Reader(ByteSource& source, const ReaderOptions& options)
      : XmlReader(source, options, {.records = {{"NewsItem"}}, .nests = true, .forgiving = {}}) {}

 private:
  void describe(const XmlElement& root, Context& context) const override;
  [[nodiscard]] std::variant<RawArticle, Refusal> article_of(const XmlElement& record,
                                                             const Context& context) const override;
};

}  // namespace dateline::indexer

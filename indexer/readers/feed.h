// Feeds: RSS 0.9 to 2.0 and 1.1 (RDF), Atom 0.3 and 1.0 (RFC 4287), news sitemaps, WordPress exports (WXR).
#pragma once

#include "indexer/readers/xml_reader.h"

namespace dateline::indexer {

/// An item, entry or address of a news sitemap is an article: what the feed holds of it, which loses against the
/// article itself (same canonical URL). Modules that are read: content, Dublin Core, Media RSS, GeoRSS, iTunes, PRISM.
class FeedReader final : public XmlReader {
 public:
  FeedReader(ByteSource& source, const ReaderOptions& options);

 private:
  void describe(const XmlElement& root, Context& context) const override;
  [[nodiscard]] std::variant<RawArticle, Refusal> article_of(const XmlElement& record,
                                                             const Context& context) const override;
};

}  // namespace dateline::indexer

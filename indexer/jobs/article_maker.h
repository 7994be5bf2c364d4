// From the bytes of a record to a document: all that needs no look at the index, so that threads can do it beside each
// other.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "indexer/document_builder.h"
#include "indexer/enrich/enricher.h"
#include "indexer/extract/page.h"
#include "indexer/jobs/shard_writer.h"
#include "indexer/readers/reader.h"

namespace dateline::indexer {

struct MadeArticle {
  Article article;
  std::string identity;
  std::int64_t version =
      0;  ///< Grows with the time of modification, else publication; lower when undated, lowest for an excerpt.
  PlacedDocument document;
  bool metadata = false;  ///< As RawArticle's.
};

/// One a thread.
class ArticleMaker {
 public:
  ArticleMaker(std::unique_ptr<Enricher> enricher, std::unique_ptr<DocumentFeed> feed, const Clock& clock)
      : enricher_(std::move(enricher)), feed_(std::move(feed)), clock_(clock) {}

  /// Parses, extracts, enriches and analyses. `undated`: the date of an article that has none itself. What an article
  /// becomes never depends on the articles before it.
  std::variant<MadeArticle, Refusal> make(const Reader& reader, const Record& record, const ExtractOptions& extraction,
                                          std::optional<Timestamp> undated);

  /// Takes back what make() gave, from any thread. It is freed by the thread that made it: malloc lets threads wait for
  /// each other that free what others have allocated.
  void take_back(std::variant<MadeArticle, Refusal> made);

  /// Places the document of an article that was changed after all.
  [[nodiscard]] PlacedDocument place(const Article& article, const std::string& identity, bool hidden);

 private:
  std::unique_ptr<Enricher> enricher_;
  std::unique_ptr<DocumentFeed> feed_;
  const Clock& clock_;
  DocumentBuilder builder_;
  FlatDocument document_;
  std::mutex mutex_;  // of returned_
  std::vector<std::variant<MadeArticle, Refusal>> returned_;
  std::vector<std::variant<MadeArticle, Refusal>> to_free_;
};

}  // namespace dateline::indexer

#include "indexer/jobs/article_maker.h"

#include <limits>

#include "common/identity.h"
#include "indexer/jobs/payload.h"

namespace dateline::indexer {
namespace {

/// What decides between records of one article. An entry that points to it loses against every record of it itself.
std::int64_t version_of(const Article& article, bool excerpt) {
  constexpr std::int64_t kBeforeAll = std::int64_t{1} << 40;  // seconds, some 35,000 years
  const std::int64_t behind = excerpt ? kBeforeAll : 0;
  if (article.modified) return article.modified->utc - behind;
  if (article.published) return article.published->utc - behind;
  return excerpt ? std::numeric_limits<std::int64_t>::min() : -kBeforeAll / 2;  // before every date
}

}  // namespace

std::variant<MadeArticle, Refusal> ArticleMaker::make(const Reader& reader, const Record& record,
                                                      const ExtractOptions& extraction,
                                                      std::optional<Timestamp> undated) {
  {
    const std::lock_guard lock(mutex_);
    to_free_.swap(returned_);
  }
  to_free_.clear();
  std::variant<RawArticle, Refusal> parsed = reader.parse(record);
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return std::move(*refusal);
  auto& raw = std::get<RawArticle>(parsed);
  if (std::string problem = extract_payload(raw, extraction); !problem.empty()) return Refusal{std::move(problem)};
  Article& article = raw.article;
  if (!article.published) article.published = undated;
  enricher_->enrich(article);
  MadeArticle made{.article = {}, .identity = identity_key(article), .version = version_of(article, raw.excerpt)};
  if (article.id.empty()) article.id = public_id(made.identity);
  made.document = place(article, made.identity, /*hidden=*/false);
  made.article = std::move(article);
  made.metadata = raw.metadata;
  return made;
}

void ArticleMaker::take_back(std::variant<MadeArticle, Refusal> made) {
  const std::lock_guard lock(mutex_);
  returned_.push_back(std::move(made));
}

PlacedDocument ArticleMaker::place(const Article& article, const std::string& identity, bool hidden) {
  builder_.build(article, identity, clock_.now().time_since_epoch().count(), hidden, document_);
  return feed_->place(document_);
}

}  // namespace dateline::indexer

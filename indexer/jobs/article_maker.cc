#include "indexer/jobs/article_maker.h"

#include <limits>

#include "common/identity.h"
#include "indexer/extract/fragment.h"

namespace dateline::indexer {
namespace {

std::int64_t version_of(const Article& article) {
  if (article.modified) return article.modified->utc;
  return article.published ? article.published->utc : std::numeric_limits<std::int64_t>::min();
}

/// What the page gives where the input itself was silent.
void fill_from_page(Article& article, Article page) {
  const auto take = [](auto& ours, auto& theirs) {
    if (ours.empty()) ours = std::move(theirs);
  };
  take(article.title, page.title);
  take(article.body, page.body);
  take(article.source, page.source);
  take(article.url, page.url);
  take(article.authors, page.authors);
  take(article.lang, page.lang);
  take(article.section, page.section);
  take(article.keywords, page.keywords);
  if (!article.published) article.published = page.published;
  if (!article.modified) article.modified = page.modified;
}

}  // namespace

std::variant<MadeArticle, Refusal> ArticleMaker::make(const Reader& reader, const Record& record,
                                                      const ExtractOptions& extraction,
                                                      std::optional<Timestamp> undated) {
  std::variant<RawArticle, Refusal> parsed = reader.parse(record);
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return std::move(*refusal);
  auto& raw = std::get<RawArticle>(parsed);
  if (raw.html && !raw.html->page) {
    if (raw.article.body.empty()) raw.article.body = fragment_paragraphs(raw.html->bytes);
  } else if (raw.html) {
    ExtractedPage page =
        extract_page(raw.html->bytes, {.url = raw.html->url, .charset = raw.html->charset}, extraction);
    if (!page.refusal.empty()) return Refusal{std::move(page.refusal)};
    fill_from_page(raw.article, std::move(page.article));
  }
  Article& article = raw.article;
  if (article.title.empty() && article.body.empty()) return Refusal{"no title and no body"};
  if (!article.published) article.published = undated;
  enricher_->enrich(article);
  MadeArticle made{.article = {}, .identity = identity_key(article), .version = version_of(article)};
  if (article.id.empty()) article.id = public_id(made.identity);
  made.document = place(article, made.identity, /*hidden=*/false);
  made.article = std::move(article);
  return made;
}

PlacedDocument ArticleMaker::place(const Article& article, const std::string& identity, bool hidden) {
  builder_.build(article, identity, clock_.now().time_since_epoch().count(), hidden, document_);
  return feed_->place(document_);
}

}  // namespace dateline::indexer

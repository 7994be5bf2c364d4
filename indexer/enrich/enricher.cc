#include "indexer/enrich/enricher.h"

#include "common/url.h"
#include "indexer/enrich/actors/recogniser.h"
#include "indexer/enrich/language.h"

namespace dateline::indexer {

Enricher::Enricher(std::unique_ptr<ActorRecogniser> recogniser) : recogniser_(std::move(recogniser)) {}

Enricher::~Enricher() = default;

void Enricher::enrich(Article& article) {
  if (std::string url = canonical_url(article.url); !url.empty()) article.url = std::move(url);
  if (article.source.empty()) article.source = host_of(article.url);
  if (article.lang.empty()) {
    std::string all = article.title;
    for (const std::string& paragraph : article.body) all.append("\n").append(paragraph);
    article.lang = detect_language(all);
  }
  if (article.actors.empty() && recogniser_) article.actors = recogniser_->recognise(article);
}

}  // namespace dateline::indexer

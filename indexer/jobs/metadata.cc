#include "indexer/jobs/metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/stored.h"

namespace dateline::indexer {

std::string packed_metadata(const Article& entry) {
  Article facts = entry;
  facts.id.clear();
  facts.title.clear();
  facts.body.clear();
  facts.summary.clear();
  return encode_article(facts);
}

void add_packed_metadata(const std::string& packed, Article& article) {
  Article facts = decode_article(packed);
  const auto take = [](auto& ours, auto& theirs) {
    if (ours.empty()) ours = std::move(theirs);
  };
  take(article.source, facts.source);
  take(article.authors, facts.authors);
  take(article.section, facts.section);
  take(article.actors, facts.actors);
  if (!article.published) article.published = facts.published;
  for (Subject& subject : facts.subjects) {
    if (std::find(article.subjects.begin(), article.subjects.end(), subject) == article.subjects.end())
      article.subjects.push_back(std::move(subject));
  }
  if (facts.extra.empty()) return;
  using Json = nlohmann::ordered_json;
  Json extra = article.extra.empty() ? Json::object() : Json::parse(article.extra);
  const Json added = Json::parse(facts.extra);
  for (const auto& [name, value] : added.items()) {
    if (!extra.contains(name)) extra[name] = value;
  }
  article.extra = extra.dump();
}

}  // namespace dateline::indexer

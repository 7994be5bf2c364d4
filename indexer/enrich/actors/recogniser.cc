#include "indexer/enrich/actors/recogniser.h"

#include <optional>

#include "indexer/enrich/actors/actor_data.h"
#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention_cues.h"
#include "indexer/enrich/actors/mention_merger.h"
#include "indexer/enrich/actors/mention_review.h"
#include "indexer/enrich/actors/resolver.h"
#include "indexer/enrich/actors/tagger.h"
#include "indexer/enrich/actors/team_cues.h"

namespace dateline::indexer {
namespace {

class Recogniser final : public ActorRecogniser {
 public:
  explicit Recogniser(const ActorData& data) : data_(data), matcher_(data.gazetteer()), resolver_(data.gazetteer()) {
    if (data.model() != nullptr) tagger_.emplace(*data.model());
  }

  std::vector<Actor> recognise(const Article& article) override {
    tokenise(article, text_);
    LanguageMask language = language_bit(article.lang);
    if (language == 0) language = language_bit("en");
    matcher_.match(text_, language, matches_);
    tagged_.clear();
    if (tagger_) tagger_->tag(text_, matches_, tagged_);
    const bool english = language == language_bit("en");
    if (english) {
      apply_team_cues(text_, matches_, tagged_);
      apply_cues(text_, matches_, tagged_);
    }
    const MentionSources sources{.article = text_,
                                 .gazetteer = data_.gazetteer(),
                                 .matches = matches_,
                                 .tagged = tagged_,
                                 .has_tagger = tagger_.has_value(),
                                 .english = english};
    merge_mentions(sources, mentions_);
    review_mentions(sources, mentions_);
    return resolver_.resolve(article, text_, mentions_);
  }

 private:
  const ActorData& data_;
  Matcher matcher_;
  Resolver resolver_;
  std::optional<Tagger> tagger_;
  // Kept from article to article, so that a warm run allocates little.
  TokenisedArticle text_;
  Matches matches_;
  std::vector<Mention> tagged_;
  std::vector<Mention> mentions_;
};

}  // namespace

std::unique_ptr<ActorRecogniser> make_recogniser(const ActorData& data) {
  return std::make_unique<Recogniser>(data);
}

}  // namespace dateline::indexer

// Who acts in an article: people, organisations and countries, each named once.
#pragma once

#include <memory>
#include <vector>

#include "dateline/article.h"

namespace dateline::indexer {

class ActorData;

/// Finds who acts in an article. One recogniser a thread; the data behind it is shared and immutable.
class ActorRecogniser {
 public:
  ActorRecogniser() = default;
  ActorRecogniser(const ActorRecogniser&) = delete;
  ActorRecogniser& operator=(const ActorRecogniser&) = delete;
  virtual ~ActorRecogniser() = default;

  /// Actors of the article, the most salient first. Reads title, body, lang and published; the text must be valid
  /// UTF-8.
  virtual std::vector<Actor> recognise(const Article& article) = 0;
};

/// `data` must outlive the recogniser.
[[nodiscard]] std::unique_ptr<ActorRecogniser> make_recogniser(const ActorData& data);

}  // namespace dateline::indexer

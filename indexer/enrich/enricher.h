// Makes an article whole: what its input left open is derived from what it says.
#pragma once

#include <memory>

#include "dateline/article.h"

namespace dateline::indexer {

class ActorRecogniser;

/// Fills language (detected), source (the address' host), canonical URL and, where the input names none, actors.
/// One enricher a thread.
class Enricher {
 public:
  /// `recogniser` may be null: then no actors are recognised.
  explicit Enricher(std::unique_ptr<ActorRecogniser> recogniser);
  ~Enricher();
  void enrich(Article& article);

 private:
  std::unique_ptr<ActorRecogniser> recogniser_;
};

}  // namespace dateline::indexer

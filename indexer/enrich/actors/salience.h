// How much of an article is about an actor.
#pragma once

#include <cstdint>

namespace dateline::indexer {

/// Where and how often an article names an actor.
struct Presence {
  bool in_headline = false;
  bool in_lead = false;  ///< In the first two sentences of the body.
  std::uint32_t mentions = 0;
  std::uint32_t subjects = 0;  ///< Mentions that open a sentence: there stands who acts.
  double first_position = 1;   ///< Of the first mention in the text: 0 = its beginning, 1 = its end.
};

/// 0..1. `most_mentions` (> 0) is the count of the actor named most often in the article.
[[nodiscard]] double salience(const Presence& presence, std::uint32_t most_mentions);

}  // namespace dateline::indexer

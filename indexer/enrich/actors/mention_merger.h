// The tagger's mentions and the gazetteer's, made one list: names without titles, articles and possessives.
#pragma once

#include <span>
#include <vector>

#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

struct MentionSources {
  const TokenisedArticle& article;
  const Gazetteer& gazetteer;
  const Matches& matches;
  std::span<const Mention> tagged;  ///< In text order, not overlapping.
  bool has_tagger = false;
  bool english =
      true;  ///< The tagger learnt English; in another language only what looks sound by other signs is kept.
};

/// Mentions in text order, not overlapping, none empty. Where both found one, the longer names it; a tagged mention
/// that equals a gazetteer name takes its entry.
void merge_mentions(const MentionSources& sources, std::vector<Mention>& out);

}  // namespace dateline::indexer

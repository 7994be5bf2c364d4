// A stretch of words that names something.
#pragma once

#include <cstdint>

#include "indexer/enrich/actors/phrase_table.h"

namespace dateline::indexer {

enum class MentionType : std::uint8_t { person, organisation, place, other };

struct Mention {
  std::uint32_t begin = 0;  ///< First token.
  std::uint32_t end = 0;    ///< Behind the last token.
  std::uint32_t sentence = 0;
  MentionType type = MentionType::other;
  std::uint32_t entry = kNoEntry;  ///< Actor of the gazetteer that these words name.
  bool team = false;               ///< A team or player by the words around, whatever else they may mean.
  bool ambiguous = false;          ///< `entry` is only meant if something else names it.
  bool untagged = false;           ///< A town that the tagger did not see.
};

}  // namespace dateline::indexer

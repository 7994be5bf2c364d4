// Tagged mentions that are two: an organisation and who speaks for it, a pair of names, a name and its acronym.
#pragma once

#include <array>
#include <cstddef>

#include "indexer/enrich/actors/mention_merger.h"

namespace dateline::indexer {

struct MentionParts {
  std::array<Mention, 2> list{};
  std::size_t count = 0;
};

/// The parts of `tagged`, in text order; none if it is one name. A part may be two in its turn.
[[nodiscard]] MentionParts parts_of(const MentionSources& sources, const Mention& tagged);

}  // namespace dateline::indexer

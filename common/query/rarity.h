// What a word says of an article by being in few of them.
#pragma once

#include <cmath>

namespace dateline::query {

/// Inverse document frequency as Xapian's BM25 has it.
[[nodiscard]] inline double rarity(double documents, double with_term) {
  const double odds = (documents - with_term + 0.5) / (with_term + 0.5);
  return std::log(odds < 2 ? odds * 0.5 + 1 : odds);
}

}  // namespace dateline::query

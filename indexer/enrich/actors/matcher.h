// Where the gazetteer's phrases stand in an article.
#pragma once

#include <cstdint>
#include <vector>

#include "indexer/enrich/actors/gazetteer.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// What the gazetteer says about each token, and the actors that it finds.
struct Matches {
  /// Per token, two bits a class: 1 = begins or continues, 2 = ends a phrase of this class; see `match_bits`.
  std::vector<std::uint64_t> classes;
  /// Actors found, longest match first at each place, not overlapping, in text order.
  std::vector<Mention> actors;
};

/// Classes that `Matches::classes` tells apart: those of WordClass, then these.
constexpr unsigned kClassPerson = static_cast<unsigned>(WordClass::count_);
constexpr unsigned kClassOrganisation = kClassPerson + 1;
constexpr unsigned kClassCountry = kClassPerson + 2;
constexpr unsigned kMatchClasses = kClassPerson + 3;

/// Place of a token in a phrase of a class.
enum class PhrasePart : std::uint8_t { begin = 1, inside = 2, last = 4, unit = 8 };

[[nodiscard]] constexpr std::uint64_t match_bit(unsigned match_class, PhrasePart part) {
  return static_cast<std::uint64_t>(part) << (4 * match_class);
}
static_assert(kMatchClasses * 4 <= 64);

class Matcher {
 public:
  explicit Matcher(const Gazetteer& gazetteer) : gazetteer_(gazetteer) {}

  /// `language` is the bit of the article's language.
  void match(const TokenisedArticle& article, LanguageMask language, Matches& out) const;

 private:
  void match_sentence(const TokenisedArticle& article, std::uint32_t sentence, LanguageMask language,
                      Matches& out) const;

  const Gazetteer& gazetteer_;
};

}  // namespace dateline::indexer

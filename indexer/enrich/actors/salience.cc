#include "indexer/enrich/actors/salience.h"

#include <algorithm>

namespace dateline::indexer {

double salience(const Presence& presence, std::uint32_t most_mentions) {
  // Weights by judgement: a headline decides most, then how often, then the lead. They add up to 1.
  constexpr double kHeadline = 0.35;
  constexpr double kShare = 0.30;
  constexpr double kLead = 0.15;
  constexpr double kEarly = 0.10;
  constexpr double kSubject = 0.10;
  const double share = static_cast<double>(presence.mentions) / static_cast<double>(std::max(1U, most_mentions));
  const double subject = std::min(1.0, static_cast<double>(presence.subjects) / 2);
  double score = kShare * share + kEarly * (1 - std::clamp(presence.first_position, 0.0, 1.0)) + kSubject * subject;
  if (presence.in_headline) score += kHeadline;
  if (presence.in_lead) score += kLead;
  return std::clamp(score, 0.0, 1.0);
}

}  // namespace dateline::indexer

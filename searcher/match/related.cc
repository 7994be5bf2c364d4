#include "searcher/match/related.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "common/schema.h"
#include "common/store/document_terms.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kTerms = 40;     ///< Telling words that are taken.
constexpr double kActorWeight = 1.5;   ///< Of an actor relative to a word as rare.
constexpr Xapian::doccount kRare = 2;  ///< A word of one article alone finds nothing else.
constexpr double kTooCommon = 0.5;     ///< Share of all articles above which a word says nothing.

bool telling(std::string_view term) {
  if (term.starts_with(schema::kActorSalient)) return true;
  if (!term.starts_with(schema::kStem) || term.size() < 5) return false;
  const char first = term[schema::kStem.size()];
  return !(first >= 'A' && first <= 'Z') && !(first >= '0' && first <= '9');
}

}  // namespace

Xapian::Query related_to(const Xapian::Database& database, Xapian::docid document, Analyzers& analyzers) {
  const double all = database.get_doccount();
  std::vector<std::pair<double, std::string>> terms;
  std::string identity;
  FlatDocument own;
  terms_of(database, document, analyzers, own);
  for (FlatDocument::TermIndex t = 0; t < own.term_count(); ++t) {
    const std::string term{own.name(t)};
    if (term.starts_with(schema::kIdentity)) identity = term;
    if (!telling(term)) continue;
    const Xapian::doccount having = database.get_termfreq(term);
    if (having < kRare || having > std::max(3.0, all * kTooCommon)) continue;
    const bool actor = term.starts_with(schema::kActorSalient);
    // tf-idf, the frequency damped: Salton and Buckley (1988).
    const double frequency = actor ? 3 : 1 + std::log(std::max(1.0, double{1} * own.wdf(t)));
    terms.emplace_back(frequency * std::log(1 + all / having) * (actor ? kActorWeight : 1), term);
  }
  if (terms.empty()) return Xapian::Query::MatchNothing;
  std::sort(terms.begin(), terms.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  if (terms.size() > kTerms) terms.resize(kTerms);
  std::vector<Xapian::Query> weighed;
  for (const auto& [weight, term] : terms) {
    weighed.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(term), weight / terms.front().first);
  }
  const Xapian::Query any(Xapian::Query::OP_OR, weighed.begin(), weighed.end());
  return identity.empty() ? any : Xapian::Query(Xapian::Query::OP_AND_NOT, any, Xapian::Query(identity));
}

}  // namespace dateline::searcher

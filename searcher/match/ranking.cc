#include "searcher/match/ranking.h"

#include <cmath>
#include <string>
#include <vector>

#include "common/schema.h"

namespace dateline::searcher {
namespace {

/// Steps in which the bonus falls: four to a half-life, down to 1/256 of the whole.
constexpr int kStepsPerHalfLife = 4;
constexpr int kSteps = 32;

Xapian::BM25Weight bm25(const RankingParameters& p) {
  return Xapian::BM25Weight(p.k1, 0, p.k3, p.b, p.min_length);
}

/// Stems of the text, and no other terms: no names of fields, days or sources.
class TextStems final : public Xapian::ExpandDecider {
 public:
  bool operator()(const std::string& term) const override {
    if (term.size() < 4 || !term.starts_with(schema::kStem)) return false;
    const char first = term[schema::kStem.size()];
    return !(first >= 'A' && first <= 'Z') && !(first >= '0' && first <= '9');
  }
};

}  // namespace

void set_order(Xapian::Enquire& enquire, SortOrder sort, bool ranks, const RankingParameters& parameters) {
  if (sort == SortOrder::relevance && ranks) {
    enquire.set_weighting_scheme(bm25(parameters));
    enquire.set_sort_by_relevance_then_value(schema::slot_newest, true);
    return;
  }
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_sort_by_value(sort == SortOrder::oldest ? schema::slot_oldest : schema::slot_newest, true);
}

Xapian::Query expanded(const Xapian::Database& database, const Xapian::Query& query, const Xapian::Query& filters,
                       bool widen, const RankingParameters& parameters) {
  Xapian::Enquire enquire(database);
  enquire.set_query(filters.empty() ? query : Xapian::Query(Xapian::Query::OP_FILTER, query, filters));
  set_order(enquire, SortOrder::relevance, true, parameters);
  const Xapian::MSet best = enquire.get_mset(0, parameters.feedback_hits);
  Xapian::RSet relevant;
  for (Xapian::MSetIterator hit = best.begin(); hit != best.end(); ++hit) relevant.add_document(*hit);
  if (relevant.empty()) return query;
  const TextStems decider;
  enquire.set_expansion_scheme("bo1");
  const Xapian::ESet words =
      enquire.get_eset(parameters.feedback_words, relevant, Xapian::Enquire::INCLUDE_QUERY_TERMS, &decider);
  std::vector<Xapian::Query> added;
  const double greatest = words.empty() ? 1 : words.begin().get_weight();
  for (Xapian::ESetIterator word = words.begin(); word != words.end(); ++word) {
    const double weight = parameters.feedback_weight * word.get_weight() / greatest;
    if (weight > 0) added.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(*word), weight);
  }
  if (added.empty()) return query;
  const Xapian::Query all(Xapian::Query::OP_OR, added.begin(), added.end());
  return {widen ? Xapian::Query::OP_OR : Xapian::Query::OP_AND_MAYBE, query, all};
}

Xapian::Query with_recency(const Xapian::Database& database, const Xapian::Query& query, std::chrono::seconds half_life,
                           std::chrono::sys_seconds now, const RankingParameters& parameters) {
  Xapian::Enquire enquire(database);
  enquire.set_query(query);
  enquire.set_weighting_scheme(bm25(parameters));
  const double bonus = enquire.get_mset(0, 0).get_max_possible() * parameters.recency_share;
  if (bonus <= 0) return query;
  const double step = static_cast<double>(half_life.count()) / kStepsPerHalfLife;
  std::vector<Xapian::Query> steps;
  double youngest = static_cast<double>(now.time_since_epoch().count());
  for (int i = 0; i < kSteps; ++i) {
    // An article dated in the future counts as one of this moment.
    const std::string from = Xapian::sortable_serialise(youngest - step);
    const std::string to = i == 0 ? "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                                  : Xapian::sortable_serialise(std::nextafter(youngest, -INFINITY));
    const double weight = bonus * std::exp2(-(i + 0.5) / kStepsPerHalfLife);
    const Xapian::Query age(Xapian::Query::OP_VALUE_RANGE, schema::slot_published, from, to);
    const Xapian::Query constant(new Xapian::FixedWeightPostingSource(weight));  // Query takes a copy of its own.
    steps.emplace_back(Xapian::Query::OP_FILTER, constant, age);
    youngest -= step;
  }
  return {Xapian::Query::OP_AND_MAYBE, query, Xapian::Query(Xapian::Query::OP_OR, steps.begin(), steps.end())};
}

}  // namespace dateline::searcher

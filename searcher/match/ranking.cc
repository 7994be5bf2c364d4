#include "searcher/match/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/query/rarity.h"
#include "common/schema.h"
#include "common/store/document_terms.h"

namespace dateline::searcher {
namespace {

/// Steps in which the bonus falls: four to a half-life, down to 1/256 of the whole.
constexpr int kStepsPerHalfLife = 4;
constexpr int kSteps = 32;

Xapian::BM25Weight bm25(const RankingParameters& p) {
  return Xapian::BM25Weight(p.k1, 0, p.k3, p.b, p.min_length);
}

/// A stem of the text, and no other term: no name of a field, no number, nothing too short to say something.
bool is_text_stem(std::string_view term) {
  constexpr std::size_t kShortest = 3;
  if (!term.starts_with(schema::kStem) || term.starts_with(std::string{schema::kStem}.append(schema::kTitle)))
    return false;
  const std::string_view stem = schema::stem_of_term(term);
  return stem.size() >= kShortest && !(stem.front() >= '0' && stem.front() <= '9');
}

/// Words of one hit: how much each says of the article, times `share`.
void weigh_words(const Xapian::Database& database, Xapian::docid document, double share, const RankingParameters& p,
                 Analyzers& analyzers, std::unordered_map<std::string, double>& words) {
  const double length = database.get_doclength(document);
  const double saturation = p.k1 * (1 - p.b + p.b * length / database.get_avlength());
  const double documents = database.get_doccount();
  FlatDocument terms;
  terms_of(database, document, analyzers, terms);
  for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t) {
    if (!is_text_stem(terms.name(t))) continue;
    const std::string name{terms.name(t)};
    const double frequency = terms.wdf(t);
    words[name] += share * frequency * (p.k1 + 1) / (frequency + saturation) *
                   query::rarity(documents, database.get_termfreq(name));
  }
}

/// Words that are typical of the best hits, the best hit counting most, with their weights; best first. The relevance
/// model of Lavrenko and Croft (2001), with BM25's estimate of what a word says of an article.
std::vector<std::pair<double, std::string>> typical_words(const Xapian::Database& database,
                                                          const std::vector<Match>& best, const RankingParameters& p,
                                                          Analyzers& analyzers) {
  std::vector<double> shares;
  double sum = 0;
  for (const Match& hit : best) {
    const double greatest = best.front().weight;
    shares.push_back(greatest > 0 ? std::pow(hit.weight / greatest, p.feedback_sharpness) : 1);
    sum += shares.back();
  }
  std::unordered_map<std::string, double> words;
  std::size_t i = 0;
  for (const Match& hit : best) {
    weigh_words(database, hit.document, shares[i++] / sum, p, analyzers, words);
  }
  std::vector<std::pair<double, std::string>> ranked;
  ranked.reserve(words.size());
  for (auto& [word, weight] : words) ranked.emplace_back(weight, word);
  std::sort(ranked.begin(), ranked.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  if (ranked.size() > p.feedback_words) ranked.resize(p.feedback_words);
  return ranked;
}

/// How many documents must be looked at: let to stop early, OP_AND_MAYBE of Xapian 1.4.22 passes good hits over.
Xapian::doccount enough_for(const Xapian::Query& query) {
  if (query.get_type() == Xapian::Query::OP_AND_MAYBE) return std::numeric_limits<Xapian::doccount>::max();
  for (std::size_t i = 0; i < query.get_num_subqueries(); ++i) {
    if (const Xapian::doccount enough = enough_for(query.get_subquery(i)); enough > 0) return enough;
  }
  return 0;
}

struct Keyed {
  Match match;
  std::string key;  // empty unless ties are told apart by it
};

/// Do the scores of two neighbours differ by no more than rounding does?
bool tied(const Match& better, const Match& worse) {
  constexpr double kRoundingOfTwo = 1e-12;
  return worse.weight >= better.weight * (1 - kRoundingOfTwo);
}

/// In the order of docids, in which values are stored: there may be as many as there are documents.
void read_keys(std::vector<Keyed*> hits, const Xapian::Database& database, const query::Budget* budget) {
  constexpr std::size_t kBetweenLooks = 4096;
  if (hits.empty()) return;
  std::sort(hits.begin(), hits.end(),
            [](const Keyed* a, const Keyed* b) { return a->match.document < b->match.document; });
  auto value = database.valuestream_begin(schema::slot_newest);
  const auto none = database.valuestream_end(schema::slot_newest);
  for (std::size_t i = 0; i < hits.size() && value != none; ++i) {
    if (budget != nullptr && i % kBetweenLooks == 0) budget->check();
    value.skip_to(hits[i]->match.document);
    if (value != none && value.get_docid() == hits[i]->match.document) hits[i]->key = *value;
  }
}

/// Puts those that are tied in order; `hits` are sorted by weight.
void order_ties(std::vector<Keyed>& hits, Ties ties) {
  for (auto from = hits.begin(); from != hits.end();) {
    auto to = from + 1;
    while (to != hits.end() && tied((to - 1)->match, to->match)) ++to;
    std::stable_sort(from, to, [&](const Keyed& a, const Keyed& b) {
      return ties == Ties::by_docid ? a.match.document < b.match.document : a.key > b.key;
    });
    from = to;
  }
}

}  // namespace

bool numbered_by_date(const Xapian::Database& database) {
  const std::string ordered = database.get_metadata(std::string{schema::kMetaDateOrder});
  return database.size() == 1 && ordered == std::to_string(database.get_lastdocid());
}

void set_order(Xapian::Enquire& enquire, SortOrder sort, bool ranks, const RankingParameters& parameters,
               bool by_docid) {
  if (sort == SortOrder::relevance && ranks) {
    enquire.set_weighting_scheme(bm25(parameters));
    if (!by_docid) enquire.set_sort_by_relevance_then_value(schema::slot_newest, true);
    return;
  }
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  if (by_docid && sort != SortOrder::oldest) return;
  enquire.set_sort_by_value(sort == SortOrder::oldest ? schema::slot_oldest : schema::slot_newest, true);
}

Page page_of(const Xapian::Enquire& enquire, Xapian::doccount offset, Xapian::doccount limit, Xapian::doccount at_least,
             Ties ties) {
  // Hits beside the page that may be tied with its first and last ones: more only where those are.
  constexpr Xapian::doccount kBeside = 16;
  constexpr Xapian::doccount kMostBeside = 1024;
  at_least = std::max(at_least, enough_for(enquire.get_query()));
  for (Xapian::doccount beside = ties != Ties::exact && limit > 0 ? kBeside : 0;; beside *= 8) {
    const Xapian::doccount before = std::min(offset, beside);
    const Xapian::doccount wanted = before + limit + beside;
    const Xapian::MSet all = enquire.get_mset(offset - before, wanted, at_least);
    std::vector<Keyed> hits;
    for (Xapian::MSetIterator hit = all.begin(); hit != all.end(); ++hit)
      hits.push_back({{*hit, hit.get_weight()}, ties == Ties::by_key ? hit.get_sort_key() : std::string{}});
    const std::size_t first = std::min<std::size_t>(before, hits.size());
    const std::size_t end = std::min<std::size_t>(first + limit, hits.size());
    if (beside > 0 && beside < kMostBeside) {
      const bool reaches_back = before < offset && first < end && tied(hits.front().match, hits[first].match);
      const bool reaches_on = hits.size() == wanted && tied(hits[end - 1].match, hits.back().match);
      if (reaches_back || reaches_on) continue;
    }
    Page page{.hits = {}, .about = all.get_matches_estimated()};
    if (ties != Ties::exact) order_ties(hits, ties);
    for (std::size_t i = first; i < end; ++i) page.hits.push_back(hits[i].match);
    return page;
  }
}

std::vector<Match> page_of(const std::vector<Match>& best, const Xapian::Database& database, std::size_t offset,
                           std::size_t limit, Ties ties, const query::Budget* budget) {
  const std::size_t begin = std::min(offset, best.size());
  const std::size_t end = begin + std::min(limit, best.size() - begin);
  if (begin == end) return {};
  std::size_t from = begin;  // with all that may be tied with what is on the page
  while (from > 0 && tied(best[from - 1], best[from])) --from;
  std::size_t to = end;
  while (to < best.size() && tied(best[to - 1], best[to])) ++to;
  std::vector<Keyed> hits;
  std::vector<Keyed*> unordered;
  hits.reserve(to - from);
  for (std::size_t i = from; i < to; ++i) {
    hits.push_back({best[i], {}});
    const bool alone = (i == from || !tied(best[i - 1], best[i])) && (i + 1 == to || !tied(best[i], best[i + 1]));
    if (ties == Ties::by_key && !alone) unordered.push_back(&hits.back());
  }
  read_keys(std::move(unordered), database, budget);
  order_ties(hits, ties);
  std::vector<Match> page;
  for (std::size_t i = begin; i < end; ++i) page.push_back(hits[i - from].match);
  return page;
}

Xapian::Query expanded(const Xapian::Database& database, const Xapian::Query& query,
                       const std::optional<Xapian::Query>& filters, bool widen, const RankingParameters& parameters,
                       Analyzers& analyzers, const std::shared_ptr<query::Budget>& budget) {
  Xapian::Enquire enquire(database);
  const Xapian::Query filtered = filters ? Xapian::Query(Xapian::Query::OP_FILTER, query, *filters) : query;
  enquire.set_query(query::guarded(filtered, budget));
  set_order(enquire, SortOrder::relevance, true, parameters);
  const Page best = page_of(enquire, 0, parameters.feedback_hits, 0, Ties::by_key);
  const std::vector<std::pair<double, std::string>> words = typical_words(database, best.hits, parameters, analyzers);
  std::vector<Xapian::Query> added;
  for (const auto& [weight, word] : words) {
    const double relative = parameters.feedback_weight * weight / words.front().first;
    if (relative > 0) added.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(word), relative);
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
  // Not the best score possible: that is a bound which each shard estimates.
  const double bonus = enquire.get_mset(0, 1, enough_for(query)).get_max_attained() * parameters.recency_share;
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
    const Xapian::Query constant((new Xapian::FixedWeightPostingSource(weight))->release());  // owned by the query
    steps.emplace_back(Xapian::Query::OP_FILTER, constant, age);
    youngest -= step;
  }
  return {Xapian::Query::OP_AND_MAYBE, query, Xapian::Query(Xapian::Query::OP_OR, steps.begin(), steps.end())};
}

}  // namespace dateline::searcher

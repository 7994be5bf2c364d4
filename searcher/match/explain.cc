#include "searcher/match/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "common/schema.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kTermsNamed = 4;

/// A part of a query whose score is a summand.
struct Part {
  Xapian::Query leaf;    ///< As it stands in the query,
  Xapian::Query scored;  ///< and where it counts: only with what it is combined with.
};

/// Adds the parts below `query`; they count where `where` matches, if that is not empty.
void collect_parts(const Xapian::Query& query, const Xapian::Query& where, std::vector<Part>& out) {
  if (query.empty()) return;
  const auto both = [&](const Xapian::Query& condition) {
    return where.empty() ? condition : Xapian::Query(Xapian::Query::OP_FILTER, condition, where);
  };
  switch (query.get_type()) {
    case Xapian::Query::OP_OR:
      for (std::size_t i = 0; i < query.get_num_subqueries(); ++i) collect_parts(query.get_subquery(i), where, out);
      return;
    case Xapian::Query::OP_AND:
    case Xapian::Query::OP_XOR:
      for (std::size_t i = 0; i < query.get_num_subqueries(); ++i)
        collect_parts(query.get_subquery(i), both(query), out);
      return;
    case Xapian::Query::OP_FILTER:
      if (query.get_subquery(0).get_type() == Xapian::Query::LEAF_POSTING_SOURCE) {
        // A constant bonus says by its filter what it is for.
        out.push_back({query, both(query)});
        return;
      }
      [[fallthrough]];
    case Xapian::Query::OP_AND_NOT:
      collect_parts(query.get_subquery(0), both(query), out);
      return;
    case Xapian::Query::OP_AND_MAYBE:
      collect_parts(query.get_subquery(0), where, out);
      for (std::size_t i = 1; i < query.get_num_subqueries(); ++i) {
        collect_parts(query.get_subquery(i), both(query.get_subquery(0)), out);
      }
      return;
    default:
      out.push_back({query, where.empty() ? query : Xapian::Query(Xapian::Query::OP_FILTER, query, where)});
  }
}

/// A term as a reader would write it: "Zen:sanction" -> "sanction*", "ZSen:sanction" -> "title:sanction*".
std::string readable(std::string term) {
  if (term.starts_with(schema::kActorSalient)) return "actor!:" + term.substr(schema::kActorSalient.size());
  const bool stem = term.starts_with(schema::kStem);
  if (stem) term.erase(0, schema::kStem.size());
  const bool title = term.starts_with(schema::kTitle);
  if (title) term.erase(0, schema::kTitle.size());
  if (stem) term = std::string{schema::stem_of_term(term)};
  return (title ? "title:" : "") + term + (stem ? "*" : "");
}

bool has_terms(const Xapian::Query& part) {
  return part.get_unique_terms_begin() != part.get_terms_end();
}

std::string name_of(const Xapian::Query& part) {
  std::vector<std::string> terms;
  for (Xapian::TermIterator term = part.get_unique_terms_begin(); term != part.get_terms_end(); ++term)
    terms.push_back(readable(*term));
  std::sort(terms.begin(), terms.end());  // two languages may share a stem
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  if (terms.empty()) return "recency";
  const bool more = terms.size() > kTermsNamed;
  if (more) terms.resize(kTermsNamed);
  return fmt::format("{}{}", fmt::join(terms, " "), more ? " …" : "");
}

/// Matches the documents of the page and no others, over however many shards.
Xapian::Query page_of(const Xapian::Database& database, const std::vector<Xapian::docid>& hits) {
  std::vector<Xapian::Query> ids;
  for (const Xapian::docid hit : hits) {
    Xapian::TermIterator term = database.termlist_begin(hit);
    term.skip_to(std::string{schema::kIdentity});
    if (term != database.termlist_end(hit)) ids.emplace_back(*term);
  }
  return {Xapian::Query::OP_OR, ids.begin(), ids.end()};
}

/// Number of visible articles that a part matches.
std::uint64_t frequency(const Xapian::Database& database, const Xapian::Query& part,
                        const std::shared_ptr<query::Budget>& budget, const Xapian::Query& visible) {
  if (part.get_type() == Xapian::Query::LEAF_TERM && visible.empty())
    return database.get_termfreq(*part.get_terms_begin());
  Xapian::Enquire enquire(database);
  enquire.set_query(
      query::guarded(visible.empty() ? part : Xapian::Query(Xapian::Query::OP_FILTER, part, visible), budget));
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  return enquire.get_mset(0, 0, database.get_doccount()).get_matches_estimated();
}

}  // namespace

std::map<Xapian::docid, std::vector<Contribution>> contributions(const Xapian::Database& database,
                                                                 const Xapian::Query& query,
                                                                 const std::vector<Xapian::docid>& hits,
                                                                 const RankingParameters& parameters,
                                                                 const std::shared_ptr<query::Budget>& budget,
                                                                 const Xapian::Query& visible) {
  std::map<Xapian::docid, std::vector<Contribution>> out;
  if (hits.empty()) return out;
  std::vector<Part> parts;
  collect_parts(query, {}, parts);
  const Xapian::Query page = page_of(database, hits);
  for (const Part& part : parts) {
    if (budget) budget->check();
    Xapian::Enquire enquire(database);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_FILTER, part.scored, page));
    set_order(enquire, SortOrder::relevance, true, parameters);
    const Xapian::MSet scored = enquire.get_mset(0, static_cast<Xapian::doccount>(hits.size()));
    std::optional<std::uint64_t> articles;
    for (Xapian::MSetIterator hit = scored.begin(); hit != scored.end(); ++hit) {
      if (hit.get_weight() <= 0) continue;
      if (!articles) articles = frequency(database, has_terms(part.leaf) ? part.leaf : part.scored, budget, visible);
      out[*hit].push_back({.part = name_of(part.leaf), .score = hit.get_weight(), .articles = *articles});
    }
  }
  for (auto& [id, list] : out) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Contribution& a, const Contribution& b) { return a.score > b.score; });
  }
  return out;
}

}  // namespace dateline::searcher

#include "searcher/match/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "common/schema.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kTermsNamed = 4;

/// The parts of a query whose scores are summed.
void collect_parts(const Xapian::Query& query, std::vector<Xapian::Query>& out) {
  if (query.empty()) return;
  switch (query.get_type()) {
    case Xapian::Query::OP_AND:
    case Xapian::Query::OP_OR:
    case Xapian::Query::OP_XOR:
    case Xapian::Query::OP_AND_MAYBE:
      for (std::size_t i = 0; i < query.get_num_subqueries(); ++i) collect_parts(query.get_subquery(i), out);
      return;
    case Xapian::Query::OP_AND_NOT:
    case Xapian::Query::OP_FILTER:
      collect_parts(query.get_subquery(0), out);
      return;
    default:
      out.push_back(query);
  }
}

/// A term as a reader would write it: "Zsanction" -> "sanction*", "ZSsanction" -> "title:sanction*".
std::string readable(std::string term) {
  const bool stem = term.starts_with(schema::kStem);
  if (stem) term.erase(0, schema::kStem.size());
  const bool title = term.starts_with(schema::kTitle);
  if (title) term.erase(0, schema::kTitle.size());
  return (title ? "title:" : "") + term + (stem ? "*" : "");
}

std::string name_of(const Xapian::Query& part) {
  std::vector<std::string> terms;
  for (Xapian::TermIterator term = part.get_unique_terms_begin(); term != part.get_terms_end(); ++term)
    terms.push_back(readable(*term));
  if (terms.empty()) return "date";
  const bool more = terms.size() > kTermsNamed;
  if (more) terms.resize(kTermsNamed);
  return fmt::format("{}{}", fmt::join(terms, " "), more ? " …" : "");
}

}  // namespace

std::map<Xapian::docid, std::vector<Contribution>> contributions(const Xapian::Database& database,
                                                                 const Xapian::Query& query, const Xapian::MSet& hits,
                                                                 const RankingParameters& parameters) {
  std::map<Xapian::docid, std::vector<Contribution>> out;
  std::vector<Xapian::Query> parts;
  collect_parts(query, parts);
  for (const Xapian::Query& part : parts) {
    Xapian::Enquire enquire(database);
    enquire.set_query(part);
    set_order(enquire, SortOrder::relevance, true, parameters);
    // Few queries of this kind are asked; all of a part's hits are looked at to find those of the page.
    const Xapian::MSet all = enquire.get_mset(0, database.get_doccount());
    std::map<Xapian::docid, double> scores;
    for (Xapian::MSetIterator hit = all.begin(); hit != all.end(); ++hit) scores.emplace(*hit, hit.get_weight());
    for (Xapian::MSetIterator hit = hits.begin(); hit != hits.end(); ++hit) {
      const auto found = scores.find(*hit);
      if (found == scores.end() || found->second <= 0) continue;
      out[*hit].push_back({.part = name_of(part), .score = found->second, .articles = all.size()});
    }
  }
  for (auto& [id, list] : out) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Contribution& a, const Contribution& b) { return a.score > b.score; });
  }
  return out;
}

}  // namespace dateline::searcher

#include "searcher/match/concealed.h"

#include <algorithm>
#include <unordered_map>

#include "common/schema.h"
#include "common/store/document_terms.h"

namespace dateline::searcher {
namespace {

const std::string& hidden_term() {
  static const std::string term{schema::kHidden};
  return term;
}

}  // namespace

Concealed::Concealed(const Xapian::Database& database, Analyzers& analyzers, std::chrono::sys_seconds now)
    : from_(now), until_(std::chrono::sys_seconds::max()) {
  std::vector<Xapian::Query> concealed;
  if (database.term_exists(hidden_term())) concealed.emplace_back(hidden_term());
  if (database.get_value_freq(schema::slot_embargo) > 0) {
    const auto later = static_cast<double>(now.time_since_epoch().count()) + 1;
    concealed.emplace_back(Xapian::Query::OP_VALUE_GE, schema::slot_embargo, Xapian::sortable_serialise(later));
  }
  if (concealed.empty()) return;
  query_ = Xapian::Query(Xapian::Query::OP_OR, concealed.begin(), concealed.end());
  Xapian::Enquire enquire(database);
  enquire.set_query(query_);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  const Xapian::MSet found = enquire.get_mset(0, database.get_doccount());
  nothing_ = found.empty();
  count_ = found.size();
  FlatDocument terms;
  std::unordered_map<std::string, Xapian::doccount> counts;
  for (auto hit = found.begin(); hit != found.end(); ++hit) {
    const std::string embargo = hit.get_document().get_value(schema::slot_embargo);
    if (!embargo.empty()) {
      const std::chrono::sys_seconds end{
          std::chrono::seconds{static_cast<std::int64_t>(Xapian::sortable_unserialise(embargo))}};
      if (end > now) until_ = std::min(until_, end);
    }
    terms_of(database, *hit, analyzers, terms);
    for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t) ++counts[std::string{terms.name(t)}];
  }
  for (const auto& [term, count] : counts) {
    if (database.get_termfreq(term) == count) secret_terms_.insert(term);
  }
}

Xapian::Query Concealed::without(const Xapian::Query& query) const {
  return nothing_ ? query : Xapian::Query(Xapian::Query::OP_AND_NOT, query, query_);
}

bool Concealed::conceals(const Xapian::Document& document) const {
  if (nothing_) return false;
  const std::string embargo = document.get_value(schema::slot_embargo);
  if (!embargo.empty() && Xapian::sortable_unserialise(embargo) > static_cast<double>(from_.time_since_epoch().count()))
    return true;
  auto term = document.termlist_begin();
  term.skip_to(hidden_term());
  return term != document.termlist_end() && *term == hidden_term();
}

}  // namespace dateline::searcher

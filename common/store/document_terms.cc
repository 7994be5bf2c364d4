#include "common/store/document_terms.h"

#include "common/article_terms.h"
#include "common/stored.h"

namespace dateline {

TermsOf terms_of_stored(Analyzers& analyzers) {
  return [&analyzers](const Xapian::Document& document, FlatDocument& out) {
    add_article_terms(decode_article(document.get_data()), analyzers, out);
  };
}

void terms_of(const Xapian::Database& database, Xapian::docid document, Analyzers& analyzers, FlatDocument& out,
              Unnamed unnamed) {
  const std::optional<ListedStandIn> listed = listed_terms(database, document, out);
  if (!listed) return;
  terms_of_stored(analyzers)(database.get_document(document), out);
  if (unnamed == Unnamed::as_analysed || listed->are_those_of(out)) return;
  const FlatDocument found = std::move(terms_in_postings(database, std::span(&document, 1)).at(document));
  (void)listed_terms(database, document, out);
  for (FlatDocument::TermIndex t = 0; t < found.term_count(); ++t)
    out.add_wdf(out.term({}, found.name(t)), found.wdf(t));
}

Xapian::Document whole_document(const Xapian::Database& shard, DocumentPositions& positions, Xapian::docid document,
                                Analyzers& analyzers) {
  Xapian::Document out = shard.get_document(document);
  if (!positions.has(document)) return out;
  FlatDocument terms;
  terms_of(shard, document, analyzers, terms, Unnamed::as_indexed);
  out.clear_terms();
  for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t)
    out.add_term(std::string{terms.name(t)}, terms.wdf(t));
  positions.add_to(document, out);
  return out;
}

}  // namespace dateline

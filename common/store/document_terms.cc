#include "common/store/document_terms.h"

#include "common/article_words.h"
#include "common/paragraphs.h"
#include "common/store/position_lists.h"
#include "common/stored.h"

namespace dateline {

WordsOf words_of_stored(Analyzers& analyzers) {
  return [&analyzers](const Xapian::Document& document, FlatDocument& out) {
    const Article article = decode_article(document.get_data());
    add_words(article, paragraphs_of(article), analyzers.of(article.lang), out);
  };
}

void terms_of(const Xapian::Database& database, Xapian::docid document, Analyzers& analyzers, FlatDocument& out) {
  if (listed_terms(database, document, out)) return;
  words_of_stored(analyzers)(database.get_document(document), out);
}

Xapian::Document whole_document(const Xapian::Database& shard, Xapian::docid apart, Xapian::docid document,
                                Analyzers& analyzers) {
  Xapian::Document out = shard.get_document(document);
  if (document > apart) return out;
  FlatDocument terms;
  terms_of(shard, document, analyzers, terms);
  out.clear_terms();
  for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t)
    out.add_term(std::string{terms.name(t)}, terms.wdf(t));
  add_positions(shard, apart, document, out);
  return out;
}

}  // namespace dateline

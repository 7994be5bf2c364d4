#include "indexer/document_builder.h"

#include <xapian.h>

#include "common/article_terms.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/store/record_packing.h"
#include "common/stored.h"

namespace dateline::indexer {

void DocumentBuilder::build(const Article& article, const std::string& identity, std::int64_t indexed_at, bool hidden,
                            FlatDocument& document) {
  document.clear();
  (void)document.term({}, identity_term(identity));
  if (hidden || article.status != PublishingStatus::usable) (void)document.term(schema::kHidden, {});
  document.set_value(schema::slot_indexed_at, Xapian::sortable_serialise(static_cast<double>(indexed_at)));
  const bool dated = article.published.has_value();
  const std::int64_t utc = dated ? article.published->utc : 0;
  document.set_value(schema::slot_newest, schema::newest_key(dated, utc, identity));
  document.set_value(schema::slot_oldest, schema::oldest_key(dated, utc, identity));
  add_article_terms(article, analyzers_, document);
  document.set_data(pack_record(encode_article(article)));
}

}  // namespace dateline::indexer

#include "indexer/jobs/rulings.h"

#include <algorithm>

#include "common/identity.h"
#include "common/schema.h"
#include "common/store/document_terms.h"
#include "common/store/term_lists.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

const std::string& hidden_term() {
  static const std::string term{schema::kHidden};
  return term;
}

bool is_hidden(const Xapian::Document& document) {
  auto term = document.termlist_begin();
  term.skip_to(hidden_term());
  return term != document.termlist_end() && *term == hidden_term();
}

/// Documents on which there is a ruling, found by their identities and addresses without reading any of them.
std::vector<Xapian::docid> ruled_documents(const Xapian::Database& database, Register& reg) {
  std::vector<Xapian::docid> documents;
  const auto take = [&](const std::string& term) {
    for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it) documents.push_back(*it);
  };
  const std::string identity{schema::kIdentity};
  for (auto term = database.allterms_begin(identity); term != database.allterms_end(identity); ++term) {
    if (reg.ruling({}, identity_of_term(*term))) take(*term);
  }
  const std::string url{schema::kUrl};
  for (auto term = database.allterms_begin(url); term != database.allterms_end(url); ++term) {
    if (reg.ruling({}, identity_key(Article{.url = (*term).substr(url.size())}))) take(*term);
  }
  std::sort(documents.begin(), documents.end());
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  return documents;
}

}  // namespace

Article note_article(const Article& article, const std::string& note) {
  std::vector<std::string> lines = text::paragraphs(text::clean(note));
  Article out{.id = article.id,
              .published = article.published,
              .source = article.source,
              .url = article.url,
              .lang = article.lang};
  if (!lines.empty()) {
    out.title = lines.front();
    lines.erase(lines.begin());
  }
  out.body = std::move(lines);
  return out;
}

bool set_hidden(Xapian::WritableDatabase& database, Xapian::docid id, bool hidden) {
  Xapian::Document document = database.get_document(id);
  if (is_hidden(document) == hidden) return false;
  if (hidden) {
    document.add_boolean_term(hidden_term());
  } else {
    document.remove_term(hidden_term());
  }
  // Text, values and so what is kept beside the shard stay the same: the docid may, too.
  database.replace_document(id, document);
  return true;
}

std::vector<std::string> apply_rulings(Xapian::WritableDatabase& database, const std::filesystem::path& shard,
                                       Register& reg, DocumentBuilder& builder, std::int64_t now) {
  struct Ruled {
    Xapian::docid document = 0;
    std::string identity;
    Ruling ruling;
    Article article;
  };
  std::vector<std::string> changed;
  std::vector<Ruled> gone;
  std::vector<Xapian::docid> ids;
  for (const Xapian::docid id : ruled_documents(database, reg)) {
    const Xapian::Document document = database.get_document(id);
    Article article = decode_article(document.get_data());
    std::string identity = identity_of(document.termlist_begin());
    auto ruling = reg.ruling(article, identity);
    if (!ruling) continue;
    if (ruling->act == Act::hide) {
      if (set_hidden(database, id, true)) changed.push_back(identity);
      continue;
    }
    if (ruling->act == Act::note) {
      Article note = note_article(article, ruling->note);
      if (article.title == note.title && article.body == note.body && !is_hidden(document)) continue;
      article = std::move(note);
    } else {
      article = {};  // Nothing of it is needed, and there may be many.
    }
    gone.push_back({id, std::move(identity), std::move(*ruling), std::move(article)});
    ids.push_back(id);
  }
  Analyzers analyzers;
  delete_documents(database, shard, ids, terms_of_stored(analyzers));
  FlatDocument stand_in;
  for (const Ruled& one : gone) {
    if (one.ruling.act == Act::note) {
      builder.build(one.article, one.identity, now, /*hidden=*/false, stand_in);
      database.add_document(to_xapian(stand_in));
    }
    changed.push_back(one.identity);
  }
  std::vector<Xapian::docid> hidden(database.postlist_begin(hidden_term()), database.postlist_end(hidden_term()));
  for (const Xapian::docid id : hidden) {
    const Xapian::Document document = database.get_document(id);
    const std::string identity = identity_of(document.termlist_begin());
    if (reg.ruling(decode_article(document.get_data()), identity)) continue;
    if (set_hidden(database, id, false)) changed.push_back(identity);
  }
  return changed;
}

}  // namespace dateline::indexer

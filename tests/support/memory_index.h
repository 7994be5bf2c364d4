// A small index in memory, with the terms that queries need, for tests of the query room alone.
#pragma once

#include <xapian.h>

#include <string>
#include <vector>

#include "common/analyzer.h"
#include "common/date.h"
#include "common/identity.h"
#include "common/media_topics.h"
#include "common/paragraphs.h"
#include "common/positions.h"
#include "common/schema.h"
#include "dateline/article.h"

namespace dateline::test {

class MemoryIndex {
 public:
  MemoryIndex() : database(std::string(), Xapian::DB_BACKEND_INMEMORY) {}

  Xapian::WritableDatabase database;

  void add(const Article& article) {
    Xapian::Document document;
    Analyzer analyzer(article.lang);
    Sink sink{document, analyzer};
    lay_out(article.title, paragraphs_of(article), analyzer, sink);
    add_facts(document, article);
    document.add_value(schema::slot_words, Xapian::sortable_serialise(static_cast<double>(sink.words)));
    document.set_data(article.id);
    database.add_document(document);
  }

  /// Ids of the articles that match, in the order they were added.
  static std::vector<std::string> ids(const Xapian::Database& db, const Xapian::Query& query) {
    Xapian::Enquire enquire(db);
    enquire.set_query(query);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_docid_order(Xapian::Enquire::ASCENDING);
    std::vector<std::string> out;
    const Xapian::MSet hits = enquire.get_mset(0, db.get_doccount(), db.get_doccount());
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) out.push_back(hit.get_document().get_data());
    return out;
  }

 private:
  struct Sink {
    Xapian::Document& document;
    Analyzer& analyzer;
    std::uint64_t words = 0;

    void word(const Token& token, Zone zone, std::uint32_t position) {
      const bool title = zone == Zone::title;
      for (const std::string* term : {&token.term, &token.accented}) {
        if (term->empty()) continue;
        document.add_posting(*term, position);
        if (title) document.add_posting(schema::term(schema::kTitle, *term), position);
      }
      if (token.kind == TokenKind::word) ++words;
      if (token.kind != TokenKind::word && token.kind != TokenKind::joined) return;
      const std::string stem{analyzer.stem(token)};
      document.add_term(schema::stem_term({}, analyzer.stem_language(), stem));
      if (title) document.add_term(schema::stem_term(schema::kTitle, analyzer.stem_language(), stem));
    }
    void sentence(std::uint32_t position) { document.add_posting(std::string(schema::kSentenceMark), position, 0); }
    void paragraph(std::uint32_t position) { document.add_posting(std::string(schema::kParagraphMark), position, 0); }
  };

  static void add_facts(Xapian::Document& document, const Article& article) {
    const auto fact = [&](std::string_view prefix, const std::string& value, std::string_view name) {
      if (value.empty()) return;
      document.add_boolean_term(schema::folded_term(prefix, value));
      document.add_boolean_term(schema::term(schema::kHas, name));
    };
    fact(schema::kSource, article.source, "source");
    for (const std::vector<std::string>& path : section_paths(article)) {
      for (const std::string& name : path) fact(schema::kSection, name, "section");
    }
    fact(schema::kPlace, article.place, "place");
    if (!article.lang.empty()) document.add_boolean_term(schema::term(schema::kLanguage, article.lang));
    document.add_value(schema::slot_language, article.lang);
    if (!article.url.empty()) document.add_boolean_term(schema::term(schema::kUrl, article.url));
    document.add_boolean_term(schema::term(schema::kId, article.id));
    document.add_boolean_term(identity_term(article.id));
    for (const Actor& actor : article.actors) {
      fact(schema::kActor, actor.name, "actor");
      if (actor.salience >= 0.5) document.add_boolean_term(schema::folded_term(schema::kActorSalient, actor.name));
    }
    Xapian::termpos position = 0;
    Analyzer analyzer;
    for (const std::string& author : article.authors) {
      document.add_boolean_term(schema::term(schema::kHas, "author"));
      for (const Token& token : analyzer.tokenize(author)) {
        if (token.kind == TokenKind::word) ++position;
        document.add_posting(schema::term(schema::kAuthorWord, token.term), position, 0);
      }
      position += kMaxNearDistance;
    }
    if (article.published) add_date(document, *article.published);
  }

  static void add_date(Xapian::Document& document, const Timestamp& published) {
    const std::string day = format_day(published);
    document.add_boolean_term(schema::term(schema::kHas, "date"));
    document.add_boolean_term(schema::term(schema::kYear, day.substr(0, 4)));
    if (day.size() >= 7) document.add_boolean_term(schema::term(schema::kMonth, day.substr(0, 4) + day.substr(5, 2)));
    if (day.size() == 10) {
      document.add_boolean_term(schema::term(schema::kDay, day.substr(0, 4) + day.substr(5, 2) + day.substr(8)));
    }
    document.add_value(schema::slot_day, day);
    document.add_value(schema::slot_published, Xapian::sortable_serialise(static_cast<double>(published.utc)));
  }
};

}  // namespace dateline::test

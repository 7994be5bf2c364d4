#include "common/article_terms.h"

#include <xapian.h>

#include <string>
#include <utility>
#include <vector>

#include "common/article_words.h"
#include "common/date.h"
#include "common/media_topics.h"
#include "common/paragraphs.h"
#include "common/positions.h"
#include "common/schema.h"
#include "common/stored.h"

namespace dateline {
namespace {

void add_boolean(FlatDocument& document, const std::string& term) {
  (void)document.term({}, term);
}

/// `analyzer`: of no language, since names are not stemmed.
void add_authors(FlatDocument& document, const std::vector<std::string>& authors, Analyzer& analyzer) {
  std::uint32_t position = 0;
  for (const std::string& author : authors) {
    add_boolean(document, schema::folded_term(schema::kAuthor, author));
    for (const Token& token : analyzer.tokenize(author)) {
      if (token.kind == TokenKind::word) ++position;
      document.add_position(document.term(schema::kAuthorWord, token.term), position);
    }
    position += kMaxNearDistance;  // no phrase reaches from one author into the next
  }
  document.set_value(schema::slot_authors, schema::pack_strings(authors));
}

void add_day_terms(FlatDocument& document, const Timestamp& published) {
  const std::string day = format_day(published);  // "2021-12-30", "2021-12" or "2021"
  add_boolean(document, schema::term(schema::kYear, day.substr(0, 4)));
  if (day.size() >= 7) add_boolean(document, schema::term(schema::kMonth, day.substr(0, 4) + day.substr(5, 2)));
  if (day.size() == 10)
    add_boolean(document, schema::term(schema::kDay, day.substr(0, 4) + day.substr(5, 2) + day.substr(8)));
  document.set_value(schema::slot_published, Xapian::sortable_serialise(static_cast<double>(published.utc)));
  document.set_value(schema::slot_day, day);
  if (published.offset_minutes != 0)
    document.set_value(schema::slot_utc_offset, Xapian::sortable_serialise(published.offset_minutes));
}

void add_actors(FlatDocument& document, const std::vector<Actor>& actors) {
  // From this share of an article's attention on, an actor acts in it rather than being mentioned.
  constexpr double kSalient = 0.5;
  std::vector<std::string> packed;
  for (const Actor& actor : actors) {
    add_boolean(document, schema::folded_term(schema::kActor, actor.name));
    if (actor.salience >= kSalient) add_boolean(document, schema::folded_term(schema::kActorSalient, actor.name));
    packed.push_back(kind_letter(actor.kind) + actor.name);
  }
  document.set_value(schema::slot_actors, schema::pack_strings(std::move(packed)));
}

/// Found by the names of all levels.
void add_sections(FlatDocument& document, const Article& article) {
  std::vector<std::string> packed;
  for (const std::vector<std::string>& path : section_paths(article)) {
    for (const std::string& name : path) add_boolean(document, schema::folded_term(schema::kSection, name));
    packed.push_back(schema::pack_path(path));
  }
  if (packed.empty()) return;
  add_boolean(document, schema::term(schema::kHas, "section"));
  document.set_value(schema::slot_section, schema::pack_strings(std::move(packed)));
}

void add_facts(FlatDocument& document, const Article& article) {
  const auto has = [&](std::string_view field, bool filled) {
    if (filled) add_boolean(document, schema::term(schema::kHas, field));
  };
  has("title", !article.title.empty());
  has("body", !article.body.empty());
  has("date", article.published.has_value());
  has("source", !article.source.empty());
  has("url", !article.url.empty());
  has("author", !article.authors.empty());
  has("lang", !article.lang.empty());
  has("place", !article.place.empty());
  has("actor", !article.actors.empty());
  if (!article.source.empty()) {
    add_boolean(document, schema::folded_term(schema::kSource, article.source));
    document.set_value(schema::slot_source, article.source);
  }
  if (!article.lang.empty()) {
    add_boolean(document, schema::term(schema::kLanguage, article.lang));
    document.set_value(schema::slot_language, article.lang);
  }
  if (!article.place.empty()) add_boolean(document, schema::folded_term(schema::kPlace, article.place));
  if (!article.url.empty()) add_boolean(document, schema::term(schema::kUrl, article.url));
}

}  // namespace

void add_article_terms(const Article& article, Analyzers& analyzers, FlatDocument& document) {
  add_boolean(document, schema::term(schema::kId, article.id));
  if (article.embargo_until) {
    document.set_value(schema::slot_embargo,
                       Xapian::sortable_serialise(static_cast<double>(article.embargo_until->utc)));
  }
  if (article.published) add_day_terms(document, *article.published);
  add_facts(document, article);
  add_sections(document, article);
  add_actors(document, article.actors);
  add_authors(document, article.authors, analyzers.of({}));
  const std::vector<std::string> paragraphs = paragraphs_of(article);
  const std::size_t words = add_words(article, paragraphs, analyzers.of(article.lang), document);
  document.set_value(schema::slot_words, Xapian::sortable_serialise(static_cast<double>(words)));
}

}  // namespace dateline

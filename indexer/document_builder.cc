#include "indexer/document_builder.h"

#include <algorithm>

#include "common/date.h"
#include "common/positions.h"
#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

/// How often a word counts where it stands. Fields are weighed by folding their weights into one term's wdf, so that
/// one posting list ranks title, lead and body together (Robertson, Zaragoza, Taylor: Simple BM25 Extension to
/// Multiple Weighted Fields, 2004).
constexpr Xapian::termcount kTitleWeight = 4;
constexpr Xapian::termcount kLeadWeight = 2;
constexpr Xapian::termcount kBodyWeight = 1;

/// Adds the words of an article as positions.h lays them out.
class WordSink {
 public:
  /// `paragraphs`: of the body; an article of a single one has no lead that could be told from the rest.
  WordSink(Xapian::Document& document, Analyzer& analyzer, std::size_t paragraphs)
      : document_(document), analyzer_(analyzer), lead_weight_(paragraphs > 1 ? kLeadWeight : kBodyWeight) {}

  void word(const Token& token, Zone zone, std::uint32_t position) {
    const bool title = zone == Zone::title;
    const Xapian::termcount weight = title ? kTitleWeight : paragraphs_ <= 1 ? lead_weight_ : kBodyWeight;
    words_ += token.kind == TokenKind::word ? 1 : 0;
    document_.add_posting(token.term, position, weight);
    if (!token.accented.empty()) document_.add_posting(token.accented, position, weight);
    if (title) {
      document_.add_posting(schema::term(schema::kTitle, token.term), position);
      if (!token.accented.empty()) document_.add_posting(schema::term(schema::kTitle, token.accented), position);
    }
    if (token.kind != TokenKind::word && token.kind != TokenKind::joined) return;
    const std::string_view stem = analyzer_.stem(token);
    document_.add_term(schema::stem_term({}, analyzer_.stem_language(), stem), weight);
    if (title) document_.add_term(schema::stem_term(schema::kTitle, analyzer_.stem_language(), stem));
  }
  void sentence(std::uint32_t position) { document_.add_posting(std::string{schema::kSentenceMark}, position, 0); }
  void paragraph(std::uint32_t position) {
    ++paragraphs_;
    document_.add_posting(std::string{schema::kParagraphMark}, position, 0);
  }
  [[nodiscard]] std::size_t words() const { return words_; }

 private:
  Xapian::Document& document_;
  Analyzer& analyzer_;
  Xapian::termcount lead_weight_;
  std::size_t paragraphs_ = 0;
  std::size_t words_ = 0;
};

void add_authors(Xapian::Document& document, const std::vector<std::string>& authors) {
  Analyzer analyzer;  // names are not stemmed
  std::vector<Token> tokens;
  Xapian::termpos position = 0;
  for (const std::string& author : authors) {
    document.add_boolean_term(schema::folded_term(schema::kAuthor, author));
    analyzer.tokenize(author, tokens);
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::word) ++position;
      document.add_posting(schema::term(schema::kAuthorWord, token.term), position, 0);
    }
    position += kMaxNearDistance;  // no phrase reaches from one author into the next
  }
  document.add_value(schema::slot_authors, schema::pack_strings(authors));
}

void add_day_terms(Xapian::Document& document, const Timestamp& published) {
  const std::string day = format_day(published);  // "2021-12-30", "2021-12" or "2021"
  document.add_boolean_term(schema::term(schema::kYear, day.substr(0, 4)));
  if (day.size() >= 7) document.add_boolean_term(schema::term(schema::kMonth, day.substr(0, 4) + day.substr(5, 2)));
  if (day.size() == 10)
    document.add_boolean_term(schema::term(schema::kDay, day.substr(0, 4) + day.substr(5, 2) + day.substr(8)));
  document.add_value(schema::slot_published, Xapian::sortable_serialise(static_cast<double>(published.utc)));
  document.add_value(schema::slot_day, day);
  if (published.offset_minutes != 0)
    document.add_value(schema::slot_utc_offset, Xapian::sortable_serialise(published.offset_minutes));
}

void add_actors(Xapian::Document& document, const std::vector<Actor>& actors) {
  // From this share of an article's attention on, an actor acts in it rather than being mentioned.
  constexpr double kSalient = 0.5;
  std::vector<std::string> packed;
  for (const Actor& actor : actors) {
    document.add_boolean_term(schema::folded_term(schema::kActor, actor.name));
    if (actor.salience >= kSalient) document.add_boolean_term(schema::folded_term(schema::kActorSalient, actor.name));
    packed.push_back(kind_letter(actor.kind) + actor.name);
  }
  document.add_value(schema::slot_actors, schema::pack_strings(std::move(packed)));
}

void add_facts(Xapian::Document& document, const Article& article) {
  const auto has = [&](std::string_view field, bool filled) {
    if (filled) document.add_boolean_term(schema::term(schema::kHas, field));
  };
  has("title", !article.title.empty());
  has("body", !article.body.empty());
  has("date", article.published.has_value());
  has("source", !article.source.empty());
  has("url", !article.url.empty());
  has("author", !article.authors.empty());
  has("section", !article.section.empty());
  has("lang", !article.lang.empty());
  has("place", !article.place.empty());
  has("actor", !article.actors.empty());
  if (!article.source.empty()) {
    document.add_boolean_term(schema::folded_term(schema::kSource, article.source));
    document.add_value(schema::slot_source, article.source);
  }
  if (!article.section.empty()) {
    document.add_boolean_term(schema::folded_term(schema::kSection, article.section));
    document.add_value(schema::slot_section, article.section);
  }
  if (!article.lang.empty()) {
    document.add_boolean_term(schema::term(schema::kLanguage, article.lang));
    document.add_value(schema::slot_language, article.lang);
  }
  if (!article.place.empty()) document.add_boolean_term(schema::folded_term(schema::kPlace, article.place));
  if (!article.url.empty()) document.add_boolean_term(schema::term(schema::kUrl, article.url));
}

}  // namespace

Analyzer& DocumentBuilder::analyzer(const std::string& lang) {
  return analyzers_.try_emplace(lang, lang).first->second;
}

Xapian::Document DocumentBuilder::build(const Article& article, const std::string& identity, std::int64_t indexed_at,
                                        bool hidden) {
  Xapian::Document document;
  document.add_boolean_term(schema::term(schema::kIdentity, identity));
  document.add_boolean_term(schema::term(schema::kId, article.id));
  document.add_value(schema::slot_indexed_at, Xapian::sortable_serialise(static_cast<double>(indexed_at)));
  if (hidden || article.status != PublishingStatus::usable) document.add_boolean_term(std::string{schema::kHidden});
  if (article.embargo_until) {
    document.add_value(schema::slot_embargo,
                       Xapian::sortable_serialise(static_cast<double>(article.embargo_until->utc)));
  }
  const bool dated = article.published.has_value();
  const std::int64_t utc = dated ? article.published->utc : 0;
  document.add_value(schema::slot_newest, schema::newest_key(dated, utc, identity));
  document.add_value(schema::slot_oldest, schema::oldest_key(dated, utc, identity));
  if (dated) add_day_terms(document, *article.published);
  add_facts(document, article);
  add_actors(document, article.actors);
  add_authors(document, article.authors);
  WordSink sink(document, analyzer(article.lang), article.body.size());
  lay_out(article.title, article.body, analyzer(article.lang), sink);
  document.add_value(schema::slot_words, Xapian::sortable_serialise(static_cast<double>(sink.words())));
  document.set_data(encode_article(article));
  return document;
}

}  // namespace dateline::indexer

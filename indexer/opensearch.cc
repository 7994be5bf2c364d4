#include "indexer/opensearch.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <set>
#include <vector>

#include "common/date.h"
#include "common/positions.h"
#include "common/query/opensearch.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kSalient = 0.5;

/// Tokens of one field by position.
using Places = std::map<std::uint32_t, std::string>;

/// Lays an article out as the index has it.
class TokenSink {
 public:
  explicit TokenSink(Analyzer& analyzer) : analyzer_(analyzer) {}

  void word(const Token& token, Zone zone, std::uint32_t position) {
    put(token, position, false);
    if (zone == Zone::title) put(token, position, true);
    if (token.kind == TokenKind::word) ++words_;
  }
  // Marks stand in the hole before what they begin, so that two words of one sentence have none between them.
  void sentence(std::uint32_t position) { fields_["marks"][position - 1] = query::kSentenceToken; }
  void paragraph(std::uint32_t position) { fields_["marks"][position - 1] = query::kParagraphToken; }

  [[nodiscard]] const std::map<std::string, Places>& fields() const { return fields_; }
  [[nodiscard]] std::size_t words() const { return words_; }

 private:
  void put(const Token& token, std::uint32_t position, bool title) {
    const query::OpenSearchFields names = query::opensearch_fields(title);
    const bool plain = token.kind == TokenKind::word;
    for (std::size_t i = plain ? 0 : 1; i < names.words.size(); ++i) {
      if (fields_[names.words[i]].emplace(position, token.term).second) break;
    }
    if (!plain && token.kind != TokenKind::joined) return;
    const std::string stem{analyzer_.stem(token)};
    fields_[names.stems[plain ? 0 : 1]].emplace(position, fmt::format("{}:{}", analyzer_.stem_language(), stem));
  }

  Analyzer& analyzer_;
  std::map<std::string, Places> fields_;
  std::size_t words_ = 0;
};

std::string spelled_out(const Places& places) {
  std::string out;
  std::uint32_t next = 1;
  for (const auto& [position, token] : places) {
    for (; next < position; ++next) out.append(query::kHole).push_back(' ');
    out.append(token).push_back(' ');
    next = position + 1;
  }
  if (!out.empty()) out.pop_back();
  return out;
}

std::string last_day(const std::string& day) {
  using namespace std::chrono;
  if (day.size() == 4) return day + "-12-31";
  if (day.size() > 7) return day;
  const year y{std::stoi(day.substr(0, 4))};
  const month m{static_cast<unsigned>(std::stoi(day.substr(5, 2)))};
  return fmt::format("{}-{:02}", day, static_cast<unsigned>(year_month_day_last{y, month_day_last{m}}.day()));
}

Json placed() {
  return {{"type", "text"}, {"analyzer", "placed"}, {"index_options", "positions"}};
}

}  // namespace

Json opensearch_mapping() {
  const Json keyword = {{"type", "keyword"}, {"ignore_above", 8000}};
  Json properties = Json::object();
  for (const bool title : {false, true}) {
    const query::OpenSearchFields names = query::opensearch_fields(title);
    for (const std::string& name : names.words) properties[name] = placed();
    for (const std::string& name : names.stems) properties[name] = placed();
  }
  properties["marks"] = placed();
  for (const char* name : {"id", "url", "source", "section", "place", "lang", "has", "actors", "salient_actors",
                           "authors", "author_words", "keywords"})
    properties[name] = keyword;
  properties["published"] = {{"type", "date"}};
  for (const char* name : {"first_day", "last_day"}) properties[name] = {{"type", "date"}, {"format", "yyyy-MM-dd"}};
  properties["word_count"] = {{"type", "integer"}};
  // The article as it is shown; nothing in it is searched.
  properties["article"] = {{"type", "object"}, {"enabled", false}};
  return {{"settings",
           {{"analysis",
             {{"filter", {{"holes", {{"type", "stop"}, {"stopwords", {query::kHole}}}}}},
              {"analyzer", {{"placed", {{"type", "custom"}, {"tokenizer", "whitespace"}, {"filter", {"holes"}}}}}}}}}},
          {"mappings", {{"dynamic", "strict"}, {"properties", properties}}}};
}

Json opensearch_document(const Article& article) {
  Json json = Json::object();
  Analyzer analyzer(article.lang);
  TokenSink sink(analyzer);
  lay_out(article.title, article.body, analyzer, sink);
  for (const auto& [name, places] : sink.fields()) json[name] = spelled_out(places);
  json["word_count"] = sink.words();
  json["id"] = article.id;
  Json has = Json::array();
  const auto put = [&](const char* name, const Json& value, bool filled) {
    if (!filled) return;
    has.push_back(name);
    if (!value.is_null()) json[name] = value;
  };
  put("title", nullptr, !article.title.empty());
  put("body", nullptr, !article.body.empty());
  put("date", nullptr, article.published.has_value());
  put("source", text::fold(article.source), !article.source.empty());
  put("url", article.url, !article.url.empty());
  put("author", nullptr, !article.authors.empty());
  put("section", text::fold(article.section), !article.section.empty());
  put("lang", article.lang, !article.lang.empty());
  put("place", text::fold(article.place), !article.place.empty());
  put("actor", nullptr, !article.actors.empty());
  json["has"] = has;
  if (article.published) {
    const std::string day = format_day(*article.published);
    json["published"] = format_rfc3339({.utc = article.published->utc});
    json["first_day"] = day.size() == 4 ? day + "-01-01" : day.size() == 7 ? day + "-01" : day;
    json["last_day"] = last_day(day);
  }
  for (const Actor& actor : article.actors) {
    json["actors"].push_back(text::fold(actor.name));
    if (actor.salience >= kSalient) json["salient_actors"].push_back(text::fold(actor.name));
  }
  Analyzer names;
  for (const std::string& author : article.authors) {
    json["authors"].push_back(text::fold(author));
    for (const Token& token : names.tokenize(author)) json["author_words"].push_back(token.term);
  }
  if (!article.keywords.empty()) json["keywords"] = article.keywords;
  json["article"] = Json::parse(encode_article(article));
  return json;
}

std::string opensearch_bulk_lines(const Article& article, const std::string& identity) {
  const Json action = {{"index", {{"_id", identity}}}};
  return action.dump() + '\n' + opensearch_document(article).dump(-1, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

}  // namespace dateline::indexer

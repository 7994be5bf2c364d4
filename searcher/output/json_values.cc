#include "searcher/output/json_values.h"

#include <algorithm>
#include <cstdint>

#include "common/date.h"
#include "common/stored.h"

namespace dateline::searcher {
namespace {

void date_members(JsonPrinter& json, const Article& article) {
  json.key("date");
  article.published ? json.value(format_day(*article.published)) : json.null();
  json.key("published");
  article.published ? json.value(format_rfc3339(*article.published)) : json.null();
}

void keyed_marks(JsonPrinter& json, std::string_view key, const MarkedText& marked) {
  json.key(key);
  write_marks(json, marked);
}

void write_facet(JsonPrinter& json, const Facet& facet, std::size_t limit) {
  json.key(facet.field);
  json.begin_array();
  std::size_t written = 0;
  for (const FacetValue& value : facet.values) {
    if (limit != 0 && written++ == limit) break;
    json.begin_object();
    json.field("value", value.value);
    json.field("count", value.count);
    if (!value.kind.empty()) json.field("kind", value.kind);
    json.end_object();
  }
  if (facet.missing > 0 && facet.field.starts_with("date")) {
    json.begin_object();
    json.field("value", "undated");
    json.field("count", facet.missing);
    json.end_object();
  }
  json.end_array();
}

void write_actors(JsonPrinter& json, const std::vector<Actor>& actors) {
  json.key("actors");
  json.begin_array();
  for (const Actor& actor : actors) {
    json.begin_object();
    json.field("name", actor.name);
    json.field("kind", kind_name(actor.kind));
    json.field("mentions", std::uint64_t{actor.mentions});
    if (actor.salience > 0) json.field("salience", actor.salience);
    if (!actor.surfaces.empty()) texts(json, "surfaces", actor.surfaces);
    json.end_object();
  }
  json.end_array();
}

/// What agencies add to an article; members without a value are left out.
void write_provider_facts(JsonPrinter& json, const Article& article) {
  if (article.embargo_until) json.field("embargo_until", format_rfc3339(*article.embargo_until));
  if (article.status != PublishingStatus::usable) json.field("status", status_name(article.status));
  if (article.version > 0) json.field("version", article.version);
  if (!article.summary.empty()) json.field("summary", article.summary);
  if (article.subjects.empty()) return;
  json.key("subjects");
  json.begin_array();
  for (const Subject& subject : article.subjects) {
    json.begin_object();
    if (!subject.code.empty()) json.field("code", subject.code);
    if (!subject.name.empty()) json.field("name", subject.name);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string_view sort_name(SortOrder order) {
  switch (order) {
    case SortOrder::relevance:
      return "relevance";
    case SortOrder::newest:
      return "date";
    case SortOrder::oldest:
      return "-date";
  }
  return "relevance";
}

void text_or_null(JsonPrinter& json, std::string_view key, const std::string& value) {
  json.key(key);
  value.empty() ? json.null() : json.value(value);
}

void texts(JsonPrinter& json, std::string_view key, const std::vector<std::string>& values) {
  json.key(key);
  json.begin_array();
  for (const std::string& value : values) json.value(value);
  json.end_array();
}

void write_marks(JsonPrinter& json, const MarkedText& marked) {
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto characters = [&](std::size_t bytes) {
    const auto end = marked.text.begin() + static_cast<std::ptrdiff_t>(std::min(bytes, marked.text.size()));
    return static_cast<std::uint64_t>(std::count_if(marked.text.begin(), end, is_start));
  };
  json.begin_array();
  for (const TextRange& mark : marked.marks) {
    json.range(characters(mark.begin), characters(mark.end));
  }
  json.end_array();
}

void write_summary(JsonPrinter& json, const SearchResult& result) {
  json.field("format_version", kFormatVersion);
  json.field("query", result.query);
  json.field("sort", sort_name(result.sort));
  json.field("total", result.total);
  json.field("offset", std::uint64_t{result.offset});
  json.field("took_ms", static_cast<double>(result.took.count()) / 1000);
  texts(json, "warnings", result.warnings);
  texts(json, "notes", result.notes);
  json.key("suggestions");
  json.begin_array();
  for (const Suggestion& suggestion : result.suggestions) {
    json.begin_object();
    json.field("word", suggestion.word);
    texts(json, "replacements", suggestion.replacements);
    json.end_object();
  }
  json.end_array();
  if (!result.tree.empty()) json.field("tree", result.tree);
}

void write_facets(JsonPrinter& json, const std::vector<Facet>& facets, std::size_t facet_limit) {
  json.begin_object();
  for (const Facet& facet : facets) write_facet(json, facet, facet_limit);
  json.end_object();
}

void write_hit(JsonPrinter& json, const Hit& hit) {
  const Article& article = hit.article;
  json.begin_object();
  json.field("rank", std::uint64_t{hit.rank});
  json.field("id", article.id);
  json.field("title", article.title);
  text_or_null(json, "source", article.source);
  date_members(json, article);
  texts(json, "authors", article.authors);
  json.key("actors");
  json.begin_array();
  for (const Actor& actor : article.actors) json.value(actor.name);
  json.end_array();
  text_or_null(json, "url", article.url);
  text_or_null(json, "section", article.section);
  text_or_null(json, "lang", article.lang);
  json.field("score", hit.score);
  json.field("snippet", hit.snippet.text);
  json.key("highlights");
  json.begin_object();
  keyed_marks(json, "title", hit.title);
  keyed_marks(json, "snippet", hit.snippet);
  json.end_object();
  if (!hit.contexts.empty()) {
    json.key("contexts");
    json.begin_array();
    for (const MarkedText& context : hit.contexts) {
      json.begin_object();
      json.field("text", context.text);
      keyed_marks(json, "highlights", context);
      json.end_object();
    }
    json.end_array();
  }
  if (!hit.explanation.empty()) {
    json.key("explanation");
    json.begin_array();
    for (const Contribution& contribution : hit.explanation) {
      json.begin_object();
      json.field("part", contribution.part);
      json.field("score", contribution.score);
      json.field("articles", contribution.articles);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void write_article_members(JsonPrinter& json, const Article& article) {
  json.field("id", article.id);
  json.field("title", article.title);
  texts(json, "body", article.body);
  std::string joined;
  for (const std::string& paragraph : article.body) joined += (joined.empty() ? "" : "\n\n") + paragraph;
  json.field("text", joined);
  date_members(json, article);
  json.key("modified");
  article.modified ? json.value(format_rfc3339(*article.modified)) : json.null();
  text_or_null(json, "source", article.source);
  text_or_null(json, "url", article.url);
  texts(json, "authors", article.authors);
  text_or_null(json, "lang", article.lang);
  text_or_null(json, "section", article.section);
  text_or_null(json, "place", article.place);
  texts(json, "keywords", article.keywords);
  write_actors(json, article.actors);
  write_provider_facts(json, article);
}

void write_article(JsonPrinter& json, const Article& article) {
  json.begin_object();
  write_article_members(json, article);
  json.end_object();
}

}  // namespace dateline::searcher

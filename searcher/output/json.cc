// docs/json-output.md describes what this writes; a change there and here goes together.
#include <algorithm>
#include <string>
#include <utility>

#include "common/date.h"
#include "common/stored.h"
#include "searcher/output/json_printer.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher {
namespace {

constexpr int kFormatVersion = 1;

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

/// Marks as [begin, end) pairs of characters (code points), which scripts count in, not bytes.
void marks(JsonPrinter& json, std::string_view key, const MarkedText& marked) {
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto characters = [&](std::size_t bytes) {
    const auto end = marked.text.begin() + static_cast<std::ptrdiff_t>(std::min(bytes, marked.text.size()));
    return static_cast<std::uint64_t>(std::count_if(marked.text.begin(), end, is_start));
  };
  json.key(key);
  json.begin_array();
  for (const TextRange& mark : marked.marks) {
    json.range(characters(mark.begin), characters(mark.end));
  }
  json.end_array();
}

void date_members(JsonPrinter& json, const Article& article) {
  json.key("date");
  article.published ? json.value(format_day(*article.published)) : json.null();
  json.key("published");
  article.published ? json.value(format_rfc3339(*article.published)) : json.null();
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
  marks(json, "title", hit.title);
  marks(json, "snippet", hit.snippet);
  json.end_object();
  if (!hit.contexts.empty()) {
    json.key("contexts");
    json.begin_array();
    for (const MarkedText& context : hit.contexts) {
      json.begin_object();
      json.field("text", context.text);
      marks(json, "highlights", context);
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

/// The shape of docs/article.schema.json.
void write_article(JsonPrinter& json, const Article& article) {
  json.begin_object();
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
  json.end_object();
}

class JsonWriter final : public ResultWriter {
 public:
  JsonWriter(std::ostream& out, std::size_t facet_limit) : out_(out), json_(out, 2), facet_limit_(facet_limit) {}

  void begin(const SearchResult& result) override {
    json_.begin_object();
    json_.field("format_version", kFormatVersion);
    json_.field("query", result.query);
    json_.field("sort", sort_name(result.sort));
    json_.field("total", result.total);
    json_.field("offset", std::uint64_t{result.offset});
    json_.field("took_ms", static_cast<double>(result.took.count()) / 1000);
    texts(json_, "warnings", result.warnings);
    texts(json_, "notes", result.notes);
    json_.key("suggestions");
    json_.begin_array();
    for (const Suggestion& suggestion : result.suggestions) {
      json_.begin_object();
      json_.field("word", suggestion.word);
      texts(json_, "replacements", suggestion.replacements);
      json_.end_object();
    }
    json_.end_array();
    if (!result.tree.empty()) json_.field("tree", result.tree);
    json_.key("hits");
    json_.begin_array();
  }

  void hit(const Hit& hit) override { write_hit(json_, hit); }

  void end(const SearchResult& result) override {
    json_.end_array();
    json_.key("facets");
    json_.begin_object();
    for (const Facet& facet : result.facets) write_facet(json_, facet, facet_limit_);
    json_.end_object();
    json_.end_object();
    out_ << '\n';
  }

  void article(const Article& article) override {
    write_article(json_, article);
    out_ << '\n';
  }

 private:
  std::ostream& out_;
  JsonPrinter json_;
  std::size_t facet_limit_;
};

class JsonLinesWriter final : public ResultWriter {
 public:
  explicit JsonLinesWriter(std::ostream& out) : out_(out) {}

  void begin(const SearchResult& /*result*/) override {}
  void hit(const Hit& hit) override {
    JsonPrinter json(out_);
    write_hit(json, hit);
    out_ << '\n';
  }
  void end(const SearchResult& /*result*/) override {}
  void article(const Article& article) override {
    JsonPrinter json(out_);
    write_article(json, article);
    out_ << '\n';
  }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ResultWriter> make_json_writer(std::ostream& out, const OutputSettings& settings) {
  return std::make_unique<JsonWriter>(out, settings.facet_limit);
}

std::unique_ptr<ResultWriter> make_json_lines_writer(std::ostream& out) {
  return std::make_unique<JsonLinesWriter>(out);
}

}  // namespace dateline::searcher

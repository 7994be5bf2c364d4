#include "searcher/http/api.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/text.h"
#include "dateline/error.h"
#include "searcher/http/cite.h"
#include "searcher/http/exports.h"
#include "searcher/http/problem.h"
#include "searcher/output/json_values.h"
#include "searcher/output/versions.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kMostQueries = 100;
constexpr std::size_t kMostCompletions = 50;
constexpr std::size_t kMostSplit = 20;
constexpr std::size_t kMostFacetValues = 10'000;
constexpr std::size_t kFacetValues = 100;  ///< Of a facet unless asked otherwise.

/// Collects one JSON value as a body.
class JsonBody {
 public:
  JsonPrinter& operator*() { return json_; }
  JsonPrinter* operator->() { return &json_; }
  [[nodiscard]] Response response() const { return {.body = out_.str() + "\n"}; }

 private:
  std::ostringstream out_;
  JsonPrinter json_{out_};
};

std::string required(Parameters& parameters, const std::string& name) {
  std::string value = parameters.text(name);
  if (value.empty()) throw Error(ErrorCode::usage, name, "is missing");
  return value;
}

Response not_found(const Context& context) {
  return problem_response(problem_of_status(404, "no article has this id"), context.request);
}

void write_completion(JsonPrinter& json, const Completion& completion) {
  static constexpr std::string_view kKinds[] = {"word", "actor", "source"};
  json.begin_object();
  json.field("kind", kKinds[static_cast<std::size_t>(completion.kind)]);
  json.field("text", completion.text);
  if (!completion.actor_kind.empty()) json.field("actor_kind", completion.actor_kind);
  json.field("articles", completion.articles);
  json.field("corrected", completion.corrected);
  json.field("query", completion.query);
  json.end_object();
}

void write_buckets(JsonPrinter& json, const std::vector<TimelineBucket>& buckets) {
  json.key("buckets");
  json.begin_array();
  for (const TimelineBucket& bucket : buckets) {
    json.begin_object();
    json.field("from", bucket.first_day);
    json.field("count", bucket.count);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void Context::limit(SearchRequest& search) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) throw Error(ErrorCode::deadline, "query", "waited too long for its turn; try again");
  search.limits.deadline = left;
  search.visible_sources = request.visible_sources;
}

void write_search_answer(JsonPrinter& json, const SearchResult& result, const std::string& next) {
  json.begin_object();
  write_summary(json, result);
  json.field("state", result.state);
  json.key("next");
  next.empty() ? json.null() : json.value(next);
  json.key("hits");
  json.begin_array();
  for (const Hit& hit : result.hits) write_hit(json, hit);
  json.end_array();
  json.key("facets");
  write_facets(json, result.facets, 0);
  json.end_object();
}

Response api_search(Context& context) {
  SearchRequest search = search_request(context.parameters);
  search.facet_limit = context.parameters.number("facet_limit", kFacetValues, kMostFacetValues);
  const std::string given = context.parameters.text("cursor");
  context.parameters.refuse_others();
  context.limit(search);
  const std::uint64_t asked = fingerprint(context.request);
  SearchResult result;
  if (given.empty()) {
    result = context.pool.take()->search(search);
  } else {
    const std::optional<Cursor> cursor = decode_cursor(given);
    if (!cursor || cursor->asked != asked)
      throw Error(ErrorCode::usage, "cursor", "is not of this search; take \"next\" of its last answer unchanged");
    search.offset = cursor->offset;
    if (const auto lease = context.pool.take_state(cursor->state)) result = (*lease)->search(search);
    if (result.state != cursor->state) {
      return problem_response({.status = 410,
                               .name = "cursor",
                               .title = "The cursor's state of the index is gone",
                               .detail = "the index has changed since; begin again without a cursor",
                               .parameter = "cursor"},
                              context.request);
    }
  }
  const std::size_t end = result.offset + result.hits.size();
  const bool more = !result.hits.empty() && end < result.total;
  JsonBody body;
  write_search_answer(*body, result, more ? encode({.state = result.state, .offset = end, .asked = asked}) : "");
  return body.response();
}

Response api_article(Context& context) {
  const std::string id = required(context.parameters, "id");
  SearchRequest search;
  search.query = context.parameters.text("q");
  search.any = context.parameters.flag("any");
  context.parameters.refuse_others();
  context.limit(search);
  const std::vector<MarkedArticle> articles = context.pool.take()->marked(id, search);
  if (articles.empty()) return not_found(context);
  JsonBody body;
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->key("articles");
  body->begin_array();
  for (const MarkedArticle& marked : articles) {
    body->begin_object();
    write_article_members(*body, marked.article);
    body->key("highlights");
    body->begin_object();
    body->key("title");
    write_marks(*body, marked.title);
    body->key("body");
    body->begin_array();
    for (const MarkedText& paragraph : marked.body) write_marks(*body, paragraph);
    body->end_array();
    body->end_object();
    body->end_object();
  }
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_versions(Context& context) {
  const std::string id = required(context.parameters, "id");
  const bool diff = context.parameters.flag("diff");
  context.parameters.refuse_others();
  SearchRequest search;
  context.limit(search);
  const auto articles = context.pool.take()->versions(id, search.visible_sources);
  if (articles.empty()) return not_found(context);
  JsonBody body;
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->key("articles");
  body->begin_array();
  for (const std::vector<ArticleVersion>& versions : articles) write_versions(*body, versions, diff);
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_related(Context& context) {
  const std::string id = required(context.parameters, "id");
  SearchRequest search;
  search.filters = filters(context.parameters);
  search.limit = context.parameters.number("limit", 10, kMostHits);
  search.offset = context.parameters.number("offset", 0, kMostOffset);
  search.snippet_length = context.parameters.number("snippet_length", 240, 2'000);
  context.parameters.refuse_others();
  context.limit(search);
  const auto hits = context.pool.take()->related(id, search);
  if (!hits) return not_found(context);
  JsonBody body;
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->field("id", id);
  body->key("hits");
  body->begin_array();
  for (const Hit& hit : *hits) write_hit(*body, hit);
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_cite(Context& context) {
  const std::string id = required(context.parameters, "id");
  const std::string format = context.parameters.text("format");
  context.parameters.refuse_others();
  if (!format.empty() && format != "bibtex" && format != "ris")
    throw Error(ErrorCode::usage, "format", fmt::format("\"{}\" is neither bibtex nor ris", format));
  SearchRequest search;
  context.limit(search);
  const std::vector<MarkedArticle> articles = context.pool.take()->marked(id, search);
  if (articles.empty()) return not_found(context);
  Response response;
  for (const MarkedArticle& marked : articles) {
    response.body += format == "ris" ? ris(marked.article) : bibtex(marked.article);
  }
  response.type =
      format == "ris" ? "application/x-research-info-systems; charset=utf-8" : "application/x-bibtex; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", format == "ris" ? "attachment; filename=\"article.ris\""
                                                                       : "attachment; filename=\"article.bib\"");
  return response;
}

Response api_suggest(Context& context) {
  const std::string typed = context.parameters.text("q");
  const std::size_t each = context.parameters.number("limit", 5, kMostCompletions);
  const std::string format = context.parameters.text("format");
  context.parameters.refuse_others();
  if (!format.empty() && format != "json" && format != "opensearch")
    throw Error(ErrorCode::usage, "format", fmt::format("\"{}\" is neither json nor opensearch", format));
  SearchRequest limits;
  context.limit(limits);
  std::vector<Completion> found;
  if (context.completions && typed.size() <= 1024) {
    found = context.pool.take()->complete(*context.completions, typed, each, limits.visible_sources);
  }
  JsonBody body;
  if (format == "opensearch") {
    body->begin_array();
    body->value(typed);
    body->begin_array();
    for (const Completion& completion : found) body->value(completion.query);
    body->end_array();
    body->end_array();
    Response response = body.response();
    response.type = "application/x-suggestions+json";
    return response;
  }
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->field("q", typed);
  body->key("completions");
  body->begin_array();
  for (const Completion& completion : found) write_completion(*body, completion);
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_timeline(Context& context) {
  SearchRequest search = search_request(context.parameters);
  TimelineRequest timeline;
  const std::string step = context.parameters.text("step");
  if (!step.empty()) timeline.step = timeline_step(step);
  timeline.split = context.parameters.text("split");
  timeline.split_values = context.parameters.number("split_values", 5, kMostSplit);
  context.parameters.refuse_others();
  context.limit(search);
  const Timeline counted = context.pool.take()->timeline(search, timeline);
  JsonBody body;
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->field("step", step.empty() ? std::string{"month"} : step);
  body->field("undated", counted.undated);
  body->field("imprecise", counted.imprecise);
  write_buckets(*body, counted.all.buckets);
  body->key("split");
  body->begin_array();
  for (const TimelineSeries& series : counted.split) {
    body->begin_object();
    body->field("value", series.value);
    if (!series.kind.empty()) body->field("kind", series.kind);
    write_buckets(*body, series.buckets);
    body->end_object();
  }
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_batch(Context& context) {
  context.parameters.refuse_others();
  const auto parsed = nlohmann::json::parse(context.request.body, nullptr, false);
  if (parsed.is_discarded()) throw Error(ErrorCode::usage, "body", "is no JSON");
  const bool shaped = parsed.is_object() && parsed.contains("queries") && parsed["queries"].is_array();
  if (!shaped) throw Error(ErrorCode::usage, "body", R"(is not {"queries": [{"q": …}, …]})");
  const nlohmann::json& queries = parsed["queries"];
  if (queries.size() > kMostQueries)
    throw Error(ErrorCode::usage, "queries", fmt::format("more than {} in one batch", kMostQueries));
  // One searcher for all: the answers are of one state.
  const SearcherPool::Lease searcher = context.pool.take();
  JsonBody body;
  body->begin_object();
  body->field("format_version", kFormatVersion);
  body->key("answers");
  body->begin_array();
  for (const nlohmann::json& query : queries) {
    SearchRequest search;
    try {
      Parameters parameters(json_parameters(query));
      search = search_request(parameters);
      search.facet_limit = parameters.number("facet_limit", kFacetValues, kMostFacetValues);
      parameters.refuse_others();
      context.limit(search);
      const SearchResult result = searcher->search(search);
      write_search_answer(*body, result, "");
    } catch (const Error& error) {
      const Problem problem = problem_of(error, search.query);
      body->begin_object();
      body->field("type", "urn:dateline:problem:" + problem.name);
      body->field("title", problem.title);
      body->field("status", problem.status);
      body->field("detail", problem.detail);
      if (!problem.parameter.empty()) body->field("parameter", problem.parameter);
      if (problem.position) body->field("position", std::uint64_t{*problem.position});
      body->end_object();
    }
  }
  body->end_array();
  body->end_object();
  return body.response();
}

Response api_export(Context& context) {
  const std::string format = context.parameters.text("format");
  if (!format.empty() && format != "jsonl" && format != "csv")
    throw Error(ErrorCode::usage, "format", fmt::format("\"{}\" is neither jsonl nor csv", format));
  SearchRequest search = search_request(context.parameters);
  context.parameters.refuse_others();
  context.limit(search);
  // The query is understood before the first byte goes out, so that a mistake in it is still a 400.
  SearchRequest trial = search;
  trial.limit = 0;
  trial.articles = false;
  trial.facets.clear();
  std::ignore = context.pool.take()->search(trial);
  const bool csv = format == "csv";
  Response response;
  response.stream = context.exports.start(search, csv ? ExportFormat::csv : ExportFormat::json_lines);
  if (!response.stream)
    return problem_response(problem_of_status(503, "too many exports are running; try again later"), context.request);
  response.type = csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
  response.headers.emplace_back(
      "Content-Disposition", csv ? "attachment; filename=\"dateline.csv\"" : "attachment; filename=\"dateline.jsonl\"");
  return response;
}

}  // namespace dateline::searcher::http

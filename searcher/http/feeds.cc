#include "searcher/http/feeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "common/date.h"
#include "common/url.h"
#include "searcher/http/html.h"
#include "searcher/http/server.h"
#include "searcher/output/json_printer.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kEntries = 30;

/// The parameters of the request, back as a query string.
std::string query_string(const Request& request) {
  std::string out;
  for (const auto& [name, value] : request.parameters) {
    out += (out.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  return out;
}

SearchResult find(Context& context) {
  SearchRequest search = search_request(context.parameters);
  const bool sorted = !context.parameters.text("sort").empty();
  const bool limited = !context.parameters.text("limit").empty();
  context.parameters.refuse_others();
  if (!sorted) search.sort = SortOrder::newest;
  if (!limited) search.limit = kEntries;
  context.limit(search);
  return context.pool.take()->search(search);
}

/// RFC 3339 with a time of day, which feeds want, in UTC.
std::string moment(const Timestamp& time) {
  return format_rfc3339({.utc = time.utc, .offset_minutes = 0, .precision = Precision::second});
}

std::string updated(const SearchResult& result, const Clock&) {
  std::int64_t newest = 0;
  for (const Hit& hit : result.hits) {
    if (hit.article.published) newest = std::max(newest, hit.article.published->utc);
  }
  return moment({.utc = newest});
}

std::string article_address(const Context& context, const Article& article) {
  return context.base + "/article?id=" + percent_encoded(article.id);
}

/// Stable across servers and names: RFC 4151.
std::string tag_of(const Article& article) {
  return "tag:dateline,2026:" + percent_encoded(article.id);
}

}  // namespace

Response atom_feed(Context& context) {
  const SearchResult result = find(context);
  const std::string query = query_string(context.request);
  Markup out;
  out << "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
         "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
         "xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\">\n<title>";
  out.text(result.query) << " · Dateline</title>\n<id>";
  out.text("tag:dateline,2026:query:" + query) << "</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"";
  out.text(context.base + "/feed.atom?" + query) << "\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"";
  out.text(context.base + "/search?" + query) << "\"/>\n<updated>";
  out.text(updated(result, context.clock))
      << "</updated>\n<author><name>Dateline</name></author>\n<opensearch:totalResults>";
  out.text(fmt::format("{}", result.total)) << "</opensearch:totalResults>\n";
  for (const Hit& hit : result.hits) {
    const Article& article = hit.article;
    out << "<entry>\n<title>";
    out.text(article.title) << "</title>\n<id>";
    out.text(tag_of(article)) << "</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"";
    out.text(article_address(context, article)) << "\"/>\n";
    if (is_http_url(article.url)) {
      out << "<link rel=\"via\" href=\"";
      out.text(article.url) << "\"/>\n";
    }
    const std::string published = article.published ? moment(*article.published) : updated(result, context.clock);
    out << "<updated>";
    out.text(article.modified ? moment(*article.modified) : published) << "</updated>\n";
    if (article.published) {
      out << "<published>";
      out.text(published) << "</published>\n";
    }
    for (const std::string& author : article.authors) {
      out << "<author><name>";
      out.text(author) << "</name></author>\n";
    }
    if (!article.source.empty()) {
      out << "<source><title>";
      out.text(article.source) << "</title></source>\n";
    }
    out << "<summary type=\"text\">";
    out.text(hit.snippet.text) << "</summary>\n</entry>\n";
  }
  out << "</feed>\n";
  return {.type = "application/atom+xml; charset=utf-8", .body = out.take()};
}

Response json_feed(Context& context) {
  const SearchResult result = find(context);
  const std::string query = query_string(context.request);
  std::ostringstream out;
  JsonPrinter json(out);
  json.begin_object();
  json.field("version", "https://jsonfeed.org/version/1.1");
  json.field("title", result.query + " · Dateline");
  json.field("home_page_url", context.base + "/search?" + query);
  json.field("feed_url", context.base + "/feed.json?" + query);
  json.key("items");
  json.begin_array();
  for (const Hit& hit : result.hits) {
    const Article& article = hit.article;
    json.begin_object();
    json.field("id", tag_of(article));
    json.field("url", article_address(context, article));
    if (is_http_url(article.url)) json.field("external_url", article.url);
    json.field("title", article.title);
    json.field("content_text", hit.snippet.text);
    if (article.published) json.field("date_published", moment(*article.published));
    if (article.modified) json.field("date_modified", moment(*article.modified));
    json.key("authors");
    json.begin_array();
    for (const std::string& author : article.authors) {
      json.begin_object();
      json.field("name", author);
      json.end_object();
    }
    json.end_array();
    json.key("tags");
    json.begin_array();
    for (const Actor& actor : article.actors) json.value(actor.name);
    json.end_array();
    if (!article.lang.empty()) json.field("language", article.lang);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return {.type = "application/feed+json", .body = out.str() + "\n"};
}

Response opensearch_description(Context& context) {
  Markup out;
  out << "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
         "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n<ShortName>Dateline</ShortName>\n"
         "<Description>Search the news archive</Description>\n<InputEncoding>UTF-8</InputEncoding>\n<Image "
         "height=\"64\" "
         "width=\"64\" type=\"image/svg+xml\">";
  out.text(context.base) << "/icon.svg</Image>\n<Url type=\"text/html\" template=\"";
  out.text(context.base) << "/search?q={searchTerms}&amp;offset={startIndex?}\" indexOffset=\"0\"/>\n"
                            "<Url type=\"application/atom+xml\" template=\"";
  out.text(context.base) << "/feed.atom?q={searchTerms}\"/>\n<Url type=\"application/x-suggestions+json\" template=\"";
  out.text(context.base) << "/v1/suggest?format=opensearch&amp;q={searchTerms}\"/>\n</OpenSearchDescription>\n";
  return {.type = "application/opensearchdescription+xml", .body = out.take()};
}

}  // namespace dateline::searcher::http

#include "searcher/http/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "common/date.h"
#include "common/text.h"
#include "common/url.h"
#include "searcher/http/histogram.h"
#include "searcher/http/page_parts.h"
#include "searcher/http/server.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kHitsOnPage = 20;
constexpr std::size_t kValuesShown = 8;
constexpr std::size_t kValuesOfAll = 500;
constexpr std::size_t kActorsOfHit = 6;

/// A list beside the hits: what it is called, what it counts, and which filter a value becomes.
struct FacetList {
  std::string_view title;
  std::string_view many;  ///< "people", for "All 143 people".
  std::string_view facet;
  std::string filter;
};

const std::array<FacetList, 7>& facet_lists() {
  static const std::array<FacetList, 7> lists = {{
      {"People", "people", "actors:person", "and_actor"},
      {"Organisations", "organisations", "actors:organisation", "and_actor"},
      {"Countries", "countries", "actors:country", "and_actor"},
      {"Source", "sources", "source", "source"},
      {"Section", "sections", "section", "section"},
      {"Language", "languages", "lang", "lang"},
      {"Author", "authors", "authors", "author"},
  }};
  return lists;
}

SearchRequest page_request(Context& context, const PageQuery& query) {
  Parameters parameters(query.pairs());
  SearchRequest search;
  search.query = query.text("q");
  if (text::trim(search.query).empty()) search.query = "*";
  search.any = parameters.flag("any");
  search.filters = filters(parameters);
  const std::string sort = query.text("sort");
  search.sort = sort == "date" ? SortOrder::newest : sort == "-date" ? SortOrder::oldest : SortOrder::relevance;
  search.offset = parameters.number("offset", 0, kMostOffset);
  search.limit = kHitsOnPage;
  search.zone = query.text("zone");
  search.multi_select = true;
  search.facets.emplace_back("date");
  for (const FacetList& list : facet_lists()) search.facets.emplace_back(list.facet);
  search.facet_limit = kValuesOfAll;
  context.limit(search);
  return search;
}

void link(Markup& out, const std::string& address, std::string_view label) {
  out << "<a href=\"";
  out.text(address) << "\">";
  out.text(label) << "</a>";
}

void write_echo(Markup& out, const SearchResult& result, const PageQuery& query) {
  out << "<section class=\"echo\" aria-label=\"The query\"><p>Understood as <code>";
  out.text(result.query) << "</code>";
  for (const std::string& note : result.notes) {
    out << " <span class=\"note\">";
    out.text(note) << ".</span>";
  }
  out << "</p>";
  if (!result.warnings.empty()) {
    out << "<ul class=\"warn\">";
    for (const std::string& warning : result.warnings) {
      // What it suggests stands below, as links.
      out << "<li>";
      out.text(warning.substr(0, result.suggestions.empty() ? std::string::npos : warning.find("; did you mean")))
          << "</li>";
    }
    out << "</ul>";
  }
  for (const Suggestion& suggestion : result.suggestions) {
    const std::string typed = query.text("q");
    const std::size_t at = typed.find(suggestion.word);
    if (at == std::string::npos || suggestion.replacements.empty()) continue;
    out << "<p class=\"mean\">Did you mean ";
    for (std::size_t i = 0; i < std::min<std::size_t>(3, suggestion.replacements.size()); ++i) {
      std::string meant = typed;
      meant.replace(at, suggestion.word.size(), suggestion.replacements[i]);
      if (i > 0) out << ", ";
      link(out, query.with("q", meant).address(), meant);
    }
    out << "?</p>";
  }
  out << "</section>";
}

void write_examples(Markup& out) {
  out << "<section class=\"echo\" aria-label=\"Examples\"><p>Try <a href=\"/search?q=Putin+AND+sanctions\">Putin "
         "AND sanctions</a>, <a "
         "href=\"/search?q=%22natural+gas%22+NEAR/5+europe\">&quot;natural gas&quot; NEAR/5 europe</a>, <a "
         "href=\"/search?q=title:grain+date:2022\">title:grain date:2022</a> or <a href=\"/help\">what else can be "
         "asked</a>.</p></section>";
}

void write_value(Markup& out, const FacetValue& value, const FacetList& list, const PageQuery& query) {
  const bool on = query.has(list.filter, value.value);
  const PageQuery to = on ? query.without(list.filter, value.value) : query.plus(list.filter, value.value);
  out << "<li><a href=\"";
  out.text(to.address()) << "\"";
  if (on) out << " aria-current=\"true\"";
  out << "><span>";
  out.text(value.value) << "</span><span class=\"n\">";
  out.number(value.count) << "</span></a></li>";
}

void write_facet_list(Markup& out, const Facet& facet, const FacetList& list, const PageQuery& query) {
  const bool on = !query.text(list.filter).empty();
  // One language says nothing, and neither does a byline that hardly anybody has.
  const std::size_t fewest = list.facet == "lang" && !on ? 2 : 1;
  if (facet.values.size() < fewest) return;
  const bool all = query.text("all") == list.facet;
  const std::size_t shown = std::min(all ? kValuesOfAll : kValuesShown, facet.values.size());
  out << "<section><h2>";
  out.text(list.title) << "</h2><ul>";
  for (std::size_t i = 0; i < shown; ++i) write_value(out, facet.values[i], list, query);
  // What is chosen stays in view, also when others are more frequent.
  for (std::size_t i = shown; i < facet.values.size(); ++i) {
    if (query.has(list.filter, facet.values[i].value)) write_value(out, facet.values[i], list, query);
  }
  out << "</ul>";
  if (all) {
    out << "<a class=\"more\" href=\"";
    out.text(query.without("all").address()) << "\">Fewer</a>";
  } else if (facet.distinct > shown) {
    out << "<a class=\"more\" href=\"";
    out.text(query.with("all", std::string{list.facet}).address()) << "\">All ";
    out.number(facet.distinct) << " ";
    out.text(list.many) << "</a>";
  }
  out << "</section>";
}

void write_facets(Markup& out, const SearchResult& result, const PageQuery& query) {
  out << "<aside class=\"facets\" id=\"narrow\" aria-label=\"Narrow the results\"><details open>"
         "<summary>Narrow the results</summary>";
  for (std::size_t i = 0; i < facet_lists().size(); ++i) {
    write_facet_list(out, result.facets[i + 1], facet_lists()[i], query);
  }
  out << "</details></aside>";
}

void write_chips(Markup& out, const PageQuery& query) {
  if (!query.filtered()) return;
  out << "<ul class=\"on\" aria-label=\"Active filters\">";
  std::size_t chips = 0;
  for (const std::string& name : page_filters()) {
    for (const std::string& value : query.all(name)) {
      ++chips;
      const std::string shown = name == "date" ? shown_range(value) : value;
      out << "<li><a href=\"";
      out.text(query.without(name, value).address()) << "\" aria-label=\"Remove the filter ";
      out.text(shown) << "\">";
      out.text(shown) << "</a></li>";
    }
  }
  if (chips > 1) {
    out << "<li class=\"none\">";
    link(out, query.without_filters().address(), "Clear all");
    out << "</li>";
  }
  out << "</ul>";
}

void write_sort(Markup& out, const PageQuery& query) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOrders = {
      {{"", "best first"}, {"date", "newest"}, {"-date", "oldest"}}};
  out << "<p class=\"sort\"><span>Sort:</span> ";
  bool first = true;
  for (const auto& [value, label] : kOrders) {
    if (!first) out << " · ";
    first = false;
    const bool on = query.text("sort") == value;
    out << "<a href=\"";
    out.text(query.with("sort", std::string{value}).address()) << "\"";
    if (on) out << " aria-current=\"true\"";
    out << ">";
    out.text(label) << "</a>";
  }
  out << "</p>";
}

void write_meta(Markup& out, const Article& article) {
  out << "<p class=\"meta\">";
  if (!article.source.empty()) {
    out << "<b>";
    out.text(article.source) << "</b> · ";
  }
  if (article.published) {
    out << "<time datetime=\"";
    out.text(format_rfc3339(*article.published)) << "\">";
    out.text(short_day(*article.published)) << "</time>";
  } else {
    out << "undated";
  }
  if (!article.section.empty()) {
    out << " · ";
    out.text(article.section);
  }
  out << "</p>";
}

/// The actors that an article is most about.
std::vector<const Actor*> leading(const Article& article, std::size_t most) {
  std::vector<const Actor*> out;
  for (const Actor& actor : article.actors) out.push_back(&actor);
  std::stable_sort(out.begin(), out.end(), [](const Actor* a, const Actor* b) {
    return a->salience != b->salience ? a->salience > b->salience : a->mentions > b->mentions;
  });
  if (out.size() > most) out.resize(most);
  return out;
}

void write_hit(Markup& out, const Hit& hit, const PageQuery& query) {
  const Article& article = hit.article;
  out << "<li>";
  write_meta(out, article);
  out << "<h2";
  language_attribute(out, article.lang);
  out << "><a href=\"/article?id=";
  out.text(percent_encoded(article.id));
  const std::string rest = query.address("");
  if (rest.size() > 1) {
    out << "&amp;";
    out.text(rest.substr(1));
  }
  out << "\">";
  if (hit.title.text.empty()) {
    out << "Without a headline";
  } else {
    out.marked(hit.title);
  }
  out << "</a></h2>";
  if (!hit.snippet.text.empty()) {
    out << "<p class=\"snip\"";
    language_attribute(out, article.lang);
    out << ">";
    out.marked(hit.snippet) << "</p>";
  }
  const std::vector<const Actor*> actors = leading(article, kActorsOfHit);
  if (!actors.empty()) {
    out << "<ul class=\"who\" aria-label=\"Actors\">";
    for (const Actor* actor : actors) {
      out << "<li>";
      link(out, query.plus("and_actor", actor->name).address(), actor->name);
      out << "</li>";
    }
    out << "</ul>";
  }
  out << "</li>";
}

void write_pages(Markup& out, const SearchResult& result, const PageQuery& query) {
  const std::size_t end = result.offset + result.hits.size();
  out << "<nav class=\"pages\" aria-label=\"Pages\">";
  if (result.offset > 0) {
    const std::size_t before = result.offset - std::min(result.offset, kHitsOnPage);
    out << "<a rel=\"prev\" href=\"";
    out.text(query.with("offset", before == 0 ? "" : std::to_string(before)).address()) << "\">← Previous</a>";
  }
  out << "<span>";
  out.number(result.offset + 1) << "–";
  out.number(end) << " of ";
  out.number(result.total) << "</span>";
  if (end < result.total && end <= kMostOffset) {
    out << "<a rel=\"next\" href=\"";
    out.text(query.with("offset", std::to_string(end)).address()) << "\">Next →</a>";
  }
  out << "</nav>";
}

/// Nothing found: which filter costs what, and what else there is to do.
void write_nothing(Markup& out, Context& context, const SearchRequest& search, const PageQuery& query) {
  out << "<div class=\"nothing\"><p>No article has all of this.</p>";
  if (query.filtered()) {
    out << "<ul>";
    const SearcherPool::Lease searcher = context.pool.take();
    for (const std::string& name : page_filters()) {
      for (const std::string& value : query.all(name)) {
        const PageQuery wider = query.without(name, value);
        Parameters parameters(wider.pairs());
        SearchRequest without = search;
        without.filters = filters(parameters);
        const std::uint64_t total = searcher->count(without);
        if (total == 0) continue;
        out << "<li>";
        link(out, wider.address(), "Without " + (name == "date" ? shown_range(value) : value));
        out << ": ";
        out.text(counted(total, "article", "articles")) << "</li>";
      }
    }
    out << "</ul>";
  }
  const bool several = text::trim(search.query).find(' ') != std::string_view::npos;
  if (!search.any && several) {
    out << "<p>";
    link(out, query.with("any", "1").address(), "Find articles with any of the words");
    out << "</p>";
  }
  out << "<p>See <a href=\"/help\">how queries are written</a>.</p></div>";
}

std::string headline(const SearchResult& result, bool everything) {
  const std::string count = counted(result.total, "article", "articles");
  return everything && result.total > 0 ? count + " in the archive" : count;
}

Response results_page(Context& context, const PageQuery& query, bool start) {
  SearchRequest search = page_request(context, query);
  const bool everything = search.query == "*" && !query.filtered();
  const SearchResult result = context.pool.take()->search(search);
  Markup out;
  out << "<div class=\"wrap\">";
  const bool counted_any =
      std::any_of(result.facets.begin(), result.facets.end(), [](const Facet& f) { return !f.values.empty(); });
  out << "<div class=\"page\">";
  if (counted_any) write_facets(out, result, query);
  out << "<main id=\"main\">";
  if (everything) {
    write_examples(out);
  } else {
    write_echo(out, result, query);
  }
  out << "<div class=\"bar\"><h1 aria-live=\"polite\">";
  out.text(headline(result, everything)) << " <small>";
  out.text(fmt::format("{:.0f} ms", std::max(1.0, static_cast<double>(result.took.count()) / 1000))) << "</small></h1>";
  if (result.total > 0) {
    out << "<a class=\"jump\" href=\"#narrow\">Narrow the results</a>";
    if (!everything || !start) write_sort(out, query);
  }
  out << "</div>";
  write_chips(out, query);
  write_histogram(out, result.facets[0], query);
  if (result.hits.empty()) {
    if (result.total == 0) write_nothing(out, context, search, query);
  } else {
    out << "<ol class=\"hits\" id=\"hits\" start=\"";
    out.text(fmt::format("{}", result.offset + 1)) << "\">";
    for (const Hit& hit : result.hits) write_hit(out, hit, query);
    out << "</ol>";
    write_pages(out, result, query);
  }
  out << "</main></div></div>\n";
  const std::string title = everything ? "" : query.text("q").empty() ? result.query : query.text("q");
  return page({.title = title, .query = query, .feeds = !everything, .indexed = start}, out);
}

}  // namespace

Response page_start(Context& context) {
  return results_page(context, PageQuery(context.request.parameters).without("q").with("sort", "date"), true);
}

Response page_search(Context& context) {
  return results_page(context, PageQuery(context.request.parameters), false);
}

Response page_missing(const Request& request) {
  Markup out;
  out << "<div class=\"wrap\"><main id=\"main\" class=\"sorry\"><h1>There is nothing at this address</h1><p>Search the "
         "archive above, or go to <a href=\"/\">its newest articles</a>.</p></main></div>";
  return page({.title = "Not found", .query = PageQuery(request.parameters), .status = 404, .indexed = false}, out);
}

Response page_problem(Context& context, const Problem& problem, const Error& error) {
  const PageQuery query(context.request.parameters);
  Markup out;
  out << "<div class=\"wrap\"><main id=\"main\" class=\"sorry\"><h1>";
  out.text(problem.title) << "</h1>";
  if (error.code() == ErrorCode::query && error.position()) {
    const std::string typed = query.text("q");
    const std::size_t at = std::min(*error.position(), typed.size());
    out << "<pre class=\"caret\"><code>";
    out.text(typed.substr(0, at)) << "<span class=\"at\">";
    // At the end there is nothing to point at but the end itself.
    std::size_t after = at;
    if (at < typed.size()) std::ignore = text::decode(typed, after);
    if (after == at) {
      out << "&nbsp;";
    } else {
      out.text(typed.substr(at, after - at));
    }
    out << "</span>";
    out.text(typed.substr(after)) << "</code></pre>";
  }
  out << "<p class=\"why\">";
  if (!problem.parameter.empty() && problem.parameter != "q") {
    out << "<code>";
    out.text(problem.parameter) << "</code> ";
  }
  out.text(problem.detail) << "</p><p>See <a href=\"/help\">how queries are written</a>.</p></main></div>";
  return page({.title = problem.title, .query = query, .status = problem.status, .indexed = false}, out);
}

}  // namespace dateline::searcher::http

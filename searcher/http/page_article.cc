// The page of one article, and the help.
#include <fmt/format.h>

#include <algorithm>

#include "common/date.h"
#include "common/stored.h"
#include "common/text.h"
#include "common/url.h"
#include "searcher/http/page.h"
#include "searcher/http/page_parts.h"
#include "searcher/http/page_versions.h"
#include "searcher/http/server.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kRelated = 6;
constexpr std::size_t kActorsShown = 24;

/// A place of a paragraph that names an actor.
struct Naming {
  TextRange range;
  const Actor* actor = nullptr;
};

bool word_letter(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const auto c = static_cast<unsigned char>(text[at]);
  return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where the paragraph names actors, by the words that the index keeps of each; longer names first, so that "Joe Biden"
/// is not taken for "Biden".
std::vector<Naming> namings(std::string_view paragraph, const std::vector<Actor>& actors) {
  std::vector<std::pair<std::string_view, const Actor*>> names;
  for (const Actor& actor : actors) {
    for (const std::string& surface : actor.surfaces) {
      if (!surface.empty()) names.emplace_back(surface, &actor);
    }
  }
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  std::vector<Naming> found;
  for (const auto& [name, actor] : names) {
    for (std::size_t at = paragraph.find(name); at != std::string_view::npos; at = paragraph.find(name, at + 1)) {
      const TextRange range{at, at + name.size()};
      const bool whole = !word_letter(paragraph, range.end) && (at == 0 || !word_letter(paragraph, at - 1));
      const bool taken = std::any_of(found.begin(), found.end(), [&](const Naming& n) {
        return n.range.begin < range.end && range.begin < n.range.end;
      });
      if (whole && !taken) found.push_back({range, actor});
    }
  }
  std::sort(found.begin(), found.end(), [](const Naming& a, const Naming& b) { return a.range.begin < b.range.begin; });
  return found;
}

/// The part [begin, end) of a text with its marks.
MarkedText part(const MarkedText& whole, std::size_t begin, std::size_t end) {
  MarkedText out{.text = whole.text.substr(begin, end - begin)};
  for (const TextRange& mark : whole.marks) {
    const std::size_t from = std::max(mark.begin, begin);
    const std::size_t to = std::min(mark.end, end);
    if (from < to) out.marks.push_back({from - begin, to - begin});
  }
  return out;
}

std::string actor_address(const std::string& name) {
  std::string plain = name;
  std::replace(plain.begin(), plain.end(), '"', ' ');
  return "/search?q=" + percent_encoded("actor:\"" + plain + "\"");
}

void write_paragraph(Markup& out, const MarkedText& paragraph, const std::vector<Actor>& actors) {
  out << "<p>";
  std::size_t done = 0;
  for (const Naming& naming : namings(paragraph.text, actors)) {
    out.marked(part(paragraph, done, naming.range.begin)) << "<a class=\"actor\" href=\"";
    out.text(actor_address(naming.actor->name)) << "\">";
    out.marked(part(paragraph, naming.range.begin, naming.range.end)) << "</a>";
    done = naming.range.end;
  }
  out.marked(part(paragraph, done, paragraph.text.size())) << "</p>";
}

void write_head(Markup& out, const MarkedArticle& marked) {
  const Article& article = marked.article;
  out << "<header><p class=\"meta\">";
  auto item = [&out, first = true](std::string_view text, bool strong = false) mutable {
    if (text.empty()) return;
    if (!first) out << " · ";
    first = false;
    if (strong) out << "<b>";
    out.text(text);
    if (strong) out << "</b>";
  };
  item(article.source, true);
  item(article.place);
  item(article.published ? long_moment(*article.published) : "undated");
  item(article.section);
  out << "</p><h1";
  language_attribute(out, article.lang);
  out << ">";
  if (article.title.empty()) {
    out << "Without a headline";
  } else {
    out.marked(marked.title);
  }
  out << "</h1></header>";
}

/// What stands beside the text: who wrote it, where it ran, how to cite it.
void write_about(Markup& out, const Article& article) {
  out << "<div class=\"about\">";
  if (!article.authors.empty()) {
    out << "<p>By <b>";
    out.text(fmt::format("{}", fmt::join(article.authors, ", "))) << "</b></p>";
  }
  if (article.modified && article.published && !(*article.modified == *article.published)) {
    out << "<p>Updated ";
    out.text(long_moment(*article.modified)) << "</p>";
  }
  if (is_http_url(article.url)) {
    out << "<p><a rel=\"external noreferrer\" href=\"";
    out.text(article.url) << "\">Original</a></p>";
  }
  const std::string id = percent_encoded(article.id);
  out << "<p><a href=\"/article?id=";
  out.text(id) << "\">Permanent link</a></p><p>Cite: <a download href=\"/v1/cite?id=";
  out.text(id) << "&amp;format=bibtex\">BibTeX</a>, <a download href=\"/v1/cite?id=";
  out.text(id) << "&amp;format=ris\">RIS</a></p>";
  if (!article.keywords.empty()) {
    out << "<p>Keywords: ";
    out.text(fmt::format("{}", fmt::join(article.keywords, ", "))) << "</p>";
  }
  out << "</div>";
}

void write_article_text(Markup& out, const MarkedArticle& marked) {
  write_head(out, marked);
  write_about(out, marked.article);
  out << "<div class=\"text\"";
  language_attribute(out, marked.article.lang);
  out << ">";
  for (const MarkedText& paragraph : marked.body) write_paragraph(out, paragraph, marked.article.actors);
  if (marked.body.empty()) out << "<p>The archive holds no text of this article.</p>";
  out << "</div>";
}

void write_actors(Markup& out, const Article& article) {
  if (article.actors.empty()) return;
  std::vector<const Actor*> sorted;
  for (const Actor& actor : article.actors) sorted.push_back(&actor);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Actor* a, const Actor* b) { return a->mentions > b->mentions; });
  if (sorted.size() > kActorsShown) sorted.resize(kActorsShown);
  out << "<section><h2>Actors</h2><ul class=\"cast\">";
  for (const Actor* actor : sorted) {
    out << "<li><a href=\"";
    out.text(actor_address(actor->name)) << "\">";
    out.text(actor->name) << "</a> <span class=\"kind\">";
    out.text(kind_name(actor->kind)) << "</span><span class=\"n\" title=\"mentions\">";
    out.number(actor->mentions) << "</span></li>";
  }
  out << "</ul></section>";
}

void write_related(Markup& out, const std::vector<Hit>& hits) {
  if (hits.empty()) return;
  out << "<section class=\"related\"><h2>Related</h2><ul>";
  for (const Hit& hit : hits) {
    const Article& article = hit.article;
    out << "<li><a href=\"/article?id=";
    out.text(percent_encoded(article.id)) << "\"";
    language_attribute(out, article.lang);
    out << ">";
    out.text(article.title.empty() ? "Without a headline" : article.title) << "</a><br><span class=\"meta\">";
    out.text(article.source);
    if (article.published) {
      if (!article.source.empty()) out << " · ";
      out.text(short_day(*article.published));
    }
    out << "</span></li>";
  }
  out << "</ul></section>";
}

/// Versions of the first article with this id. One that is to be read as it is need not wait for them.
std::vector<ArticleVersion> versions_of(Searcher& searcher, const std::string& id, const SearchRequest& search,
                                        bool optional) {
  try {
    const auto all = searcher.versions(id, search.visible_sources);
    return all.empty() ? std::vector<ArticleVersion>{} : all.front();
  } catch (const Error& error) {
    if (!optional || error.code() != ErrorCode::busy) throw;
    return {};
  }
}

}  // namespace

Response page_article(Context& context) {
  const std::string id = context.parameters.text("id");
  const PageQuery query(context.request.parameters);
  SearchRequest search;
  search.query = query.text("q");
  search.any = !query.text("any").empty();
  context.limit(search);
  std::vector<MarkedArticle> found;
  std::vector<ArticleVersion> versions;
  const std::string asked = context.parameters.text("version");
  std::vector<Hit> related;
  {
    const SearcherPool::Lease searcher = context.pool.take();
    try {
      found = searcher->marked(id, search);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::query) throw;
      search.query.clear();  // The words of a broken query cannot be marked; the article can be read all the same.
      found = searcher->marked(id, search);
    }
    SearchRequest like;
    like.limit = kRelated;
    like.snippet_length = 0;
    context.limit(like);
    if (!found.empty()) related = searcher->related(id, like).value_or(std::vector<Hit>{});
    if (!found.empty()) versions = versions_of(*searcher, id, search, asked.empty());
  }
  if (found.empty()) return page_missing(context.request);
  const std::size_t shown = asked.empty() ? 0 : version_named(versions, asked);
  if (!asked.empty() && shown == versions.size()) return page_missing(context.request);
  Markup out;
  out << "<div class=\"wrap\"><div class=\"page read\"><main id=\"main\" class=\"story\">";
  if (!query.text("q").empty() || query.filtered()) {
    out << "<p class=\"back\"><a href=\"";
    out.text(query.address()) << "\">← Results";
    if (!query.text("q").empty()) {
      out << " for <code>";
      out.text(query.text("q")) << "</code>";
    }
    out << "</a></p>";
  }
  if (shown > 0) {
    out << "<article class=\"changes\">";
    write_earlier_version(out, versions, shown, found.front().article.lang);
    out << "</article>";
  } else {
    for (const MarkedArticle& marked : found) {
      out << "<article>";
      write_article_text(out, marked);
      out << "</article>";
    }
  }
  out << "</main><aside class=\"aside\" aria-label=\"About this article\">";
  write_actors(out, found.front().article);
  write_version_list(out, versions, shown, query);
  write_related(out, related);
  out << "</aside></div></div>\n";
  return page(
      {.title = shown > 0 ? versions[shown].title : found.front().article.title, .query = query, .indexed = shown == 0},
      out);
}

Response page_help(Context& context) {
  struct Line {
    std::string_view query;
    std::string_view meaning;
  };
  struct Part {
    std::string_view title;
    std::vector<Line> lines;
  };
  // docs/query-language.md is the reference; this is what one needs every day.
  static const std::vector<Part> kParts = {
      {"Words",
       {{"Putin sanctions", "both words, in all their forms, in any language of the archive"},
        {"=sanctions", "this very form"},
        {"\"natural gas\"", "these words side by side"},
        {"sanct*", "all words that begin so"},
        {"Zelenskyy~1", "a letter more, less or other"},
        {"+the", "also a word that almost every article has"}}},
      {"Combining",
       {{"oil AND (ruble OR rouble)", "operators in capitals; brackets group"},
        {"gas NOT pipeline", "without a word; also -pipeline"},
        {"sanctions MAYBE oil", "the second word only ranks"},
        {"gas NEAR/5 europe", "at most five words apart"},
        {"Biden /s Putin", "in one sentence; /p in one paragraph"}}},
      {"Fields",
       {{"title:grain", "in the headline"},
        {"actor:\"Joe Biden\"", "names this person, organisation or country, by any of its names"},
        {"source:Reuters", "published by; also section: author: lang:"},
        {"date:2021-12", "a month, a day, a year or 2021-12..2022-01-15"},
        {"since:7d", "the last seven days"}}}};
  Markup out;
  out << "<div class=\"wrap\"><main id=\"main\" class=\"helping\"><h1>How to ask</h1>";
  for (const Part& part : kParts) {
    out << "<section><h2>";
    out.text(part.title) << "</h2><dl>";
    for (const Line& line : part.lines) {
      out << "<div><dt><a href=\"/search?q=";
      out.text(percent_encoded(line.query)) << "\"><code>";
      out.text(line.query) << "</code></a></dt><dd>";
      out.text(line.meaning) << "</dd></div>";
    }
    out << "</dl></section>";
  }
  out << "<section id=\"keys\"><h2>Keys</h2><dl>"
         "<div><dt><kbd>/</kbd></dt><dd>to the search box</dd></div>"
         "<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>to the next and the previous hit</dd></div>"
         "<div><dt><kbd>Enter</kbd></dt><dd>open it</dd></div>"
         "<div><dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next and previous page</dd></div>"
         "<div><dt><kbd>?</kbd></dt><dd>this list</dd></div></dl></section></main></div>\n";
  return page({.title = "How to ask", .query = PageQuery(context.request.parameters)}, out);
}

}  // namespace dateline::searcher::http

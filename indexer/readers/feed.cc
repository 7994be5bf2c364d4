#include "indexer/readers/feed.h"

#include <algorithm>

#include "common/date.h"
#include "common/language.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/extra_fields.h"
#include "indexer/readers/names.h"

namespace dateline::indexer {
namespace {

/// A feed's own vocabulary, whichever version; not a module's.
bool is_core(std::string_view ns) {
  return ns.empty() || ns == "rss" || ns == "atom" || ns == "sitemap";
}

XmlElement core(const XmlElement& parent, std::string_view name) {
  XmlElement found;
  parent.each(name, [&](const XmlElement& child) {
    // "atom:link" in RSS stands behind "link".
    if (is_core(child.ns()) && (!found || (found.ns() == "atom" && child.ns() != "atom" && parent.ns() != "atom")))
      found = child;
  });
  return found;
}

/// Text of the first of these that has any.
std::string first_text(const XmlElement& parent,
                       std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  for (const auto& wanted : names) {
    std::string found;
    parent.each(wanted.second, [&](const XmlElement& child) {
      if (found.empty() && (wanted.first.empty() ? is_core(child.ns()) : child.ns() == wanted.first))
        found = text::clean_line(child.text());
    });
    if (!found.empty()) return found;
  }
  return {};
}

bool is_absolute(std::string_view url) {
  return url.find("://") != std::string_view::npos;
}

/// RFC 3986 section 5, for what feeds have: a path or an address without its scheme.
std::string resolved(std::string_view link, std::string_view base) {
  if (link.empty() || is_absolute(link) || !is_http_url(base)) return std::string{link};
  if (link.starts_with("//")) return std::string{base.substr(0, base.find(':') + 1)} + std::string{link};
  if (link.find(':') < link.find('/')) return std::string{link};  // urn:, mailto:
  const std::size_t host = base.find("://") + 3;
  const std::size_t path = std::min(base.find_first_of("/?#", host), base.size());
  if (link.starts_with('/')) return std::string{base.substr(0, path)} + std::string{link};
  const std::size_t last = base.substr(0, base.find_first_of("?#")).find_last_of('/');
  return std::string{last < path ? base.substr(0, path) : base.substr(0, last)} + "/" + std::string{link};
}

/// The page that an entry points to.
std::string link_of(const XmlElement& item) {
  std::string plain;
  std::string alternate;
  std::string any;
  item.each("link", [&](const XmlElement& link) {
    if (!is_core(link.ns())) return;
    const std::string_view href = link.attribute("href");
    const std::string_view rel = link.attribute("rel");
    if (href.empty()) {
      if (plain.empty()) plain = text::clean_line(link.text());
    } else if (rel.empty() || rel == "alternate") {
      const std::string_view type = link.attribute("type");
      const bool page =
          type.empty() || text::istarts_with(type, "text/html") || text::istarts_with(type, "application/xhtml");
      if (alternate.empty() && page) alternate = text::clean_line(href);
      if (any.empty()) any = text::clean_line(href);
    } else if (any.empty() && rel == "self") {
      any = text::clean_line(href);
    }
  });
  if (!plain.empty()) return plain;
  if (!alternate.empty()) return alternate;
  const XmlElement guid = core(item, "guid");
  if (const std::string id = text::clean_line(guid.text()); is_http_url(id) && guid.attribute("isPermaLink") != "false")
    return id;
  return any;
}

/// RSS 2.0: "jane@example.com (Jane Doe)"; everywhere else a name.
std::string person(std::string_view author) {
  const std::size_t open = author.find('(');
  const std::size_t close = author.rfind(')');
  if (author.substr(0, open).find('@') == std::string_view::npos) return std::string{author};
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  return text::clean_line(author.substr(open + 1, close - open - 1));
}

/// "Hines, P. J.": a family name and initials, not two people.
bool is_inverted_name(std::string_view name) {
  const std::size_t comma = name.find(',');
  if (comma == std::string_view::npos || name.find(',', comma + 1) != std::string_view::npos) return false;
  const std::string_view given = text::trim(name.substr(comma + 1));
  constexpr std::size_t kInitial = 2;
  const std::vector<std::string_view> words = text::split(given, ' ');
  return !given.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return word.size() <= kInitial || (word.size() <= 6 && word.ends_with('.') && word[1] == '.');
  });
}

std::vector<std::string> authors_of(const XmlElement& item) {
  std::vector<std::string> authors;
  const auto add = [&](std::string_view written) {
    if (std::string whole = plain_text(written); is_inverted_name(whole)) {
      authors.push_back(std::move(whole));
      return;
    }
    for (std::string& name : split_names(plain_text(written))) {
      if (std::find(authors.begin(), authors.end(), name) == authors.end()) authors.push_back(std::move(name));
    }
  };
  item.each([&](const XmlElement& child) {
    if (child.is("dc", "creator")) add(child.text());
  });
  if (!authors.empty()) return authors;
  item.each("author", [&](const XmlElement& author) {
    if (!is_core(author.ns())) return;
    if (author.has_elements())
      add(author.child("name").text());
    else
      add(person(text::clean_line(author.text())));
  });
  if (authors.empty()) add(first_text(item, {{"itunes", "author"}, {"media", "credit"}}));
  return authors;
}

std::string atom_title(const XmlElement& title) {
  if (title.ns() == "atom" && (title.attribute("type").empty() || title.attribute("type") == "text"))
    return text::clean_line(title.text());
  return title.has_elements() ? text::clean_line(title.text()) : plain_text(title.text());
}

/// Mark-up of a content element: escaped, in CDATA, or (XHTML) elements.
std::string markup_of(const XmlElement& content) {
  return content.has_elements() ? content.inner_html() : content.text();
}

struct Content {
  std::string markup;
  bool plain = false;
};

Content content_of(const XmlElement& item) {
  const XmlElement encoded = item.child("content", "encoded");
  if (std::string markup = markup_of(encoded); !text::trim(markup).empty()) return {std::move(markup)};
  XmlElement body = core(item, "content");
  if (!body) body = item.child("xhtml", "body");
  const std::string_view type = body.attribute("type");
  // Out of line (src) or of another kind than text there is nothing to read.
  if (!body.attribute("src").empty() || type.find("xml+") != std::string_view::npos) return {};
  if (std::string markup = markup_of(body); !text::trim(markup).empty())
    return {std::move(markup), body.ns() == "atom" && (type.empty() || type == "text" || type == "text/plain")};
  return {};
}

Content summary_of(const XmlElement& item) {
  for (const std::string_view name : {"description", "summary", "abstract"}) {
    const XmlElement summary = core(item, name);
    if (std::string markup = markup_of(summary); !text::trim(markup).empty()) {
      const std::string_view type = summary.attribute("type");
      return {std::move(markup), summary.ns() == "atom" && (type.empty() || type == "text")};
    }
  }
  return {first_text(item, {{"media", "description"}, {"itunes", "summary"}, {"dc", "description"}})};
}

void set_content(const XmlElement& item, RawArticle& raw) {
  Content content = content_of(item);
  Content summary = summary_of(item);
  if (content.markup.empty()) std::swap(content, summary);
  if (!summary.markup.empty()) {
    raw.article.summary = summary.plain ? text::clean_line(summary.markup) : plain_text(summary.markup);
  } else if (const XmlElement excerpt = item.child("excerpt", "encoded")) {
    raw.article.summary = plain_text(excerpt.text());
  }
  if (content.markup.empty()) return;
  if (content.plain || content.markup.find_first_of("<&") == std::string::npos) {
    raw.article.body = text::paragraphs(text::clean(content.markup));
  } else {
    raw.html = fragment(std::move(content.markup));
  }
}

void set_keywords(const XmlElement& item, Article& article) {
  const auto add = [&](std::string_view word) {
    std::string keyword = plain_text(word);
    if (!keyword.empty() &&
        std::find(article.keywords.begin(), article.keywords.end(), keyword) == article.keywords.end())
      article.keywords.push_back(std::move(keyword));
  };
  item.each([&](const XmlElement& child) {
    if (child.name() == "category" && is_core(child.ns())) {
      const std::string_view label =
          child.attribute("label").empty() ? child.attribute("term") : child.attribute("label");
      add(label.empty() ? child.text() : std::string{label});
    } else if (child.is("dc", "subject")) {
      add(child.text());
    } else if (child.name() == "keywords" &&
               (child.ns() == "media" || child.ns() == "itunes" || child.ns() == "news")) {
      const std::string words = child.text();
      for (const std::string_view word : text::split(words, ',')) add(word);
    }
  });
}

void add_media(const XmlElement& item, ExtraFields& extra) {
  const auto add = [&](const XmlElement& media) {
    nlohmann::ordered_json entry;
    for (const char* name : {"url", "type", "medium", "length"}) {
      if (const std::string value = text::clean_line(media.attribute(name)); !value.empty()) entry[name] = value;
    }
    if (const std::string href = text::clean_line(media.attribute("href")); !href.empty()) entry["url"] = href;
    for (const char* name : {"title", "description", "credit"}) {
      if (const std::string value = plain_text(media.child("media", name).text()); !value.empty()) entry[name] = value;
    }
    extra.add_value("media", std::move(entry));
  };
  item.each_below("content", [&](const XmlElement& media) {
    if (media.ns() == "media") add(media);
  });
  item.each("thumbnail", [&](const XmlElement& media) {
    if (media.ns() == "media") extra.add("thumbnail", media.attribute("url"));
  });
  item.each("enclosure", [&](const XmlElement& media) { add(media); });
  item.each("link", [&](const XmlElement& link) {
    if (link.attribute("rel") == "enclosure") add(link);
  });
}

void add_place(const XmlElement& item, ExtraFields& extra) {
  XmlElement point = item.child("georss", "point");
  if (!point) point = item.find("pos");  // gml:Point inside georss:where
  if (point) extra.add("geo", point.text());
  const std::string latitude = first_text(item, {{"geo", "lat"}});
  const std::string longitude = first_text(item, {{"geo", "long"}});
  if (!latitude.empty() && !longitude.empty()) extra.add("geo", latitude + " " + longitude);
}

void set_dates(const XmlElement& item, Article& article) {
  const DateHints hints = date_hints(article.lang);
  for (const auto& [ns, name] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"wp", "post_date_gmt"},
                                                                            {"", "pubDate"},
                                                                            {"", "published"},
                                                                            {"", "issued"},
                                                                            {"dc", "date"},
                                                                            {"dcterms", "issued"},
                                                                            {"dcterms", "created"},
                                                                            {"prism", "publicationDate"},
                                                                            {"", "created"},
                                                                            {"", "date"}}) {
    if (!article.published) article.published = parse_date(first_text(item, {{ns, name}}), hints);
  }
  for (const auto& [ns, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"", "updated"}, {"", "modified"}, {"dcterms", "modified"}, {"wp", "post_modified_gmt"}}) {
    if (!article.modified) article.modified = parse_date(first_text(item, {{ns, name}}), hints);
  }
  if (!article.published) article.published = article.modified;
}

std::variant<RawArticle, Refusal> sitemap_entry(const XmlElement& item) {
  const XmlElement news = item.child("news", "news");
  if (!news) return Refusal{.reason = "an address of a sitemap that says no news of it", .expected = true};
  RawArticle raw;
  Article& article = raw.article;
  raw.excerpt = true;
  article.url = first_text(item, {{"", "loc"}});
  const XmlElement publication = news.child("publication");
  article.source = text::clean_line(publication.child("name").text());
  article.lang = normalize_language(text::clean_line(publication.child("language").text()));
  article.title = plain_text(news.child("title").text());
  article.published = parse_date(text::clean_line(news.child("publication_date").text()), date_hints(article.lang));
  article.modified = parse_date(first_text(item, {{"", "lastmod"}}));
  set_keywords(news, article);
  ExtraFields extra;
  for (const char* name : {"genres", "access", "stock_tickers", "geo_locations"})
    extra.add(name, news.child(name).text());
  item.each("image", [&](const XmlElement& image) { extra.add("image", image.child("loc").text()); });
  article.extra = extra.str();
  return raw;
}

/// Why an item of a WordPress export is no article, or empty.
std::string not_a_post(const XmlElement& item) {
  const std::string type = first_text(item, {{"wp", "post_type"}});
  const std::string status = first_text(item, {{"wp", "status"}});
  if (!type.empty() && type != "post" && type != "page") return "a WordPress " + type;
  if (!status.empty() && status != "publish") return "a WordPress post whose status is " + status;
  return {};
}

}  // namespace

FeedReader::FeedReader(ByteSource& source, const ReaderOptions& options)
    : XmlReader(
          source, options,
          {.records = {{"item"}, {"entry"}, {"url", "urlset"}},
           .nests = false,
           .forgiving = {"title", "description", "content:encoded", "summary", "content", "dc:creator", "category"}}) {}

void FeedReader::describe(const XmlElement& root, Context& context) const {
  XmlElement channel = root.child("channel");
  if (!channel) channel = root;  // Atom
  context.set("title", atom_title(core(channel, "title")));
  context.set("link", resolved(link_of(channel), root.attribute("base")));
  std::string lang = first_text(channel, {{"", "language"}, {"dc", "language"}});
  if (lang.empty()) lang = root.attribute("lang");
  context.set("lang", normalize_language(lang));
  context.set("base", root.attribute("base"));
  const XmlElement author = core(channel, "author");
  context.set("author", author.has_elements() ? author.child("name").text() : std::string{});
  channel.each("author", [&](const XmlElement& user) {  // wp:author: the names behind the logins
    if (user.ns() != "wp") return;
    context.set("user:" + text::clean_line(user.child("author_login").text()),
                user.child("author_display_name").text());
  });
}

std::variant<RawArticle, Refusal> FeedReader::article_of(const XmlElement& item, const Context& context) const {
  if (item.name() == "url") return sitemap_entry(item);
  if (std::string why = not_a_post(item); !why.empty()) return Refusal{.reason = std::move(why), .expected = true};
  RawArticle raw;
  Article& article = raw.article;
  raw.excerpt = item.child("wp", "post_type").name().empty();
  std::string base{item.attribute("base")};
  if (base.empty()) base = context.get("base").empty() ? context.get("link") : context.get("base");
  article.lang = normalize_language(first_text(item, {{"dc", "language"}, {"", "language"}}));
  if (article.lang.empty()) article.lang = normalize_language(item.attribute("lang"));
  if (article.lang.empty()) article.lang = context.get("lang");
  XmlElement title = core(item, "title");
  article.title = atom_title(title);
  if (article.title.empty())
    article.title = first_text(item, {{"media", "title"}, {"dc", "title"}, {"itunes", "title"}});
  article.url = resolved(link_of(item), base);
  ExtraFields extra;
  std::string guid = first_text(item, {{"", "guid"}, {"", "id"}, {"dc", "identifier"}});
  if (guid.empty()) guid = item.attribute("about");
  // An entry is the article that its address leads to; its own id counts only without one.
  if (canonical_url(article.url).empty())
    article.id = guid;
  else if (guid != article.url)
    extra.add("guid", guid);
  article.authors = authors_of(item);
  for (std::string& author : article.authors) {
    if (std::string name = context.get("user:" + author); !name.empty()) author = std::move(name);
  }
  if (article.authors.empty() && item.ns() == "atom") article.authors = split_names(context.get("author"));
  set_dates(item, article);
  const XmlElement source = core(item, "source");
  article.source = source.has_elements() ? atom_title(core(source, "title")) : text::clean_line(source.text());
  if (article.source.empty()) article.source = first_text(item, {{"dc", "publisher"}, {"dc", "source"}});
  if (article.source.empty() || is_absolute(article.source)) article.source = context.get("title");
  article.section = first_text(item, {{"prism", "section"}});
  set_keywords(item, article);
  set_content(item, raw);
  if (raw.html) raw.html->url = article.url;
  add_media(item, extra);
  add_place(item, extra);
  extra.add("rights", first_text(item, {{"dc", "rights"}, {"media", "copyright"}, {"", "rights"}, {"", "copyright"}}));
  extra.add("comments", first_text(item, {{"", "comments"}}));
  extra.add("original_link", first_text(item, {{"feedburner", "origLink"}}));
  article.extra = extra.str();
  return raw;
}

}  // namespace dateline::indexer

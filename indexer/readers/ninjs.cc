// ninjs and FollowTheMoney; declared in json_values.h.
#include <algorithm>
#include <array>
#include <optional>

#include "common/date.h"
#include "common/language.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/iptc.h"
#include "indexer/readers/json_values.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer::json {
namespace {

/// Versions 1 and 2 write names in lower case, version 3 in camel case.
std::optional<element> field(const object& fields, std::string_view lower) {
  for (const auto& [key, value] : fields) {
    if (key.size() == lower.size() && text::ascii_iequals(key, lower) && !value.is_null()) return value;
  }
  return std::nullopt;
}

std::string line(const object& fields, std::string_view lower) {
  const auto value = field(fields, lower);
  return value ? first_line(*value) : std::string{};
}

std::optional<Timestamp> time(const object& fields, std::string_view lower) {
  return parse_date(line(fields, lower));
}

/// Calls `visit` with each object of a list of objects.
template <typename Visit>
void each(const object& fields, std::string_view lower, Visit visit) {
  const auto value = field(fields, lower);
  array list;
  if (!value || value->get(list) != simdjson::SUCCESS) return;
  for (const element entry : list) {
    object members;
    if (entry.get(members) == simdjson::SUCCESS) visit(members);
  }
}

struct Text {
  std::string value;
  std::string role;
  bool html = false;
};

/// Texts of version 1 ("body_text", "body_xhtml") and of 2 and 3 ("bodies": [{"role", "contenttype", "value"}]).
std::vector<Text> texts_of(const object& fields, std::string_view single, std::string_view several) {
  std::vector<Text> texts;
  each(fields, several, [&](const object& entry) {
    const auto value = field(entry, "value");
    std::string_view written;
    if (!value || value->get(written) != simdjson::SUCCESS) return;
    const std::string type = line(entry, "contenttype");
    const std::string role = line(entry, "role");
    texts.push_back(
        {std::string{written}, role, type.find("html") != std::string::npos || role.find("html") != std::string::npos});
  });
  for (const auto& [key, value] : fields) {
    std::string_view written;
    if (!text::istarts_with(key, single) || value.get(written) != simdjson::SUCCESS) continue;
    const std::string_view behind = key.substr(single.size());
    if (!behind.empty() && behind.front() != '_') continue;
    texts.push_back({std::string{written}, std::string{behind.substr(std::min<std::size_t>(1, behind.size()))},
                     behind.find("html") != std::string_view::npos || looks_like_html(written)});
  }
  return texts;
}

void set_texts(const object& fields, RawArticle& raw, ExtraFields& extra) {
  Article& article = raw.article;
  for (const Text& headline : texts_of(fields, "headline", "headlines")) {
    if (article.title.empty() || headline.role == "main") article.title = plain_text(headline.value);
  }
  if (article.title.empty()) article.title = line(fields, "title");
  for (const Text& text : texts_of(fields, "subheadline", "subheadlines"))
    extra.add("subheadline", plain_text(text.value));
  std::string caption;
  for (const Text& text : texts_of(fields, "description", "descriptions")) {
    std::string plain = plain_text(text.value);
    if (text.role == "caption")
      caption = std::move(plain);
    else if (article.summary.empty())
      article.summary = std::move(plain);
  }
  const std::vector<Text> bodies = texts_of(fields, "body", "bodies");
  // Mark-up tells paragraphs; plain text is the second choice.
  for (const Text& body : bodies) {
    if (body.html && !raw.html && !text::trim(body.value).empty()) raw.html = fragment(body.value);
  }
  for (const Text& body : bodies) {
    if (!raw.html && article.body.empty()) article.body = text::paragraphs(text::clean(body.value));
  }
  if (raw.html || !article.body.empty()) return extra.add("caption", caption);
  // The text of a picture or film is what describes it.
  if (caption.empty()) std::swap(caption, article.summary);
  if (!caption.empty()) article.body.push_back(std::move(caption));
}

void set_concepts(const object& fields, Article& article, ExtraFields& extra) {
  for (const std::string_view name : {"person", "people"}) {
    each(fields, name, [&](const object& e) { iptc::add_actor(article, ActorKind::person, line(e, "name")); });
  }
  for (const std::string_view name : {"organisation", "organisations"}) {
    each(fields, name, [&](const object& e) { iptc::add_actor(article, ActorKind::organisation, line(e, "name")); });
  }
  for (const std::string_view name : {"subject", "subjects"}) {
    each(fields, name, [&](const object& e) {
      std::string code = line(e, "code");
      for (const std::string_view other : {"qcode", "uri", "literal"}) {
        if (code.empty()) code = line(e, other);
      }
      iptc::add_subject(article, code, line(e, "name"));
    });
  }
  for (const std::string_view name : {"place", "places"}) {
    each(fields, name, [&](const object& e) { extra.add("location", line(e, "name")); });
  }
  for (const std::string_view name : {"event", "events"}) {
    each(fields, name, [&](const object& e) { extra.add("event", line(e, "name")); });
  }
  iptc::set_section(article);
}

void set_source(const object& fields, Article& article) {
  for (const std::string_view name : {"provider", "source"}) {
    if (article.source.empty()) article.source = line(fields, name);
  }
  for (const std::string_view name : {"infosource", "infosources"}) {
    each(fields, name, [&](const object& e) {
      if (article.source.empty()) article.source = line(e, "name");
    });
  }
  if (article.source.empty()) article.source = line(fields, "copyrightholder");
}

/// Members that the functions above have read.
bool is_understood(std::string_view key) {
  static constexpr auto kRead = std::to_array<std::string_view>(
      {"uri",           "version",   "versioncreated", "firstcreated", "embargoed",    "pubstatus",    "language",
       "headline",      "headlines", "title",          "subheadline",  "subheadlines", "descriptions", "bodies",
       "byline",        "by",        "located",        "keywords",     "person",       "people",       "organisation",
       "organisations", "subject",   "subjects",       "place",        "places",       "event",        "events",
       "provider",      "source",    "$schema",        "standard"});
  const std::string lower = text::ascii_lower(key);
  return std::find(kRead.begin(), kRead.end(), lower) != kRead.end() || lower.starts_with("body_") ||
         lower.starts_with("description_") || lower.starts_with("headline_");
}

/// Names as the other formats' facts are called.
std::string fact_name(std::string_view key) {
  const std::string lower = text::ascii_lower(key);
  if (lower == "copyrightnotice") return "rights";
  if (lower == "copyrightholder") return "copyright_holder";
  if (lower == "usageterms") return "usage_terms";
  if (lower == "ednote") return "editorial_note";
  if (lower == "renditions") return "media";
  return text::clean_line(key);
}

}  // namespace

bool is_ninjs(const object& fields) {
  for (const std::string_view name : {"standard", "$standard"}) {
    object members;
    const auto standard = field(fields, name);
    if (standard && standard->get(members) == simdjson::SUCCESS && line(members, "name") == "ninjs") return true;
  }
  if (!field(fields, "uri")) return false;
  for (const std::string_view sign :
       {"versioncreated", "pubstatus", "representationtype", "headlines", "bodies", "body_xhtml", "description_text",
        "copyrightholder", "renditions", "embargoed", "person", "organisation"}) {
    if (field(fields, sign)) return true;
  }
  for (const auto& [key, value] : fields) {
    if (key.starts_with("body_") || key.starts_with("description_") || key.starts_with("headline_")) return true;
  }
  const std::string type = line(fields, "type");
  return type == "text" || type == "picture" || type == "video" || type == "audio" || type == "composite" ||
         type == "graphic" || type == "component";
}

std::variant<RawArticle, Refusal> article_of_ninjs(const object& fields) {
  RawArticle raw;
  Article& article = raw.article;
  ExtraFields extra;
  article.id = line(fields, "uri");
  if (is_http_url(article.id)) article.url = article.id;
  article.version = iptc::version_number(line(fields, "version"));
  article.modified = time(fields, "versioncreated");
  article.published = time(fields, "firstcreated");
  if (!article.published) article.published = time(fields, "contentcreated");
  if (!article.published) article.published = article.modified;
  article.embargo_until = time(fields, "embargoed");
  iptc::set_status(article, line(fields, "pubstatus"));
  article.lang = normalize_language(line(fields, "language"));
  for (const std::string_view name : {"byline", "by"}) {
    if (article.authors.empty()) article.authors = iptc::byline_names(line(fields, name));
  }
  article.place = line(fields, "located");
  if (const auto keywords = field(fields, "keywords")) article.keywords = lines(*keywords);
  set_texts(fields, raw, extra);
  set_concepts(fields, article, extra);
  set_source(fields, article);
  for (const auto& [key, value] : fields) {
    if (!value.is_null() && !is_understood(key)) extra.add_value(fact_name(key), copy(value));
  }
  if (raw.html) raw.html->url = article.url;
  article.extra = extra.str();
  if (article.title.empty() && article.body.empty() && !raw.html && article.status != PublishingStatus::canceled)
    return Refusal{"a ninjs item without headline, description and body"};
  return raw;
}

bool is_follow_the_money(const object& fields) {
  const auto properties = field(fields, "properties");
  const auto schema = field(fields, "schema");
  return properties && properties->is_object() && schema && schema->is_string();
}

std::variant<RawArticle, Refusal> article_of_follow_the_money(const object& fields) {
  const std::string schema = line(fields, "schema");
  static constexpr auto kDocuments = std::to_array<std::string_view>(
      {"Article", "Document", "HyperText", "PlainText", "Pages", "WebPage", "Message", "Email"});
  if (std::find(kDocuments.begin(), kDocuments.end(), schema) == kDocuments.end())
    return Refusal{.reason = "a FollowTheMoney " + schema + ", which is no article", .expected = true};
  object properties;
  if (const auto value = field(fields, "properties"); !value || value->get(properties) != simdjson::SUCCESS)
    return Refusal{"no properties"};
  RawArticle raw;
  Article& article = raw.article;
  ExtraFields extra;
  article.id = line(fields, "id");
  const auto first_of = [&](std::initializer_list<std::string_view> names) {
    std::string found;
    for (const std::string_view name : names) {
      if (found.empty()) found = line(properties, name);
    }
    return found;
  };
  article.title = first_of({"title", "name", "fileName"});
  article.url = first_of({"sourceUrl"});
  article.lang = normalize_language(first_of({"language", "detectedLanguage"}));
  article.published = parse_date(first_of({"publishedAt", "date", "authoredAt"}));
  article.modified = parse_date(first_of({"modifiedAt"}));
  article.source = first_of({"publisher"});
  article.summary = first_of({"summary", "description"});
  if (const auto authors = field(properties, "author")) article.authors = lines(*authors);
  if (const auto keywords = field(properties, "keywords")) article.keywords = lines(*keywords);
  for (const auto& [name, kind] :
       {std::pair{"peopleMentioned", ActorKind::person}, {"companiesMentioned", ActorKind::organisation}}) {
    if (const auto mentioned = field(properties, name)) {
      for (const std::string& who : lines(*mentioned)) iptc::add_actor(article, kind, who);
    }
  }
  if (const auto html = field(properties, "bodyHtml")) {
    std::vector<std::string> parts;
    collect_texts(*html, parts);
    if (!parts.empty()) raw.html = html_payload(std::move(parts.front()));
  }
  if (const auto body = field(properties, "bodyText"); body && !raw.html) {
    std::vector<std::string> parts;
    collect_texts(*body, parts);
    for (const std::string& part : parts) {
      for (std::string& paragraph : text::paragraphs(text::clean(part))) article.body.push_back(std::move(paragraph));
    }
  }
  if (!raw.html && article.body.empty() && !article.summary.empty())
    article.body.push_back(std::exchange(article.summary, {}));
  if (raw.html) raw.html->url = article.url;
  extra.add("schema", schema);
  if (const auto datasets = field(fields, "datasets")) extra.add_value("datasets", copy(*datasets));
  if (const auto countries = field(properties, "country")) extra.add_value("country", copy(*countries));
  article.extra = extra.str();
  return raw;
}

}  // namespace dateline::indexer::json

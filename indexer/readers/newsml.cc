#include "indexer/readers/newsml.h"

#include <algorithm>

#include "common/date.h"
#include "common/language.h"
#include "common/text.h"
#include "indexer/readers/iptc.h"

namespace dateline::indexer {
namespace {

std::string line_of(const XmlElement& element) {
  return text::clean_line(element.text());
}

/// Code of a concept, however it is given: a QCode, an address, or a literal.
std::string code_of(const XmlElement& element) {
  for (const std::string_view attribute : {"qcode", "uri", "literal"}) {
    if (const std::string_view code = element.attribute(attribute); !code.empty()) return text::clean_line(code);
  }
  return {};
}

/// A concept's name: its own, or what the item asserts of its code.
std::string name_of(const XmlElement& item, const XmlElement& element) {
  std::string name = line_of(element.child("name"));
  if (!name.empty()) return name;
  const std::string code = code_of(element);
  if (code.empty()) return {};
  item.each("assert", [&](const XmlElement& assertion) {
    if (name.empty() && code_of(assertion) == code) name = line_of(assertion.child("name"));
  });
  return name;
}

/// name_of(), else what the code says.
std::string label_of(const XmlElement& item, const XmlElement& element) {
  std::string name = name_of(item, element);
  return name.empty() ? iptc::name_from_code(code_of(element)) : name;
}

void read_item_meta(const XmlElement& item, Article& article, ExtraFields& extra) {
  const XmlElement meta = item.child("itemMeta");
  article.id = text::clean_line(item.attribute("guid"));
  article.version = iptc::version_number(item.attribute("version"));
  article.source = label_of(item, meta.child("provider"));
  article.published = parse_date(line_of(meta.child("firstCreated")));
  article.modified = parse_date(line_of(meta.child("versionCreated")));
  article.embargo_until = parse_date(line_of(meta.child("embargoed")));
  iptc::set_status(article, code_of(meta.child("pubStatus")));
  extra.add("item_class", iptc::name_from_code(code_of(meta.child("itemClass"))));
  extra.add("role", iptc::name_from_code(code_of(meta.child("role"))));
  meta.each("signal", [&](const XmlElement& e) { extra.add("signal", iptc::name_from_code(code_of(e))); });
  meta.each("service", [&](const XmlElement& e) { extra.add("service", label_of(item, e)); });
  meta.each("edNote", [&](const XmlElement& e) { extra.add("editorial_note", line_of(e)); });
  meta.each("title", [&](const XmlElement& e) { extra.add("item_title", line_of(e)); });
  meta.each("link", [&](const XmlElement& e) {
    extra.add("link", e.attribute("residref").empty() ? e.attribute("href") : e.attribute("residref"));
  });
  const XmlElement rights = item.child("rightsInfo");
  extra.add("rights", line_of(rights.child("copyrightNotice")));
  extra.add("copyright_holder", rights.child("copyrightHolder") ? label_of(item, rights.child("copyrightHolder")) : "");
  extra.add("usage_terms", line_of(rights.child("usageTerms")));
}

void read_subjects(const XmlElement& item, const XmlElement& meta, Article& article, ExtraFields& extra) {
  meta.each("subject", [&](const XmlElement& subject) {
    std::string kind = iptc::name_from_code(subject.attribute("type"));
    if (kind.empty()) kind = iptc::name_from_code(subject.attribute("typeuri"));
    const std::string code = code_of(subject);
    const std::string name = name_of(item, subject);
    kind = kind.substr(kind.find_last_of('/') + 1);
    if (kind == "person") return iptc::add_actor(article, ActorKind::person, name);
    if (kind == "organisation") return iptc::add_actor(article, ActorKind::organisation, name);
    if (kind == "geoArea" || kind == "poi") return extra.add("location", name.empty() ? code : name);
    // What a topic is part of counts as well, broader ones first: the section is their top.
    subject.each("broader", [&](const XmlElement& broader) {
      iptc::add_subject(article, code_of(broader), name_of(item, broader));
    });
    iptc::add_subject(article, code, name);
  });
  iptc::set_section(article);
}

void read_content_meta(const XmlElement& item, Article& article, ExtraFields& extra) {
  const XmlElement meta = item.child("contentMeta");
  std::string subtitle;
  meta.each("headline", [&](const XmlElement& e) {
    std::string line = line_of(e);
    const std::string role = iptc::name_from_code(e.attribute("role"));
    if (role.find("sub") != std::string::npos || !article.title.empty()) return extra.add("subheadline", line);
    article.title = std::move(line);
  });
  if (!article.published) article.published = parse_date(line_of(meta.child("contentCreated")));
  if (!article.published) article.published = article.modified;
  article.lang = normalize_language(meta.child("language").attribute("tag"));
  if (article.lang.empty()) article.lang = normalize_language(item.attribute("lang"));
  const XmlElement by = meta.child("by");
  if (by) {
    article.authors = iptc::byline_names(line_of(by));
  } else {
    meta.each("creator", [&](const XmlElement& creator) {
      if (std::string name = name_of(item, creator); !name.empty() && name != article.source)
        article.authors.push_back(std::move(name));
    });
  }
  article.place = iptc::place_of_dateline(line_of(meta.child("dateline")));
  const XmlElement located = meta.child("located");
  if (article.place.empty() && located) article.place = label_of(item, located);
  if (located) extra.add("located", label_of(item, located));
  meta.each("description", [&](const XmlElement& e) {
    const std::string role = iptc::name_from_code(e.attribute("role"));
    if (role == "caption") return extra.add("caption", line_of(e));
    if (article.summary.empty()) article.summary = line_of(e);
  });
  meta.each("keyword", [&](const XmlElement& e) {
    if (std::string word = line_of(e); !word.empty()) article.keywords.push_back(std::move(word));
  });
  meta.each("slugline", [&](const XmlElement& e) { extra.add("slugline", line_of(e)); });
  meta.each("genre", [&](const XmlElement& e) { extra.add("genre", label_of(item, e)); });
  meta.each("infoSource", [&](const XmlElement& e) { extra.add("info_source", label_of(item, e)); });
  meta.each("creditline", [&](const XmlElement& e) { extra.add("credit", line_of(e)); });
  extra.add("urgency", line_of(meta.child("urgency")));
  read_subjects(item, meta, article, extra);
}

void read_content(const XmlElement& item, RawArticle& raw, ExtraFields& extra) {
  const XmlElement set = item.child("contentSet");
  set.each([&](const XmlElement& content) {
    if (content.name() == "remoteContent") {
      nlohmann::ordered_json media;
      for (const auto& [key, attribute] :
           {std::pair{"url", "href"}, {"residref", "residref"}, {"type", "contenttype"}, {"rendition", "rendition"}}) {
        if (std::string value = text::clean_line(content.attribute(attribute)); !value.empty())
          media[key] = std::move(value);
      }
      return extra.add_value("media", std::move(media));
    }
    if (raw.html || !raw.article.body.empty()) return;  // Renditions of one text; the first is taken.
    if (content.name() == "inlineData") {
      const std::string_view type = content.attribute("contenttype");
      if (content.attribute("encoding").empty() && (type.empty() || text::istarts_with(type, "text/"))) {
        std::string data = content.text();
        if (type.starts_with("text/html"))
          raw.html = fragment(std::move(data));
        else
          raw.article.body = text::paragraphs(text::clean(data));
      }
    } else if (content.name() == "inlineXML") {
      const XmlElement nitf = content.child("nitf");
      if (nitf) return iptc::fill_from_nitf(nitf, raw, extra);
      const XmlElement html = content.child("html");
      const XmlElement body = html ? html.child("body") : content.child("body") ? content.child("body") : content;
      // SportsML and its like carry data, not text.
      if (html || body.find("p") || content.child("div"))
        raw.html = fragment(body.inner_html());
      else
        extra.add("content", content.attribute("contenttype"));
    }
  });
}

/// A package's items: their headlines are its text.
void read_package(const XmlElement& item, Article& article, ExtraFields& extra) {
  item.each_below("itemRef", [&](const XmlElement& reference) {
    extra.add("item",
              reference.attribute("residref").empty() ? reference.attribute("href") : reference.attribute("residref"));
    std::string line = line_of(reference.child("headline"));
    if (line.empty()) line = line_of(reference.child("title"));
    if (!line.empty()) article.body.push_back(std::move(line));
  });
  if (article.title.empty()) article.title = line_of(item.child("itemMeta").child("title"));
}

}  // namespace

std::variant<RawArticle, Refusal> NitfReader::article_of(const XmlElement& nitf, const Context& /*context*/) const {
  RawArticle raw;
  ExtraFields extra;
  iptc::fill_from_nitf(nitf, raw, extra);
  iptc::set_section(raw.article);
  raw.article.extra = extra.str();
  return raw;
}

std::variant<RawArticle, Refusal> NewsmlG2Reader::article_of(const XmlElement& item, const Context& /*context*/) const {
  const bool package = item.name() == "packageItem";
  if (item.name() != "newsItem" && !package)
    return Refusal{.reason = "a NewsML-G2 " + text::clean_line(item.name()) + ", which is no article",
                   .expected = true};
  RawArticle raw;
  ExtraFields extra;
  read_item_meta(item, raw.article, extra);
  read_content_meta(item, raw.article, extra);
  if (package)
    read_package(item, raw.article, extra);
  else
    read_content(item, raw, extra);
  Article& article = raw.article;
  if (article.title.empty()) article.title = line_of(item.child("itemMeta").child("title"));
  // The text of a picture or film is its description.
  if (!raw.html && article.body.empty() && !article.summary.empty())
    article.body.push_back(std::exchange(article.summary, {}));
  if (!raw.html && article.body.empty()) {
    const XmlElement caption = item.child("contentMeta").child("description");
    if (std::string words = line_of(caption); !words.empty()) article.body.push_back(std::move(words));
  }
  if (raw.html) raw.html->url = article.url;
  article.extra = extra.str();
  if (article.title.empty() && article.body.empty() && !raw.html && article.status != PublishingStatus::canceled)
    return Refusal{"a NewsML-G2 " + text::clean_line(item.name()) + " without headline, description and text"};
  return raw;
}

void Newsml1Reader::describe(const XmlElement& root, Context& context) const {
  const XmlElement sender = root.child("NewsEnvelope").child("SentFrom");
  context.set("sender", sender.find("Party").attribute("FormalName"));
}

std::variant<RawArticle, Refusal> Newsml1Reader::article_of(const XmlElement& item, const Context& context) const {
  RawArticle raw;
  Article& article = raw.article;
  ExtraFields extra;
  const XmlElement identifier = item.child("Identification").child("NewsIdentifier");
  article.id = line_of(identifier.child("PublicIdentifier"));
  if (article.id.empty()) article.id = line_of(identifier.child("NewsItemId"));
  article.version = iptc::version_number(identifier.child("RevisionId").text());
  const XmlElement management = item.child("NewsManagement");
  article.published = parse_date(line_of(management.child("FirstCreated")));
  article.modified = parse_date(line_of(management.child("ThisRevisionCreated")));
  const std::string_view status = management.child("Status").attribute("FormalName");
  iptc::set_status(article, status);
  if (text::ascii_iequals(status, "Embargoed"))
    article.embargo_until = parse_date(line_of(management.child("StatusWillChange").child("DateAndTime")));
  extra.add("urgency", management.child("Urgency").attribute("FormalName"));
  extra.add("item_class", management.child("NewsItemType").attribute("FormalName"));

  const XmlElement lines = item.find("NewsLines");
  article.title = line_of(lines.child("HeadLine"));
  extra.add("subheadline", line_of(lines.child("SubHeadLine")));
  lines.each("ByLine", [&](const XmlElement& e) {
    for (std::string& name : iptc::byline_names(line_of(e))) article.authors.push_back(std::move(name));
  });
  article.place = iptc::place_of_dateline(line_of(lines.child("DateLine")));
  extra.add("credit", line_of(lines.child("CreditLine")));
  extra.add("rights", line_of(lines.child("CopyrightLine")));
  extra.add("slugline", line_of(lines.child("SlugLine")));
  lines.each("KeywordLine", [&](const XmlElement& e) {
    if (std::string word = line_of(e); !word.empty()) article.keywords.push_back(std::move(word));
  });
  const XmlElement administrative = item.find("AdministrativeMetadata");
  for (const std::string_view role : {"Provider", "Source", "Creator"}) {
    if (article.source.empty())
      article.source = text::clean_line(administrative.child(role).find("Party").attribute("FormalName"));
  }
  if (article.source.empty()) article.source = context.get("sender");
  if (article.source.empty()) article.source = line_of(identifier.child("ProviderId"));
  const XmlElement descriptive = item.find("DescriptiveMetadata");
  article.lang = normalize_language(descriptive.child("Language").attribute("FormalName"));
  if (article.lang.empty()) article.lang = normalize_language(item.attribute("lang"));
  for (const std::string_view level : {"Subject", "SubjectMatter", "SubjectDetail"}) {
    descriptive.each_below(level, [&](const XmlElement& e) {
      iptc::add_subject(article, "subj:" + std::string{e.attribute("FormalName")}, e.attribute("Name"));
    });
  }
  iptc::set_section(article);
  descriptive.each("Genre", [&](const XmlElement& e) { extra.add("genre", e.attribute("FormalName")); });
  descriptive.each_below("Property", [&](const XmlElement& e) {
    const std::string_view name = e.attribute("FormalName");
    if (name == "City" && article.place.empty()) article.place = text::clean_line(e.attribute("Value"));
    if (name == "City" || name == "Country" || name == "CountryArea") extra.add("location", e.attribute("Value"));
  });
  item.each_below("ContentItem", [&](const XmlElement& content) {
    extra.add("media", content.attribute("Href"));
    if (raw.html || !article.body.empty()) return;
    const XmlElement data = content.child("DataContent");
    if (const XmlElement nitf = data.child("nitf")) return iptc::fill_from_nitf(nitf, raw, extra);
    if (!content.child("Encoding").attribute("Notation").empty()) return;  // base64 of a picture
    const XmlElement body = data.find("body");
    if (data.has_elements())
      raw.html = fragment((body ? body : data).inner_html());
    else if (const std::string text = data.text(); text.find("</p>") != std::string::npos)
      raw.html = fragment(text);
    else
      article.body = text::paragraphs(text::clean(data.text()));
  });
  if (article.title.empty()) article.title = line_of(item.child("Identification").child("NameLabel"));
  article.extra = extra.str();
  return raw;
}

}  // namespace dateline::indexer

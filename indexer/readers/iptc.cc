#include "indexer/readers/iptc.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/date.h"
#include "common/language.h"
#include "common/media_topics.h"
#include "common/stored.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/names.h"

namespace dateline::indexer::iptc {
namespace {

std::string line_of(const XmlElement& element) {
  return text::clean_line(element.text());
}

/// A by-line's text without the title of its writer.
std::string without_titles(const XmlElement& byline) {
  std::string whole = line_of(byline);
  byline.each_below("byttl", [&](const XmlElement& title) {
    const std::string words = line_of(title);
    if (const std::size_t at = words.empty() ? std::string::npos : whole.find(words); at != std::string::npos)
      whole.erase(at, words.size());
  });
  return whole;
}

void read_docdata(const XmlElement& docdata, Article& article, ExtraFields& extra) {
  if (article.id.empty()) article.id = text::clean_line(docdata.child("doc-id").attribute("id-string"));
  if (!article.published) article.published = parse_date(docdata.child("date.issue").attribute("norm"));
  const auto release = parse_date(docdata.child("date.release").attribute("norm"));
  if (!article.published) article.published = release;
  const std::string_view management = docdata.attribute("management-status");
  set_status(article, management);
  if (text::ascii_iequals(management, "embargoed") && !article.embargo_until) article.embargo_until = release;
  if (article.version == 0) article.version = version_number(docdata.child("du-key").attribute("version"));
  extra.add("urgency", docdata.child("urgency").attribute("ed-urg"));
  extra.add("slugline", docdata.child("fixture").attribute("fix-id"));
  extra.add("slugline", docdata.child("du-key").attribute("key"));
  extra.add("editorial_note", docdata.child("ed-msg").attribute("info"));
  extra.add("rights", docdata.child("doc.copyright").attribute("holder"));
  extra.add("expires", docdata.child("date.expire").attribute("norm"));
  docdata.each_below("keyword", [&](const XmlElement& keyword) {
    if (std::string key = text::clean_line(keyword.attribute("key")); !key.empty())
      article.keywords.push_back(std::move(key));
  });
  const auto name_of = [](const XmlElement& element) {
    std::string name = line_of(element);
    return name.empty() ? text::clean_line(element.attribute("value")) : name;
  };
  const XmlElement identified = docdata.child("identified-content");
  identified.each_below("person", [&](const XmlElement& e) { add_actor(article, ActorKind::person, name_of(e)); });
  identified.each_below("org", [&](const XmlElement& e) { add_actor(article, ActorKind::organisation, name_of(e)); });
  identified.each_below("location", [&](const XmlElement& e) { extra.add("location", name_of(e)); });
  identified.each_below("classifier", [&](const XmlElement& e) {
    extra.add(text::clean_line(e.attribute("type")).empty() ? "classifier" : text::clean_line(e.attribute("type")),
              name_of(e));
  });
}

void read_subjects(const XmlElement& head, Article& article, ExtraFields& extra) {
  head.each_below("tobject.subject", [&](const XmlElement& subject) {
    std::string name{subject.attribute("tobject.subject.detail")};
    if (name.empty()) name = subject.attribute("tobject.subject.matter");
    if (name.empty()) name = subject.attribute("tobject.subject.type");
    const std::string_view number = subject.attribute("tobject.subject.refnum");
    add_subject(article, number.empty() ? "" : "subj:" + std::string{number}, name);
  });
  head.each("tobject", [&](const XmlElement& tobject) {
    extra.add("genre", tobject.child("tobject.property").attribute("tobject.property.type"));
  });
}

void read_body_head(const XmlElement& head, Article& article, ExtraFields& extra) {
  const XmlElement headline = head.child("hedline");
  if (article.title.empty()) article.title = line_of(headline.child("hl1"));
  headline.each("hl2", [&](const XmlElement& e) { extra.add("subheadline", line_of(e)); });
  if (article.authors.empty()) {
    head.each("byline", [&](const XmlElement& byline) {
      bool named = false;
      byline.each_below("person", [&](const XmlElement& person) {
        named = true;
        article.authors.push_back(line_of(person));
      });
      if (named) return;
      for (std::string& name : byline_names(without_titles(byline))) article.authors.push_back(std::move(name));
    });
  }
  const XmlElement dateline = head.child("dateline");
  if (article.place.empty()) {
    const XmlElement location = dateline.child("location");
    article.place = location.child("city") ? line_of(location.child("city")) : line_of(location);
    if (article.place.empty()) article.place = place_of_dateline(line_of(dateline));
  }
  if (!article.published) article.published = parse_date(dateline.child("story.date").attribute("norm"));
  if (article.source.empty()) article.source = line_of(head.child("distributor"));
  if (article.summary.empty()) article.summary = line_of(head.child("abstract"));
  extra.add("editorial_note", line_of(head.child("note")));
  extra.add("rights", line_of(head.child("rights")));
}

}  // namespace

void add_subject(Article& article, std::string_view code, std::string_view name) {
  Subject subject{.code = text::clean_line(code), .name = text::clean_line(name)};
  if (subject.code.empty() && subject.name.empty()) return;
  if (std::find(article.subjects.begin(), article.subjects.end(), subject) == article.subjects.end())
    article.subjects.push_back(std::move(subject));
}

void add_actor(Article& article, ActorKind kind, std::string_view name) {
  std::string clean = text::clean_line(name);
  const auto same = [&](const Actor& actor) { return actor.name == clean; };
  if (clean.empty() || std::any_of(article.actors.begin(), article.actors.end(), same)) return;
  article.actors.push_back({.name = std::move(clean), .kind = kind, .mentions = 1, .salience = 0, .surfaces = {}});
}

void set_section(Article& article) {
  if (!article.section.empty() || article.subjects.empty()) return;
  for (const Subject& subject : article.subjects) {
    if (const auto path = topic_path(subject.code); !path.empty()) {
      article.section = path.front();
      return;
    }
  }
  for (const Subject& subject : article.subjects) {
    if (article.section.empty()) article.section = subject.name;
  }
}

void set_status(Article& article, std::string_view status) {
  if (const auto known = status_named(status)) article.status = *known;
}

std::uint64_t version_number(std::string_view written) {
  written = text::trim(written);
  std::uint64_t number = 0;
  (void)std::from_chars(written.data(), written.data() + written.size(), number);
  return number;
}

std::string name_from_code(std::string_view code) {
  code = text::trim(code);
  if (std::string host = host_of(code); !host.empty()) return host;
  return text::clean_line(code.substr(code.find_last_of(':') + 1));  // npos + 1 is 0
}

std::vector<std::string> byline_names(std::string_view byline) {
  std::vector<std::string> names = split_names(byline);
  // Behind a comma stands what the writer is, or for whom he writes: "Staff Reporter", "dpa", "Associated Press
  // Writer".
  static constexpr std::array<std::string_view, 9> kTitles{"writer",    "reporter", "editor", "correspondent", "staff",
                                                           "columnist", "press",    "dpa",    "reuters"};
  std::erase_if(names, [&](const std::string& name) {
    const std::string folded = text::fold(name);
    return std::any_of(kTitles.begin(), kTitles.end(), [&](std::string_view title) {
      const std::size_t at = folded.find(title);
      return at != std::string::npos && (at == 0 || folded[at - 1] == ' ');
    });
  });
  return names;
}

std::string place_of_dateline(std::string_view dateline) {
  std::string_view place = dateline.substr(0, dateline.find('('));
  for (const std::string_view dash : {" - ", " – ", " — ", "--"}) place = place.substr(0, place.find(dash));
  place = text::trim(place.substr(0, place.find(',')));
  while (place.ends_with('-') || place.ends_with(':')) place = text::trim(place.substr(0, place.size() - 1));
  constexpr std::size_t kLongest = 60;
  return place.size() > kLongest ? std::string{} : text::clean_line(place);
}

void fill_from_nitf(const XmlElement& nitf, RawArticle& raw, ExtraFields& extra) {
  Article& article = raw.article;
  const XmlElement head = nitf.child("head");
  const XmlElement body = nitf.child("body");
  read_docdata(head.child("docdata"), article, extra);
  read_subjects(head, article, extra);
  read_body_head(body.child("body.head"), article, extra);
  if (article.title.empty()) article.title = line_of(head.child("title"));
  head.each("pubdata", [&](const XmlElement& publication) {
    if (!article.published) article.published = parse_date(publication.attribute("date.publication"));
    if (article.source.empty()) article.source = text::clean_line(publication.attribute("name"));
    if (article.section.empty()) article.section = text::clean_line(publication.attribute("position.section"));
    extra.add("edition", publication.attribute("edition.name"));
    extra.add("page", publication.attribute("position.sequence"));
    if (article.url.empty()) article.url = text::clean_line(publication.attribute("ex-ref"));
  });
  if (article.lang.empty()) article.lang = normalize_language(nitf.attribute("lang"));
  if (article.lang.empty()) article.lang = normalize_language(body.attribute("lang"));
  const XmlElement content = body.child("body.content");
  if (!raw.html && article.body.empty() && content) {
    // NITF's blocks are named as HTML's, but for those of pictures and headings.
    std::string markup = content.inner_html();
    if (content.has_elements()) {
      raw.html = fragment(std::move(markup));
    } else {
      article.body = text::paragraphs(text::clean(content.text()));
    }
  }
  content.each_below("media-caption", [&](const XmlElement& e) { extra.add("caption", line_of(e)); });
  content.each_below("media-reference", [&](const XmlElement& e) { extra.add("media", e.attribute("source")); });
  extra.add("tagline", line_of(body.child("body.end").child("tagline")));
}

}  // namespace dateline::indexer::iptc

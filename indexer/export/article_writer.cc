#include "indexer/export/article_writer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "common/stored.h"
#include "common/text.h"
#include "common/url.h"
#include "dateline/version.h"
#include "indexer/readers/json_article.h"

namespace dateline::indexer {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string now_text(const Clock& clock) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", clock.now());
}

/// The article's address, or one that it is given here, which names it for ever.
std::string address_of(const Article& article) {
  return canonical_url(article.url).empty() ? "tag:dateline,2022:" + article.id : article.url;
}

class JsonLinesWriter final : public ArticleWriter {
 public:
  explicit JsonLinesWriter(std::ostream& out) : out_(out) {}
  void write(const Article& article) override {
    Json json = Json::parse(encode_article(article));
    Json extra = Json::object();
    if (const auto found = json.find("extra"); found != json.end()) {
      extra = std::move(*found);
      json.erase(found);
    }
    // Unknown fields go back to where they were. One whose name a reader would understand must not come to be read as
    // what it is not.
    Json kept = Json::object();
    for (auto& [name, value] : extra.items()) {
      if (is_known_json_name(name))
        kept[name] = std::move(value);
      else
        json[name] = std::move(value);
    }
    if (!kept.empty()) json["extra"] = std::move(kept);
    out_ << dump(json) << '\n';
  }

 private:
  std::ostream& out_;
};

class NinjsWriter final : public ArticleWriter {
 public:
  explicit NinjsWriter(std::ostream& out) : out_(out) {}
  void write(const Article& article) override {
    Json json;
    const auto put = [&](const char* name, const std::string& value) {
      if (!value.empty()) json[name] = value;
    };
    json["uri"] = address_of(article);
    json["standard"] = {
        {"name", "ninjs"}, {"version", "3.0"}, {"schema", "https://iptc.org/std/ninjs/ninjs-schema_3.0.json"}};
    json["type"] = "text";
    if (article.version > 0) json["version"] = std::to_string(article.version);
    if (article.published) json["firstCreated"] = format_rfc3339(*article.published);
    if (article.modified) json["versionCreated"] = format_rfc3339(*article.modified);
    if (article.embargo_until) json["embargoed"] = format_rfc3339(*article.embargo_until);
    json["pubStatus"] = status_name(article.status);
    put("language", article.lang);
    put("copyrightHolder", article.source);
    put("by", joined(article.authors, ", "));
    put("located", article.place);
    if (!article.title.empty())
      json["headlines"] = {{{"role", "main"}, {"contentType", "text/plain"}, {"value", article.title}}};
    if (!article.summary.empty())
      json["descriptions"] = {{{"role", "summary"}, {"contentType", "text/plain"}, {"value", article.summary}}};
    if (!article.body.empty())
      json["bodies"] = {{{"role", "main"}, {"contentType", "text/plain"}, {"value", joined(article.body, "\n\n")}}};
    for (const Actor& actor : article.actors) {
      const char* list = actor.kind == ActorKind::person    ? "people"
                         : actor.kind == ActorKind::country ? "places"
                                                            : "organisations";
      json[list].push_back({{"name", actor.name}});
    }
    for (const Subject& subject : article.subjects) {
      Json entry = Json::object();
      if (!subject.name.empty()) entry["name"] = subject.name;
      if (!subject.code.empty()) entry["literal"] = subject.code;
      json["subjects"].push_back(std::move(entry));
    }
    if (article.subjects.empty() && !article.section.empty()) json["subjects"] = {{{"name", article.section}}};
    if (!article.keywords.empty()) json["keywords"] = article.keywords;
    out_ << dump(json) << '\n';
  }

 private:
  std::ostream& out_;
};

/// RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe, since texts come from strangers
/// (https://owasp.org/www-community/attacks/CSV_Injection).
class CsvWriter final : public ArticleWriter {
 public:
  explicit CsvWriter(std::ostream& out) : out_(out) {}
  void begin() override {
    out_ << "id,title,published,modified,source,url,authors,lang,section,place,keywords,summary,body\r\n";
  }
  void write(const Article& article) override {
    const auto time = [](const std::optional<Timestamp>& t) { return t ? format_rfc3339(*t) : std::string{}; };
    const std::array cells{article.id,
                           article.title,
                           time(article.published),
                           time(article.modified),
                           article.source,
                           article.url,
                           joined(article.authors, "; "),
                           article.lang,
                           article.section,
                           article.place,
                           joined(article.keywords, "; "),
                           article.summary,
                           joined(article.body, "\n\n")};
    for (std::size_t i = 0; i < cells.size(); ++i) out_ << (i > 0 ? "," : "") << cell(cells[i]);
    out_ << "\r\n";
  }

 private:
  static std::string cell(std::string value) {
    if (!value.empty() && std::string_view{"=+-@"}.find(value.front()) != std::string_view::npos)
      value.insert(0, 1, '\'');
    if (value.find_first_of(",\"\n") == std::string::npos) return value;
    std::string out = "\"";
    for (const char c : value) out += c == '"' ? std::string{"\"\""} : std::string{c};
    return out + '"';
  }
  std::ostream& out_;
};

std::string escaped(std::string_view s) {
  std::string out;
  for (const char c : s) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string paragraphs_html(const Article& article) {
  std::string html;
  for (const std::string& paragraph : article.body) html += "<p>" + escaped(paragraph) + "</p>\n";
  return html;
}

class AtomWriter final : public ArticleWriter {
 public:
  AtomWriter(std::ostream& out, const Clock& clock, std::string title)
      : out_(out), now_(now_text(clock)), title_(std::move(title)) {}
  void begin() override {
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
            "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
         << "<title>" << escaped(title_) << "</title>\n<id>tag:dateline,2022:export</id>\n<updated>" << now_
         << "</updated>\n"
         << "<generator version=\"" << kVersion << "\">Dateline</generator>\n";
  }
  void write(const Article& article) override {
    // Atom wants whole moments: a day is taken as its midnight.
    const auto moment = [](const Timestamp& t) {
      Timestamp whole = t;
      whole.precision = Precision::second;
      return format_rfc3339(whole);
    };
    out_ << "<entry>\n<id>" << escaped(address_of(article)) << "</id>\n<title>" << escaped(article.title)
         << "</title>\n";
    const std::optional<Timestamp>& updated = article.modified ? article.modified : article.published;
    out_ << "<updated>" << (updated ? moment(*updated) : "1970-01-01T00:00:00Z") << "</updated>\n";
    if (article.published) out_ << "<published>" << moment(*article.published) << "</published>\n";
    if (!canonical_url(article.url).empty())
      out_ << "<link rel=\"alternate\" href=\"" << escaped(article.url) << "\"/>\n";
    for (const std::string& author : article.authors)
      out_ << "<author><name>" << escaped(author) << "</name></author>\n";
    if (article.authors.empty())
      out_ << "<author><name>" << escaped(article.source.empty() ? "unknown" : article.source) << "</name></author>\n";
    if (!article.source.empty()) out_ << "<dc:publisher>" << escaped(article.source) << "</dc:publisher>\n";
    for (const std::string& keyword : article.keywords) out_ << "<category term=\"" << escaped(keyword) << "\"/>\n";
    if (!article.summary.empty()) out_ << "<summary>" << escaped(article.summary) << "</summary>\n";
    out_ << "<content type=\"html\"" << (article.lang.empty() ? "" : " xml:lang=\"" + escaped(article.lang) + "\"")
         << ">" << escaped(paragraphs_html(article)) << "</content>\n</entry>\n";
  }
  void end() override { out_ << "</feed>\n"; }

 private:
  std::ostream& out_;
  std::string now_;
  std::string title_;
};

/// The article as a page: what it is in JSON-LD (https://schema.org/NewsArticle), then its text.
std::string page_of(const Article& article) {
  Json facts = {{"@context", "https://schema.org"}, {"@type", "NewsArticle"}, {"headline", article.title}};
  if (article.published) facts["datePublished"] = format_rfc3339(*article.published);
  if (article.modified) facts["dateModified"] = format_rfc3339(*article.modified);
  if (!article.source.empty()) facts["publisher"] = {{"@type", "Organization"}, {"name", article.source}};
  for (const std::string& author : article.authors) facts["author"].push_back({{"@type", "Person"}, {"name", author}});
  if (!article.section.empty()) facts["articleSection"] = article.section;
  if (!article.keywords.empty()) facts["keywords"] = article.keywords;
  if (!article.lang.empty()) facts["inLanguage"] = article.lang;
  if (!article.url.empty()) facts["url"] = article.url;
  std::string json = dump(facts);
  for (std::size_t at = json.find("</"); at != std::string::npos; at = json.find("</", at + 3))
    json.insert(at + 1, "\\");
  std::string page = "<!DOCTYPE html>\n<html";
  if (!article.lang.empty()) page += " lang=\"" + escaped(article.lang) + "\"";
  page += ">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped(article.title) + "</title>\n";
  if (!canonical_url(article.url).empty()) page += "<link rel=\"canonical\" href=\"" + escaped(article.url) + "\">\n";
  page += "<script type=\"application/ld+json\">" + json + "</script>\n</head>\n<body>\n<article>\n<h1>" +
          escaped(article.title) + "</h1>\n";
  return page + paragraphs_html(article) + "</article>\n</body>\n</html>\n";
}

/// A UUID that is the same for the same bytes (RFC 9562, version 8).
std::string uuid_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}", hash.high64 >> 32, (hash.high64 >> 16) & 0xFFFF,
                     hash.high64 & 0xFFF, 0x8000 | ((hash.low64 >> 48) & 0x3FFF), hash.low64 & 0xFFFFFFFFFFFF);
}

class WarcWriter final : public ArticleWriter {
 public:
  WarcWriter(std::ostream& out, const Clock& clock) : out_(out), now_(now_text(clock)) {}
  void begin() override {
    record("warcinfo", {}, "application/warc-fields",
           fmt::format("software: Dateline {}\r\nformat: WARC File Format 1.1\r\n", kVersion));
  }
  void write(const Article& article) override {
    record("resource", address_of(article), "text/html; charset=utf-8", page_of(article));
  }

 private:
  void record(std::string_view type, const std::string& uri, std::string_view content_type, const std::string& block) {
    out_ << "WARC/1.1\r\nWARC-Type: " << type << "\r\nWARC-Record-ID: <urn:uuid:" << uuid_of(uri + block)
         << ">\r\nWARC-Date: " << now_ << "\r\n";
    if (!uri.empty()) out_ << "WARC-Target-URI: " << uri << "\r\n";
    out_ << "Content-Type: " << content_type << "\r\nContent-Length: " << block.size() << "\r\n\r\n"
         << block << "\r\n\r\n";
  }
  std::ostream& out_;
  std::string now_;
};

}  // namespace

std::unique_ptr<ArticleWriter> make_article_writer(ExportFormat format, std::ostream& out, const Clock& clock,
                                                   std::string title) {
  switch (format) {
    case ExportFormat::ninjs:
      return std::make_unique<NinjsWriter>(out);
    case ExportFormat::csv:
      return std::make_unique<CsvWriter>(out);
    case ExportFormat::atom:
      return std::make_unique<AtomWriter>(out, clock, std::move(title));
    case ExportFormat::warc:
      return std::make_unique<WarcWriter>(out, clock);
    case ExportFormat::json_lines:
      break;
  }
  return std::make_unique<JsonLinesWriter>(out);
}

}  // namespace dateline::indexer

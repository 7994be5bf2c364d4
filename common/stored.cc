#include "common/stored.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) json[key] = value;
}
void put(Json& json, const char* key, const std::vector<std::string>& values) {
  if (!values.empty()) json[key] = values;
}
void put(Json& json, const char* key, const std::optional<Timestamp>& value) {
  if (value) json[key] = format_rfc3339(*value);
}

void append_string(std::string& out, const std::string& value) {
  std::size_t done = 0;
  out.push_back('"');
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(value, done, i - done);
    done = i + 1;
    if (c >= 0x20) {
      out.append(1, '\\').push_back(value[i]);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out.append(value, done, value.size() - done).push_back('"');
}

/// The body last, and without a tree of nodes: it is nearly all of the record.
void append_body(std::string& out, const std::vector<std::string>& paragraphs) {
  if (paragraphs.empty()) return;
  out.pop_back();
  out += out.size() > 1 ? ",\"body\":[" : "\"body\":[";
  for (const std::string& paragraph : paragraphs) {
    if (&paragraph != &paragraphs.front()) out.push_back(',');
    if (text::is_valid_utf8(paragraph)) {
      append_string(out, paragraph);
    } else {
      out += Json(paragraph).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  out += "]}";
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::string{} : found->get<std::string>();
}
std::vector<std::string> texts_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::vector<std::string>{} : found->get<std::vector<std::string>>();
}
std::optional<Timestamp> time_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::nullopt : parse_date(found->get<std::string>());
}

}  // namespace

char kind_letter(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return 'p';
    case ActorKind::organisation:
      return 'o';
    case ActorKind::country:
      return 'c';
  }
  return 'p';
}

std::string_view kind_name(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return "person";
    case ActorKind::organisation:
      return "organisation";
    case ActorKind::country:
      return "country";
  }
  return "person";
}

ActorKind kind_of_letter(char letter) {
  if (letter == 'o') return ActorKind::organisation;
  return letter == 'c' ? ActorKind::country : ActorKind::person;
}

std::string_view status_name(PublishingStatus status) {
  switch (status) {
    case PublishingStatus::usable:
      return "usable";
    case PublishingStatus::withheld:
      return "withheld";
    case PublishingStatus::canceled:
      return "canceled";
  }
  return "usable";
}

std::optional<PublishingStatus> status_named(std::string_view name) {
  std::string word = text::ascii_lower(text::trim(name));
  word.erase(0, word.find_last_of(":/") + 1);  // "stat:usable", "http://cv.iptc.org/newscodes/pubstatusg2/usable"
  if (word == "usable") return PublishingStatus::usable;
  if (word == "withheld") return PublishingStatus::withheld;
  for (const std::string_view known : {"canceled", "cancelled", "killed", "withdrawn", "retracted"}) {
    if (word == known) return PublishingStatus::canceled;
  }
  return std::nullopt;
}

std::string encode_article(const Article& article) {
  Json json = Json::object();
  put(json, "id", article.id);
  put(json, "title", article.title);
  put(json, "published", article.published);
  put(json, "modified", article.modified);
  put(json, "source", article.source);
  put(json, "url", article.url);
  put(json, "authors", article.authors);
  put(json, "lang", article.lang);
  put(json, "section", article.section);
  put(json, "place", article.place);
  put(json, "keywords", article.keywords);
  for (const Actor& actor : article.actors) {
    Json entry = {{"name", actor.name}, {"kind", kind_name(actor.kind)}, {"mentions", actor.mentions}};
    if (actor.salience > 0) entry["salience"] = actor.salience;
    put(entry, "surfaces", actor.surfaces);
    json["actors"].push_back(std::move(entry));
  }
  put(json, "embargo_until", article.embargo_until);
  if (article.status != PublishingStatus::usable) json["status"] = status_name(article.status);
  if (article.version > 0) json["version"] = article.version;
  put(json, "summary", article.summary);
  for (const Subject& subject : article.subjects) {
    Json entry = Json::object();
    put(entry, "code", subject.code);
    put(entry, "name", subject.name);
    json["subjects"].push_back(std::move(entry));
  }
  if (!article.extra.empty()) {
    if (Json extra = Json::parse(article.extra, nullptr, false); extra.is_object()) json["extra"] = std::move(extra);
  }
  std::string out = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  append_body(out, article.body);
  return out;
}

Article decode_article(std::string_view record) {
  try {
    const Json json = Json::parse(record);
    Article article;
    article.id = text_of(json, "id");
    article.title = text_of(json, "title");
    article.body = texts_of(json, "body");
    article.published = time_of(json, "published");
    article.modified = time_of(json, "modified");
    article.source = text_of(json, "source");
    article.url = text_of(json, "url");
    article.authors = texts_of(json, "authors");
    article.lang = text_of(json, "lang");
    article.section = text_of(json, "section");
    article.place = text_of(json, "place");
    article.keywords = texts_of(json, "keywords");
    for (const Json& entry : json.value("actors", Json::array())) {
      const std::string kind = text_of(entry, "kind");
      article.actors.push_back({.name = text_of(entry, "name"),
                                .kind = kind_of_letter(kind.empty() ? 'p' : kind.front()),
                                .mentions = entry.value("mentions", 1U),
                                .salience = entry.value("salience", 0.0),
                                .surfaces = texts_of(entry, "surfaces")});
    }
    article.embargo_until = time_of(json, "embargo_until");
    article.status = status_named(text_of(json, "status")).value_or(PublishingStatus::usable);
    article.version = json.value("version", std::uint64_t{0});
    article.summary = text_of(json, "summary");
    for (const Json& entry : json.value("subjects", Json::array())) {
      article.subjects.push_back({.code = text_of(entry, "code"), .name = text_of(entry, "name")});
    }
    if (const auto extra = json.find("extra"); extra != json.end()) {
      article.extra = extra->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return article;
  } catch (const Json::exception& e) {
    throw Error(ErrorCode::index_corrupt, "stored article", e.what());
  }
}

}  // namespace dateline

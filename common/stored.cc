#include "common/stored.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "common/store/record_packing.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline {
namespace {

using Json = nlohmann::ordered_json;

/// How the list of actors begins. No string holds these bytes: its quotes are escaped.
constexpr std::string_view kActors = "\"actors\":[";

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

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_checked(std::string& out, const std::string& value) {
  if (text::is_valid_utf8(value)) {
    append_string(out, value);
  } else {
    out += dumped(Json(value));
  }
}

void append_strings(std::string& out, const std::vector<std::string>& values) {
  out.push_back('[');
  for (const std::string& value : values) {
    if (&value != &values.front()) out.push_back(',');
    append_checked(out, value);
  }
  out.push_back(']');
}

/// Opens an object that is closed, for a further member.
void reopen(std::string& out) {
  out.pop_back();
  if (out.size() > 1) out.push_back(',');
}

/// Members of a second object.
void append_members(std::string& out, std::string_view object) {
  if (object.size() <= 2) return;
  reopen(out);
  out += object.substr(1);
}

// Actors and body are nearly all of the record: they are written without a tree of nodes. The body comes last.

void append_actors(std::string& out, const std::vector<Actor>& actors) {
  if (actors.empty()) return;
  reopen(out);
  out += kActors;
  for (const Actor& actor : actors) {
    if (&actor != &actors.front()) out.push_back(',');
    out += "{\"name\":";
    append_checked(out, actor.name);
    fmt::format_to(std::back_inserter(out), ",\"kind\":\"{}\",\"mentions\":{}", kind_name(actor.kind), actor.mentions);
    if (actor.salience > 0) fmt::format_to(std::back_inserter(out), ",\"salience\":{}", actor.salience);
    if (!actor.surfaces.empty()) {
      out += ",\"surfaces\":";
      append_strings(out, actor.surfaces);
    }
    out.push_back('}');
  }
  out += "]}";
}

void append_body(std::string& out, const std::vector<std::string>& paragraphs) {
  if (paragraphs.empty()) return;
  reopen(out);
  out += "\"body\":";
  append_strings(out, paragraphs);
  out.push_back('}');
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

std::vector<Actor> actors_of(const Json& list) {
  std::vector<Actor> actors;
  for (const Json& entry : list) {
    const std::string kind = text_of(entry, "kind");
    actors.push_back({.name = text_of(entry, "name"),
                      .kind = kind_of_letter(kind.empty() ? 'p' : kind.front()),
                      .mentions = entry.value("mentions", 1U),
                      .salience = entry.value("salience", 0.0),
                      .surfaces = texts_of(entry, "surfaces")});
  }
  return actors;
}

/// Behind the bracket that closes the list whose inside begins at `at`.
std::size_t end_of_list(std::string_view json, std::size_t at) {
  std::size_t depth = 1;
  for (bool quoted = false; at < json.size() && depth > 0; ++at) {
    if (json[at] == '\\' && quoted) {
      ++at;
    } else if (json[at] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      if (json[at] == '[') ++depth;
      if (json[at] == ']') --depth;
    }
  }
  return std::min(at, json.size());
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
  std::string out = dumped(json);
  append_actors(out, article.actors);
  json = Json::object();
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
  append_members(out, dumped(json));
  append_body(out, article.body);
  return out;
}

Article decode_article(std::string_view record) {
  try {
    const Json json = is_packed(record) ? Json::parse(unpack_record(record)) : Json::parse(record);
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
    if (const auto actors = json.find("actors"); actors != json.end()) article.actors = actors_of(*actors);
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

std::vector<Actor> decode_actors(std::string_view record) {
  if (is_packed(record)) return decode_actors(unpack_record(record));
  const std::size_t at = record.find(kActors);
  if (at == std::string_view::npos) return {};
  const std::size_t list = at + kActors.size() - 1;
  try {
    return actors_of(Json::parse(record.substr(list, end_of_list(record, list + 1) - list)));
  } catch (const Json::exception& e) {
    throw Error(ErrorCode::index_corrupt, "stored article", e.what());
  }
}

}  // namespace dateline

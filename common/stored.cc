#include "common/stored.h"

#include <nlohmann/json.hpp>

#include "common/date.h"
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

std::string encode_article(const Article& article) {
  Json json = Json::object();
  put(json, "id", article.id);
  put(json, "title", article.title);
  put(json, "body", article.body);
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
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
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
    return article;
  } catch (const Json::exception& e) {
    throw Error(ErrorCode::index_corrupt, "stored article", e.what());
  }
}

}  // namespace dateline

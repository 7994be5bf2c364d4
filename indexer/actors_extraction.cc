#include "indexer/actors_extraction.h"

#include <ctime>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "common/actor_identities.h"
#include "common/date.h"
#include "common/language.h"
#include "common/stored.h"
#include "common/text.h"
#include "indexer/enrich/actors/recogniser.h"
#include "indexer/enrich/language.h"

namespace dateline::indexer {
namespace {

using nlohmann::json;

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// First of the fields that is there.
const json* field(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto found = object.find(name); found != object.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

std::string string_field(const json& object, std::initializer_list<const char*> names) {
  const json* value = field(object, names);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  return value->is_number() ? value->dump() : std::string{};
}

Article article_of(const json& object) {
  Article article;
  article.id = string_field(object, {"id", "doc", "url"});
  article.title = text::clean_line(string_field(object, {"title", "headline"}));
  article.lang = normalize_language(string_field(object, {"lang", "language"}));
  article.published = parse_date(string_field(object, {"published", "date", "published_at"}));
  const json* body = field(object, {"body", "text", "content"});
  if (body != nullptr && body->is_array()) {
    for (const auto& paragraph : *body) {
      if (paragraph.is_string()) article.body.push_back(text::clean_line(paragraph.get<std::string>()));
    }
  } else if (body != nullptr && body->is_string()) {
    article.body = text::paragraphs(text::clean(body->get<std::string>()));
  }
  std::erase_if(article.body, [](const std::string& paragraph) { return paragraph.empty(); });
  if (article.lang.empty()) {
    std::string all = article.title;
    for (const auto& paragraph : article.body) all.append("\n").append(paragraph);
    article.lang = detect_language(all);
  }
  return article;
}

nlohmann::ordered_json to_json(const Article& article, const std::vector<Actor>& actors) {
  auto list = nlohmann::ordered_json::array();
  for (const Actor& actor : actors) {
    list.push_back({{"name", actor.name},
                    {"kind", kind_name(actor.kind)},
                    {"mentions", actor.surfaces},
                    {"count", actor.mentions},
                    {"salience", static_cast<double>(static_cast<int>(actor.salience * 1000 + 0.5)) / 1000}});
  }
  return {{"id", article.id}, {"actors", std::move(list)}};
}

}  // namespace

ExtractReport extract_actors(const ActorData& data, std::istream& articles, const std::string& source,
                             std::ostream& out, std::ostream& errors) {
  const auto recogniser = make_recogniser(data);
  const ActorIdentities identities(data.gazetteer().overrides());
  ExtractReport report;
  std::string line;
  for (std::size_t number = 1; std::getline(articles, line); ++number) {
    if (text::trim(line).empty()) continue;
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) {
      errors << "dateline-index: " << source << ':' << number << ": no JSON object\n";
      ++report.rejected;
      continue;
    }
    const Article article = article_of(object);
    if (article.title.empty() && article.body.empty()) {
      errors << "dateline-index: " << source << ':' << number << ": no title and no body\n";
      ++report.rejected;
      continue;
    }
    report.bytes += article.title.size();
    for (const auto& paragraph : article.body) report.bytes += paragraph.size();
    const double begin = cpu_seconds();
    auto actors = recogniser->recognise(article);
    identities.apply(actors);
    report.recognise_seconds += cpu_seconds() - begin;
    ++report.articles;
    report.actors += actors.size();
    out << to_json(article, actors).dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  }
  return report;
}

}  // namespace dateline::indexer

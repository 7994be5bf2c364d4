#include "indexer/actors_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "common/date.h"
#include "common/language.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/data_folder.h"
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

const char* kind_name(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return "person";
    case ActorKind::organisation:
      return "organisation";
    case ActorKind::country:
      return "country";
  }
  return "";
}

json to_json(const Article& article, const std::vector<Actor>& actors) {
  json list = json::array();
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

ExtractReport extract_actors(const ActorData& data, std::istream& articles, std::ostream& out, std::ostream& errors) {
  const auto recogniser = make_recogniser(data);
  ExtractReport report;
  std::string line;
  for (std::size_t number = 1; std::getline(articles, line); ++number) {
    if (text::trim(line).empty()) continue;
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) {
      errors << "line " << number << ": no JSON object\n";
      ++report.rejected;
      continue;
    }
    const Article article = article_of(object);
    if (article.title.empty() && article.body.empty()) {
      errors << "line " << number << ": no title and no body\n";
      ++report.rejected;
      continue;
    }
    report.bytes += article.title.size();
    for (const auto& paragraph : article.body) report.bytes += paragraph.size();
    const double begin = cpu_seconds();
    const auto actors = recogniser->recognise(article);
    report.recognise_seconds += cpu_seconds() - begin;
    ++report.articles;
    report.actors += actors.size();
    out << to_json(article, actors).dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  }
  return report;
}

std::shared_ptr<ActorsRequest> add_actors_command(CLI::App& app) {
  auto request = std::make_shared<ActorsRequest>();
  CLI::App* actors = app.add_subcommand("actors", "Who acts in articles");
  actors->require_subcommand(1);
  CLI::App* extract = actors->add_subcommand("extract", "Print the actors of articles, without an index");
  extract->add_option("ARTICLES", request->articles, "Articles as JSON lines; - is standard input")
      ->required()
      ->type_name("FILE");
  extract->add_option("-f,--format", "Format of the output")->check(CLI::IsMember({"jsonl"}))->type_name("FORMAT");
  extract->add_option("--data", request->data, "Folder with the gazetteers and models (default: as installed)")
      ->type_name("DIR");
  extract
      ->add_option("--actors-file", request->actors_files,
                   "A further gazetteer (TSV or CAMEO); wins over those shipped; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  extract->add_flag("-v,--verbose", request->verbose, "Also say what was loaded and how fast it went");
  extract->callback([request] { request->extract = true; });
  return request;
}

ExitStatus run_actors(const ActorsRequest& request, std::istream& in, std::ostream& out, std::ostream& errors) {
  const ActorData data = ActorData::load(
      {.folders = {data_folder(request.data) / "actors"}, .actor_files = request.actors_files, .overrides = {}});
  std::ifstream file;
  if (request.articles != "-") {
    file.open(request.articles);
    if (!file) throw Error(ErrorCode::io, request.articles.string(), "cannot be read");
  }
  const ExtractReport report = extract_actors(data, request.articles == "-" ? in : file, out, errors);
  if (request.verbose) {
    const double seconds = std::max(report.recognise_seconds, 1e-9);
    errors << data.summary() << '\n'
           << fmt::format("{} articles, {} actors, {:.0f} articles of 2.3 kB/s of CPU\n", report.articles,
                          report.actors, static_cast<double>(report.bytes) / 2300 / seconds);
  }
  return report.rejected == 0 ? ExitStatus::ok : ExitStatus::some_refused;
}

}  // namespace dateline::indexer

#include "indexer/actors_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "common/store.h"
#include "common/stored.h"
#include "dateline/error.h"
#include "indexer/actors_extraction.h"
#include "indexer/data_folder.h"
#include "indexer/jobs/index_actors.h"

namespace dateline::indexer {
namespace {

using Command = ActorsRequest::Command;
using nlohmann::ordered_json;

void add_extract(CLI::App& actors, const std::shared_ptr<ActorsRequest>& request) {
  CLI::App* extract = actors.add_subcommand("extract", "Print the actors of articles, without an index");
  extract->add_option("ARTICLES", request->articles, "Articles as JSON lines; - is standard input")
      ->required()
      ->type_name("FILE");
  extract->add_option("-f,--format", "Format of the output")->check(CLI::IsMember({"jsonl"}))->type_name("FORMAT");
  extract->add_option("--data", request->data, "Folder with the gazetteers and models (default: as installed)")
      ->type_name("DIR");
  extract
      ->add_option(
          "--actors-file", request->actors_files,
          "A further gazetteer (TSV or CAMEO) or overrides (*override*.tsv); wins over those shipped; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  extract->add_flag("-v,--verbose", request->verbose, "Also say what was loaded and how fast it went");
  extract->callback([request] { request->command = Command::extract; });
}

CLI::App* add_index_command(CLI::App& actors, const std::shared_ptr<ActorsRequest>& request, Command command,
                            const char* name, const char* what) {
  CLI::App* added = actors.add_subcommand(name, what);
  added->add_option("-d,--index", request->index, "Index folder (default: $DATELINE_INDEX, else the XDG data folder)")
      ->type_name("INDEX");
  added->callback([request, command] { request->command = command; });
  return added;
}

void add_format(CLI::App& command, const std::shared_ptr<ActorsRequest>& request) {
  command.add_option("-f,--format", request->format, "Format of the output")
      ->check(CLI::IsMember({"text", "jsonl"}))
      ->type_name("text|jsonl");
}

ExitStatus run_extract(const ActorsRequest& request, std::istream& in, std::ostream& out, std::ostream& errors) {
  const ActorData data = ActorData::load(
      {.folders = {data_folder(request.data) / "actors"}, .actor_files = request.actors_files, .overrides = {}});
  std::ifstream file;
  if (request.articles != "-") {
    file.open(request.articles);
    std::error_code error;
    if (std::filesystem::is_directory(request.articles, error))
      throw Error(ErrorCode::usage, request.articles.string(), "is a folder; give a file of JSON lines");
    if (!file) throw Error(ErrorCode::io, request.articles.string(), "cannot be read");
  }
  const ExtractReport report =
      extract_actors(data, request.articles == "-" ? in : file, request.articles.string(), out, errors);
  if (request.verbose) {
    const double seconds = std::max(report.recognise_seconds, 1e-9);
    errors << data.summary() << '\n'
           << fmt::format("{} articles, {} actors, {:.0f} articles of 2.3 kB/s of CPU\n", report.articles,
                          report.actors, static_cast<double>(report.bytes) / 2300 / seconds);
  }
  return report.rejected == 0 ? ExitStatus::ok : ExitStatus::some_refused;
}

std::optional<ActorKind> kind_named(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return kind_of_letter(name[0]);
}

ordered_json to_json(const ListedActor& actor) {
  return {{"name", actor.name}, {"kind", kind_name(actor.kind)}, {"articles", actor.articles}};
}

void print(std::ostream& out, const ordered_json& line) {
  out << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

ExitStatus run_list(const ActorsRequest& request, std::ostream& out) {
  std::vector<ListedActor> actors = list_actors(request.index, kind_named(request.kind), request.part);
  if (request.limit != 0 && actors.size() > request.limit) actors.resize(request.limit);
  for (const ListedActor& actor : actors) {
    if (request.format == "jsonl") {
      print(out, to_json(actor));
    } else {
      out << fmt::format("{:>8}  {:<12}  {}\n", actor.articles, kind_name(actor.kind), actor.name);
    }
  }
  return ExitStatus::ok;
}

/// Why a name is this actor's.
std::string_view reason(const HeldName& held) {
  if (!held.rule) return "its own name";
  if (held.rule->action == IdentityRule::Action::split) return "split off";
  switch (held.rule->origin) {
    case IdentityOrigin::learnt:
      return "learnt";
    case IdentityOrigin::command:
      return "merged";
    case IdentityOrigin::file:
      return "overrides.tsv";
  }
  return {};
}

ExitStatus run_show(const ActorsRequest& request, std::ostream& out) {
  const std::vector<ActorDetails> found = show_actor(request.index, request.name);
  if (found.empty()) throw Error(ErrorCode::usage, request.name, "no article has an actor of this name");
  for (const ActorDetails& details : found) {
    if (request.format == "jsonl") {
      ordered_json line = to_json(details.actor);
      for (const HeldName& held : details.held_as)
        line["names"].push_back({{"name", held.name}, {"articles", held.articles}, {"because", reason(held)}});
      line["aliases"] = details.aliases;
      print(out, line);
      continue;
    }
    out << fmt::format("{} ({}), {} articles\n", details.actor.name, kind_name(details.actor.kind),
                       details.actor.articles);
    for (const HeldName& held : details.held_as)
      out << fmt::format("  {:>8}  {}  ({})\n", held.articles, held.name, reason(held));
    if (!details.aliases.empty()) out << fmt::format("  also asked for as: {}\n", fmt::join(details.aliases, ", "));
  }
  return ExitStatus::ok;
}

}  // namespace

std::shared_ptr<ActorsRequest> add_actors_command(CLI::App& app) {
  auto request = std::make_shared<ActorsRequest>();
  CLI::App* actors = app.add_subcommand("actors", "Who acts in articles, and who is whom in an index");
  actors->require_subcommand(1);
  add_extract(*actors, request);
  CLI::App* list = add_index_command(*actors, request, Command::list, "list", "List the actors of an index");
  add_format(*list, request);
  list->add_option("--kind", request->kind, "Only persons, organisations or countries")
      ->check(CLI::IsMember({"person", "organisation", "country"}))
      ->type_name("person|organisation|country");
  list->add_option("-n,--limit", request->limit, "At most N actors; 0: all")->type_name("N")->capture_default_str();
  list->add_option("PART", request->part, "Only names that have PART in them")->type_name("PART");
  CLI::App* show =
      add_index_command(*actors, request, Command::show, "show", "Show under which names an actor is found");
  add_format(*show, request);
  CLI::App* merge = add_index_command(*actors, request, Command::merge, "merge",
                                      "Two names are one actor's, from now on and for all articles");
  CLI::App* split =
      add_index_command(*actors, request, Command::split, "split", "A name is an actor of its own; takes a merge back");
  for (CLI::App* command : {show, merge, split}) {
    command->add_option("NAME", request->name, "Name as facets show it")->required()->type_name("NAME");
  }
  merge->add_option("INTO", request->into, "Name to show instead")->required()->type_name("INTO");
  merge->add_flag("--new-name", request->new_name, "INTO may be a name that no article has");
  return request;
}

ExitStatus run_actors(const ActorsRequest& asked, std::istream& in, std::ostream& out, std::ostream& errors,
                      const Clock& clock) {
  if (asked.command == Command::extract) return run_extract(asked, in, out, errors);
  ActorsRequest request = asked;
  request.index = index_folder(asked.index);
  switch (request.command) {
    case Command::list:
      return run_list(request, out);
    case Command::show:
      return run_show(request, out);
    case Command::merge:
      out << merge_actors(request.index, request.name, request.into, request.new_name, clock) << '\n';
      break;
    case Command::split:
      out << split_actor(request.index, request.name, clock) << '\n';
      break;
    default:
      break;
  }
  return ExitStatus::ok;
}

}  // namespace dateline::indexer

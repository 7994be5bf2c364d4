#include "indexer/takedown_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "common/date.h"
#include "common/printable.h"
#include "common/query_error.h"
#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/takedown.h"

namespace dateline::indexer {
namespace {

struct Request {
  TakedownRequest takedown;
  bool json = false;
  bool yes = false;
};

constexpr std::size_t kArticlesShown = 20;

void print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

std::string shown(const TakenArticle& article) {
  return fmt::format("{}  {}  {}", article.id, text::clean_line(article.title), article.url);
}

std::string counted(std::size_t articles) {
  return fmt::format("{} {}", articles, articles == 1 ? "article" : "articles");
}

/// What is shown and asked about before it is done: a query, which may name more than was meant, and whatever is taken
/// down for good. A script that names articles one by one is not asked, as rm -i would not be by nobody.
bool confirmed(const Request& request) {
  const bool by_query = !request.takedown.query.empty();
  const bool for_good = request.takedown.act != Act::hide && !request.takedown.lift;
  const bool somebody = ::isatty(STDIN_FILENO) == 1;
  if (request.yes || request.takedown.dry_run || (!by_query && !(for_good && somebody))) return true;
  TakedownRequest look = request.takedown;
  look.dry_run = true;
  const TakedownReport found = take_down(look, SystemClock{});
  if (found.articles.empty()) return true;
  const std::string number = std::to_string(found.articles.size());
  if (!somebody)
    throw Error(ErrorCode::usage, "--query",
                fmt::format("concerns {}; look with --dry-run, then say --yes", counted(found.articles.size())));
  for (std::size_t i = 0; i < std::min(found.articles.size(), kArticlesShown); ++i)
    std::cerr << printable(shown(found.articles[i])) << '\n';
  if (found.articles.size() > kArticlesShown)
    std::cerr << fmt::format("… and {} more\n", found.articles.size() - kArticlesShown);
  const std::string what = for_good ? "Take " + counted(found.articles.size()) + " down for good?"
                                    : "Hide " + counted(found.articles.size()) + "?";
  std::cerr << fmt::format("{} {} ", what, by_query ? "Type the number to go on:" : "[y/N]");
  std::string answer;
  std::getline(std::cin, answer);
  answer = text::ascii_lower(text::trim(answer));
  return by_query ? answer == number : answer == "y" || answer == "yes";
}

void print_left(const TakedownReport& report) {
  for (const Remnant& remnant : report.left)
    print(fmt::format("LEFT: a piece of its {} in {}, {}", remnant.what, remnant.file.string(), remnant.how));
}

void print_text(const TakedownReport& report) {
  if (report.dry_run) print("dry run: nothing was changed");
  for (std::size_t i = 0; i < report.articles.size(); ++i) {
    const TakenArticle& article = report.articles[i];
    print(shown(article));
    for (const std::string& input : article.inputs) print(fmt::format("  still in {}", input));
  }
  if (report.dry_run) return;
  if (report.lift)
    return print(report.act == Act::hide ? "shown again" : "admitted again: the next job reads what carries it");
  if (report.taken_down_at != 0) {
    print(
        fmt::format("taken down {}; looked for once more: of {} pieces {} are left; {} files, {:.1f} MB read, packed "
                    "parts unpacked ({} pieces that other articles share were not looked for)",
                    format_rfc3339({.utc = report.taken_down_at}), report.probes, report.left.size(),
                    report.files_scanned, static_cast<double>(report.bytes_scanned) / 1e6, report.shared));
    return print_left(report);
  }
  print(fmt::format("{} {}, gone from every search after {:.2f} s", counted(report.articles.size()),
                    act_name(report.act), report.seconds_to_hide));
  if (report.generations_rewritten > 0)
    print(fmt::format("purged from {} {} in {:.1f} s; readers see generation {}", report.generations_rewritten,
                      report.generations_rewritten == 1 ? "generation" : "generations", report.seconds_to_purge,
                      report.generation));
  if (!report.verified) return;
  print(
      fmt::format("verified: of {} pieces {} were found before, {} are left; {} files, {:.1f} MB read, packed parts "
                  "unpacked ({} pieces that other articles share were not looked for)",
                  report.probes, report.found_before, report.left.size(), report.files_scanned,
                  static_cast<double>(report.bytes_scanned) / 1e6, report.shared));
  print_left(report);
}

/// The receipt, and for the operator's eyes which articles they were.
std::string full_json(const TakedownReport& report) {
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(receipt_json(report));
  json["dry_run"] = report.dry_run;
  json["articles"] = nlohmann::ordered_json::array();
  for (const TakenArticle& article : report.articles) {
    json["articles"].push_back({{"id", article.id},
                                {"title", article.title},
                                {"url", article.url},
                                {"key", article.key},
                                {"generations", article.generations},
                                {"inputs", article.inputs}});
  }
  json["left"] = nlohmann::ordered_json::array();
  for (const Remnant& remnant : report.left)
    json["left"].push_back({{"file", remnant.file.string()}, {"piece_of", remnant.what}, {"how", remnant.how}});
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

ExitStatus run(Request& request) try {
  request.takedown.index = index_folder(request.takedown.index);
  if (!request.takedown.note.empty()) request.takedown.act = Act::note;
  if (!confirmed(request)) throw Error(ErrorCode::usage, "", "nothing was done");
  const TakedownReport report = take_down(request.takedown, SystemClock{});
  if (request.json) {
    print(full_json(report));
  } else {
    print_text(report);
  }
  return report.left.empty() ? ExitStatus::ok : ExitStatus::index_unusable;
} catch (const Error& error) {
  if (error.code() != ErrorCode::query) throw;
  std::cerr << query_error("dateline-index", error, request.takedown.query);
  return ExitStatus::usage;
}

}  // namespace

void add_takedown_commands(CLI::App& app, Chosen& chosen) {
  const auto add = [&](const char* name, const char* what, Act act, bool lift) {
    CLI::App* command = app.add_subcommand(name, what);
    const auto request = std::make_shared<Request>();
    request->takedown.act = act;
    request->takedown.lift = lift;
    command->add_option("-d,--index", request->takedown.index, "Index folder")->type_name("INDEX");
    command->add_option("--id", request->takedown.ids, "Article with this id; repeatable")
        ->type_name("ID")
        ->allow_extra_args(false);
    command->add_option("--url", request->takedown.urls, "Article with this address, now or later; repeatable")
        ->type_name("URL")
        ->allow_extra_args(false);
    if (!lift) {
      command->add_option("--query", request->takedown.query, "Articles that match a query")->type_name("QUERY");
      command->add_option("--reason", request->takedown.reason, "Kept with the ruling and on the receipt")
          ->type_name("TEXT");
      command->add_flag("--dry-run", request->takedown.dry_run, "Only say which articles");
      command->add_flag("-y,--yes", request->yes,
                        "Do not ask. Without it a query is asked about, and remove at a terminal");
    }
    command->add_flag("--json", request->json, "Print the receipt as JSON");
    command->callback([&chosen, request] { chosen = [request] { return run(*request); }; });
    return std::pair{command, request};
  };
  const auto remove = add("remove", "Take articles down for good", Act::take_down, false);
  remove.first->add_option("--note", remove.second->takedown.note, "Put this text in the article's place")
      ->type_name("TEXT");
  remove.first->add_flag("--verify", remove.second->takedown.verify,
                         "Scan every file of the index for the articles, before and after");
  add("hide", "Show articles in no search", Act::hide, false);
  add("unhide", "Show hidden articles again", Act::hide, true);
  add("readmit", "Let articles that were taken down come in again with the next job", Act::take_down, true);
}

}  // namespace dateline::indexer

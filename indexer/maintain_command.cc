#include "indexer/maintain_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "common/date.h"
#include "common/store.h"
#include "common/store/register.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/maintenance.h"
#include "indexer/jobs/shard.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct Request {
  fs::path index;
  bool json = false;
  bool deep = false;
  std::size_t keep = 1;
  unsigned to = 0;
  fs::path place;
  unsigned wait = 60;
  std::string by = "hash";
  std::size_t shards = 2;
};

void print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void print_json(const Json& json) {
  print(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string moment(std::int64_t utc) {
  return utc == 0 ? std::string{"never"} : format_rfc3339({.utc = utc});
}

Json generations_json(const IndexStats& stats) {
  Json list = Json::array();
  for (const GenerationStats& g : stats.generations)
    list.push_back({{"generation", g.number}, {"current", g.current}, {"whole", g.whole}, {"bytes", g.bytes}});
  return list;
}

std::vector<RunRecord> last_runs(const fs::path& index, std::size_t limit) {
  auto reg = Register::open(index);
  return reg ? reg->runs(limit) : std::vector<RunRecord>{};
}

ExitStatus run_status(const Request& request) {
  constexpr std::size_t kRuns = 10;
  const fs::path index = index_folder(request.index);
  const IndexStats stats = index_stats(index, SystemClock{});
  const std::vector<RunRecord> runs = last_runs(index, kRuns);
  if (request.json) {
    Json json = {{"format_version", 1},
                 {"index", index.string()},
                 {"generation", stats.generation},
                 {"articles", stats.articles},
                 {"changed_at", moment(stats.changed_at)},
                 {"lock", stats.lock},
                 {"purge_due", stats.purge_due},
                 {"generations", generations_json(stats)},
                 {"runs", Json::array()}};
    for (const RunRecord& run : runs) {
      json["runs"].push_back({{"job", run.job},
                              {"started", moment(run.started)},
                              {"seconds", run.seconds},
                              {"status", run.status},
                              {"report", Json::parse(run.report, nullptr, false)}});
    }
    print_json(json);
    return ExitStatus::ok;
  }
  print(fmt::format("{}: generation {}, {} articles, changed {}", index.string(), stats.generation, stats.articles,
                    moment(stats.changed_at)));
  for (const GenerationStats& g : stats.generations) {
    if (!g.current)
      print(fmt::format("  generation {}: {}, {}", g.number, megabytes(g.bytes),
                        g.whole ? "kept for a rollback" : "being written, or left by a job that died"));
  }
  if (!stats.lock.empty()) print("  locked by " + stats.lock);
  if (stats.purge_due) print("  a purge was interrupted: dateline-index gc finishes it");
  if (runs.empty()) print("  no job of a configuration has run yet (man dateline-config, dateline-index run)");
  for (const RunRecord& run : runs) {
    print(fmt::format("  {}  {:<12} {:>7.1f} s  {}", moment(run.started), run.job, run.seconds,
                      run.status == 0 ? "done" : fmt::format("exit status {}", run.status)));
  }
  return ExitStatus::ok;
}

/// Files of the index in the words of who uses it, largest first; small ones together.
std::vector<std::pair<std::string, std::uint64_t>> what_takes_room(const IndexStats& stats) {
  static const std::map<std::string_view, std::string_view> kWords = {{"postlist", "words: which articles have each"},
                                                                      {"position", "places of words, for phrases"},
                                                                      {"termlist", "terms of each article, for its removal"},
                                                                      {"docdata", "articles as they are shown"},
                                                                      {"ledger", "what each file held"},
                                                                      {"register", "earlier versions, rulings, runs"}};
  std::vector<std::pair<std::string, std::uint64_t>> out;
  std::uint64_t rest = 0;
  for (const Room& room : stats.rooms) {
    const auto known = kWords.find(room.name);
    if (known == kWords.end()) {
      rest += room.bytes;
    } else {
      out.emplace_back(known->second, room.bytes);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (rest > 0) out.emplace_back("all else", rest);
  return out;
}

ExitStatus run_stats(const Request& request) {
  const fs::path index = index_folder(request.index);
  const IndexStats stats = index_stats(index, SystemClock{});
  std::uint64_t total = 0;
  for (const Room& room : stats.rooms) total += room.bytes;
  const auto each = [&](std::uint64_t bytes) { return bytes / std::max<std::size_t>(stats.articles, 1); };
  if (request.json) {
    Json json = {{"format_version", 1},
                 {"index", index.string()},
                 {"generation", stats.generation},
                 {"articles", stats.articles},
                 {"average_length", stats.average_words},
                 {"languages", stats.languages},
                 {"bytes", total},
                 {"rooms", Json::object()},
                 {"hidden", stats.hidden},
                 {"taken_down", stats.taken_down},
                 {"generations", generations_json(stats)}};
    for (const Room& room : stats.rooms) json["rooms"][room.name] = room.bytes;
    print_json(json);
    return ExitStatus::ok;
  }
  print(fmt::format("{}: generation {}, {} articles, {}", index.string(), stats.generation, stats.articles,
                    megabytes(total)));
  for (const auto& [what, bytes] : what_takes_room(stats))
    print(fmt::format("  {:<38} {:>12}  {:>8} bytes an article", what, megabytes(bytes), each(bytes)));
  print(fmt::format("  languages: {}", fmt::join(stats.languages, ", ")));
  print(fmt::format("  an article has {:.0f} words on average", stats.average_words));
  if (stats.hidden + stats.taken_down > 0)
    print(fmt::format("  {} hidden, {} taken down", stats.hidden, stats.taken_down));
  return ExitStatus::ok;
}

ExitStatus run_check(const Request& request) {
  const fs::path index = index_folder(request.index);
  const unsigned current = open_snapshot(index).generation;
  Json json = {{"format_version", 1}, {"index", index.string()}, {"generations", Json::array()}};
  bool well = true;
  for (const Generation& generation : generations(index)) {
    if (!generation.whole) continue;
    const CheckReport checked =
        check_generation(generation.folder, request.deep ? CheckDepth::every_article : CheckDepth::structure);
    well = well && checked.faults.empty();
    json["generations"].push_back(
        {{"generation", generation.number}, {"articles", checked.articles}, {"faults", checked.faults}});
    if (request.json) continue;
    for (const std::string& fault : checked.faults) print(fmt::format("generation {}: {}", generation.number, fault));
    if (checked.faults.empty()) {
      print(fmt::format("generation {}{}: {} articles, whole", generation.number,
                        generation.number == current ? " (current)" : "", checked.articles));
    }
  }
  if (request.json) print_json(json);
  return well ? ExitStatus::ok : ExitStatus::index_unusable;
}

ExitStatus run_gc(const Request& request) {
  for (const fs::path& removed : collect_garbage(index_folder(request.index), request.keep, SystemClock{}))
    print("removed " + removed.string());
  return ExitStatus::ok;
}

ExitStatus run_compact(const Request& request) {
  const CompactReport report = compact_index(index_folder(request.index), request.keep, SystemClock{});
  print(fmt::format("{} → {}, generation {}", megabytes(report.bytes_before), megabytes(report.bytes_after),
                    report.generation));
  return ExitStatus::ok;
}

ExitStatus run_rollback(const Request& request) {
  const RollbackReport report =
      roll_back(index_folder(request.index), request.to == 0 ? std::nullopt : std::optional{request.to}, SystemClock{});
  print(fmt::format("generation {} → {}, {} articles", report.from, report.to, report.articles));
  return ExitStatus::ok;
}

ExitStatus run_backup(const Request& request) {
  const BackupReport report =
      back_up(index_folder(request.index), request.place, std::chrono::seconds{request.wait}, SystemClock{});
  print(fmt::format("{} articles, {} files, {} → {}, verified", report.articles, report.files, megabytes(report.bytes),
                    request.place.string()));
  return ExitStatus::ok;
}

ExitStatus run_shard(const Request& request) {
  const ShardBy by = request.by == "source" ? ShardBy::source : request.by == "date" ? ShardBy::date : ShardBy::hash;
  const ShardReport report = split_index(index_folder(request.index), request.place, by, request.shards, SystemClock{});
  print(fmt::format("{} articles → {}", fmt::join(report.articles, " + "), request.place.string()));
  return ExitStatus::ok;
}

ExitStatus run_restore(const Request& request) {
  const fs::path index = index_folder(request.index);
  const BackupReport report = restore_backup(request.place, index, SystemClock{});
  print(fmt::format("{} articles, {} → {}", report.articles, megabytes(report.bytes), index.string()));
  return ExitStatus::ok;
}

}  // namespace

void add_maintain_commands(CLI::App& app, Chosen& chosen) {
  const auto add = [&](const char* name, const char* what, ExitStatus (*run)(const Request&)) {
    CLI::App* command = app.add_subcommand(name, what);
    const auto request = std::make_shared<Request>();
    command->add_option("-d,--index", request->index, "Index folder")->type_name("INDEX");
    command->callback([&chosen, request, run] { chosen = [request, run] { return run(*request); }; });
    return std::pair{command, request};
  };
  const auto json = [](const auto& added) { added.first->add_flag("--json", added.second->json, "Print JSON"); };
  const auto keep = [](const auto& added) {
    added.first->add_option("--keep", added.second->keep, "Generations before that stay for a rollback")
        ->check(CLI::Range(0, 100))
        ->capture_default_str()
        ->type_name("N");
  };
  json(add("status", "Which generation readers see, who writes, what the last jobs did", run_status));
  json(add("stats", "How large the index is, and what takes the room", run_stats));
  const auto check = add("check", "Look whether the index is whole", run_check);
  json(check);
  check.first->add_flag("--deep", check.second->deep, "Also read every article");
  keep(add("gc", "Remove what interrupted jobs left; finish an interrupted purge", run_gc));
  keep(add("compact", "Write the index anew, packed, and publish it", run_compact));
  const auto rollback = add("rollback", "Readers see the generation before", run_rollback);
  rollback.first->add_option("--to", rollback.second->to, "This generation instead")
      ->check(CLI::Range(1, 100'000'000))
      ->type_name("N");
  const auto backup = add("backup", "Copy the index while it is read, and read the copy back", run_backup);
  backup.first->add_option("DEST", backup.second->place, "Folder: missing, empty or an older backup")
      ->required()
      ->type_name("DIR");
  backup.first->add_option("--wait", backup.second->wait, "Seconds to wait for a running job")
      ->capture_default_str()
      ->type_name("SECONDS");
  const auto split = add("shard", "Write the index as several, and a folder that lists them", run_shard);
  split.first->add_option("DIR", split.second->place, "Folder: missing or empty")->required()->type_name("DIR");
  split.first->add_option("--by", split.second->by, "What decides where an article goes")
      ->check(CLI::IsMember({"source", "date", "hash"}))
      ->capture_default_str()
      ->type_name("HOW");
  split.first->add_option("--shards", split.second->shards, "How many")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str()
      ->type_name("N");
  const auto restore = add("restore", "Make a backup the index; what was taken down since stays so", run_restore);
  restore.first->add_option("FROM", restore.second->place, "The backup")->required()->type_name("DIR");
}

}  // namespace dateline::indexer

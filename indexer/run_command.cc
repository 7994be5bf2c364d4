#include "indexer/run_command.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "common/durable_file.h"
#include "common/query_error.h"
#include "common/store.h"
#include "common/store/register.h"
#include "dateline/error.h"
#include "indexer/jobs/config.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/maintenance.h"
#include "indexer/jobs/walk.h"
#include "indexer/jobs/watch.h"
#include "indexer/progress.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

/// A watched job also runs by itself: where changes are not told (NFS, a missed event), nothing stays stale for long.
constexpr auto kMostQuiet = std::chrono::minutes{10};
constexpr auto kSettled = std::chrono::milliseconds{1000};

struct Request {
  ConfigRequest config;
  std::string index;
  std::vector<std::string> jobs;
  bool watch = false;
  bool dry_run = false;
  bool quiet = false;
  bool verbose = false;
  bool explain = false;
};

struct Stop {
  const std::atomic<bool>& requested;
  const volatile std::sig_atomic_t& signal;
};

void print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

Config configuration(Request& request) {
  if (!request.index.empty()) request.config.flags["index"] = request.index;
  return read_config(request.config);
}

std::vector<JobConfig> chosen_jobs(const Request& request, const Config& config) {
  if (config.jobs.empty())
    throw Error(ErrorCode::usage, "", "no job is configured; dateline-config(5) says how: [jobs.NAME] paths = [\"…\"]");
  if (request.jobs.empty()) return config.jobs;
  std::vector<JobConfig> chosen;
  for (const std::string& name : request.jobs) {
    const auto found =
        std::find_if(config.jobs.begin(), config.jobs.end(), [&](const JobConfig& job) { return job.name == name; });
    if (found == config.jobs.end()) {
      std::string known;
      for (const JobConfig& job : config.jobs) known += (known.empty() ? "" : ", ") + job.name;
      throw Error(ErrorCode::usage, name, "no such job; there are " + known);
    }
    chosen.push_back(*found);
  }
  return chosen;
}

/// Text exposition for node_exporter's textfile collector: of every job its last run, and the index as it is.
void write_metrics(const Config& config) {
  if (config.metrics.empty()) return;
  auto reg = Register::open(config.index);
  if (!reg) return;
  struct Metric {
    const char* name;
    const char* help;
    std::string lines;
  };
  std::vector<Metric> metrics = {{"dateline_job_last_start_seconds", "When the job last began, Unix time.", {}},
                                 {"dateline_job_last_success_seconds", "When it last began a run that ended well.", {}},
                                 {"dateline_job_duration_seconds", "How long its last run took.", {}},
                                 {"dateline_job_status", "Exit status of its last run.", {}},
                                 {"dateline_job_indexed", "Articles that its last run added or replaced.", {}},
                                 {"dateline_job_refused", "Inputs that its last run refused.", {}}};
  const std::vector<RunRecord> runs = reg->runs(config.history * std::max<std::size_t>(config.jobs.size(), 1));
  for (const JobConfig& job : config.jobs) {
    const auto of_job = [&](const RunRecord& run) { return run.job == job.name; };
    const auto last = std::find_if(runs.begin(), runs.end(), of_job);
    if (last == runs.end()) continue;
    const auto success = std::find_if(runs.begin(), runs.end(), [&](const RunRecord& run) {
      return of_job(run) && (run.status == 0 || run.status == static_cast<int>(ExitStatus::some_refused));
    });
    const auto report = nlohmann::json::parse(last->report, nullptr, false);
    const auto number = [&](const char* key) { return report.is_object() ? report.value(key, 0.0) : 0.0; };
    const std::vector<double> values = {static_cast<double>(last->started),
                                        success == runs.end() ? 0 : static_cast<double>(success->started),
                                        last->seconds,
                                        static_cast<double>(last->status),
                                        number("indexed"),
                                        number("refused")};
    for (std::size_t i = 0; i < metrics.size(); ++i)
      metrics[i].lines += fmt::format("{}{{job=\"{}\"}} {}\n", metrics[i].name, job.name, values[i]);
  }
  const IndexStats stats = index_stats(config.index, SystemClock{});
  std::uint64_t bytes = 0;
  for (const GenerationStats& generation : stats.generations) bytes += generation.bytes;
  const auto add = [&](const char* name, const char* help, auto value) {
    metrics.push_back({name, help, fmt::format("{} {}\n", name, value)});
  };
  add("dateline_index_articles", "Articles in the index.", stats.articles);
  add("dateline_index_bytes", "Bytes of all generations.", bytes);
  add("dateline_index_generation", "Generation that readers see.", stats.generation);
  add("dateline_index_changed_seconds", "When the index last changed, Unix time.", stats.changed_at);
  std::string text;
  for (const Metric& metric : metrics)
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{2}", metric.name, metric.help, metric.lines);
  write_atomically(config.metrics, text);
}

/// Says what a run would read, by the sizes and times of files alone.
void foresee(const JobConfig& job) {
  std::size_t unchanged = 0;
  std::size_t changed = 0;
  std::size_t unknown = 0;
  std::uint64_t bytes = 0;
  std::function<std::optional<FileState>(const std::string&)> known = [](const std::string&) { return std::nullopt; };
  const unsigned current = current_generation(job.options.index);
  if (current != 0) known = known_inputs(generation_folder(job.options.index, current));
  std::vector<std::string> refused;
  for (const std::string& path : expand_paths(job.options.paths)) {
    walk(path, {.file =
                    [&](const WalkedFile& file) {
                      struct stat s {};
                      if (::stat(file.path.c_str(), &s) != 0) return;
                      const auto entry = known(file.key);
                      const std::int64_t modified = std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec;
                      if (entry && entry->size == s.st_size && entry->modified_ns == modified) {
                        ++unchanged;
                        return;
                      }
                      ++(entry ? changed : unknown);
                      bytes += file.size;
                    },
                .refused = [&](const fs::path& where,
                               const std::string& why) { refused.push_back(where.string() + ": " + why); },
                .passed_over = [](auto&&...) {}});
  }
  print(fmt::format("{}: would read {} new and {} changed files, {:.1f} MB; {} unchanged", job.name, unknown, changed,
                    static_cast<double>(bytes) / 1e6, unchanged));
  if (!job.options.fetch.empty()) print(fmt::format("  would ask {} addresses for changes", job.options.fetch.size()));
  for (const std::string& line : refused) print("  " + line);
}

ExitStatus run_job(const JobConfig& job, const Request& request, const Config& config, const Stop& stop) {
  const SystemClock clock;
  IndexOptions options = job.options;
  options.paths = expand_paths(job.options.paths);
  RunRecord record{.job = job.name, .started = clock.now().time_since_epoch().count()};
  const auto begin = std::chrono::steady_clock::now();
  ExitStatus status = ExitStatus::ok;
  std::string failure;
  {
    Console console({.quiet = request.quiet, .verbose = request.verbose, .acknowledge_on_stderr = false});
    try {
      const IndexReport report = run_index_job(options, console, console, clock, stop.requested);
      record.report = report_json(report, options);
      if (!request.quiet) print(job.name + ": " + summary_line(report, options));
      if (report.refused > 0) status = ExitStatus::some_refused;
      if (report.interrupted) status = stop.signal == SIGTERM ? ExitStatus::terminated : ExitStatus::interrupted;
    } catch (const Error& error) {
      status = exit_status(error.code());
      failure = error.what();
      if (error.code() == ErrorCode::query) {
        std::fputs(query_error("dateline-index: jobs." + job.name + ".filter", error, options.filter).c_str(), stderr);
      } else {
        console.warn(job.name + ": " + failure);
      }
    }
  }
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  record.status = static_cast<int>(status);
  if (!failure.empty()) record.report = nlohmann::json{{"format_version", 1}, {"error", failure}}.dump();
  if (fs::exists(config.index / kStub)) Register(config.index).add_run(record, config.history);
  return status;
}

ExitStatus worse(ExitStatus a, ExitStatus b) {
  // Some refused is the mildest of failures, whatever its number.
  const auto weight = [](ExitStatus s) { return s == ExitStatus::ok ? 0 : s == ExitStatus::some_refused ? 1 : 2; };
  return weight(b) > weight(a) ? b : a;
}

ExitStatus run_all(const std::vector<JobConfig>& jobs, const Request& request, const Config& config, const Stop& stop) {
  ExitStatus status = ExitStatus::ok;
  for (const JobConfig& job : jobs) {
    if (stop.requested) break;
    status = worse(status, run_job(job, request, config, stop));
  }
  write_metrics(config);
  return status;
}

ExitStatus run(Request& request, const Stop& stop) {
  const Config config = configuration(request);
  const std::vector<JobConfig> jobs = chosen_jobs(request, config);
  if (request.dry_run) {
    for (const JobConfig& job : jobs) foresee(job);
    return ExitStatus::ok;
  }
  if (!request.watch) return run_all(jobs, request, config, stop);
  std::vector<std::string> paths;
  for (const JobConfig& job : jobs) {
    for (const std::string& path : job.options.paths) {
      // A pattern is watched from its last folder without one.
      fs::path fixed;
      for (const fs::path& part : fs::path{path}) {
        if (part.string().find_first_of("*?[{") != std::string::npos) break;
        fixed /= part;
      }
      paths.push_back(fixed.empty() ? "." : fixed.string());
    }
  }
  FolderWatch watch(paths);  // before the first run: what changes meanwhile is not missed
  (void)run_all(jobs, request, config, stop);
  while (!stop.requested) {
    watch.wait(kSettled, kMostQuiet, stop.requested);
    if (!stop.requested) (void)run_all(jobs, request, config, stop);
  }
  return stop.signal == SIGTERM ? ExitStatus::ok : ExitStatus::interrupted;
}

ExitStatus show_config(Request& request) {
  const Config config = configuration(request);
  std::size_t width = 0;
  for (const Setting& setting : config.settings) width = std::max(width, setting.key.size() + setting.value.size() + 3);
  for (const Setting& setting : config.settings) {
    const std::string line = setting.key + " = " + setting.value;
    print(request.explain ? fmt::format("{:<{}}  # {}", line, std::min<std::size_t>(width, 60), setting.origin) : line);
  }
  return ExitStatus::ok;
}

}  // namespace

void add_run_commands(CLI::App& app, Chosen& chosen, const std::atomic<bool>& stop,
                      const volatile std::sig_atomic_t& signal) {
  const auto request = std::make_shared<Request>();
  const auto common = [&](CLI::App* command) {
    command->add_option("-d,--index", request->index, "Index folder, whatever the configuration says")
        ->type_name("INDEX");
    command->add_option("-c,--config", request->config.file, "This configuration alone")->type_name("FILE");
  };
  CLI::App* run_command = app.add_subcommand("run", "Run the jobs of the configuration, or those named");
  common(run_command);
  run_command->add_option("JOB", request->jobs, "Names of jobs")->type_name("");
  run_command->add_flag("--watch", request->watch, "Stay, and run again whenever an input changes");
  run_command->add_flag("--dry-run", request->dry_run, "Only say what would be read");
  run_command->add_flag("-q,--quiet", request->quiet, "Print nothing but errors");
  run_command->add_flag("-v,--verbose", request->verbose, "Also say what is passed over");
  run_command->callback([&chosen, &stop, &signal, request] {
    chosen = [&stop, &signal, request] { return run(*request, {stop, signal}); };
  });
  CLI::App* config_command = app.add_subcommand("config", "Print the configuration in force");
  common(config_command);
  config_command->add_flag("--explain", request->explain, "Say where each value comes from");
  config_command->callback([&chosen, request] { chosen = [request] { return show_config(*request); }; });
}

}  // namespace dateline::indexer

#include "indexer/jobs/config.h"

#include <fmt/format.h>
#include <glob.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <sstream>

#include "common/duration.h"
#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/readers/json_article.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// A value of some file: its table row and where it stands.
struct Found {
  const toml::node* node = nullptr;
  std::string origin;
};

[[noreturn]] void refuse(const Found& found, const std::string& key, const std::string& wanted) {
  throw Error(ErrorCode::usage, found.origin, fmt::format("{}: want {}", key, wanted));
}

std::string text_of(const Found& found, const std::string& key) {
  if (const auto* text = found.node->as_string()) return text->get();
  refuse(found, key, "a text");
}

bool truth_of(const Found& found, const std::string& key) {
  if (const auto* truth = found.node->as_boolean()) return truth->get();
  refuse(found, key, "true or false");
}

std::size_t number_of(const Found& found, const std::string& key, std::int64_t least, std::int64_t most) {
  const auto* number = found.node->as_integer();
  if (number != nullptr && number->get() >= least && number->get() <= most)
    return static_cast<std::size_t>(number->get());
  refuse(found, key, fmt::format("a number from {} to {}", least, most));
}

std::vector<std::string> texts_of(const Found& found, const std::string& key) {
  if (const auto* one = found.node->as_string()) return {one->get()};
  const auto* list = found.node->as_array();
  std::vector<std::string> out;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* text = list->get_as<std::string>(i);
    if (text == nullptr) break;
    out.push_back(text->get());
  }
  if (list == nullptr || out.size() != list->size()) refuse(found, key, "a list of texts");
  return out;
}

double percent_of(const Found& found, const std::string& key) {
  double value = -1;
  if (const auto* number = found.node->as_floating_point()) value = number->get();
  if (const auto* number = found.node->as_integer()) value = static_cast<double>(number->get());
  if (const auto* text = found.node->as_string(); text != nullptr && text->get().ends_with('%'))
    value = std::atof(text->get().c_str());
  if (value >= 0 && value <= 100) return value;
  refuse(found, key, "a share from \"0%\" to \"100%\"");
}

std::size_t size_of(const Found& found, const std::string& key, std::int64_t least, std::int64_t most) {
  if (found.node->is_integer()) return number_of(found, key, least, most);
  const std::string text = text_of(found, key);
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  const std::string unit{rest};
  const double factor = unit == "KiB" ? 1 << 10 : unit == "MiB" ? 1 << 20 : unit == "GiB" ? 1 << 30 : 0;
  const double bytes = number * factor;
  if (bytes >= static_cast<double>(least) && bytes <= static_cast<double>(most)) return static_cast<std::size_t>(bytes);
  const auto shown = [](std::int64_t size) {
    if (size < kMiB) return fmt::format("{}KiB", size / 1024);
    return size < 1024 * kMiB ? fmt::format("{}MiB", size / kMiB) : fmt::format("{}GiB", size / kMiB / 1024);
  };
  refuse(found, key, fmt::format("a size such as \"32MiB\", from {} to {}", shown(least), shown(most)));
}

/// A table of texts by name.
std::vector<std::pair<std::string, std::string>> pairs_of(const Found& found, const std::string& key,
                                                          const std::string& wanted) {
  const auto* table = found.node->as_table();
  if (table == nullptr) refuse(found, key, wanted);
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, value] : *table) {
    const auto* text = value.as_string();
    if (text == nullptr || text->get().empty()) refuse(found, key, wanted);
    out.emplace_back(name.str(), text->get());
  }
  return out;
}

struct Field {
  std::string_view name;
  std::function<void(IndexOptions&, const Found&, const std::string&)> set;
};

/// What a job, or [defaults], may say.
const std::vector<Field>& fields() {
  static const std::vector<Field> all = {
      {"actors", [](auto& o, const auto& f, const auto& k) { o.actors = truth_of(f, k); }},
      {"actors_files",
       [](auto& o, const auto& f, const auto& k) {
         for (std::string& file : texts_of(f, k)) o.actors_files.emplace_back(std::move(file));
       }},
      {"batch", [](auto& o, const auto& f, const auto& k) { o.batch = number_of(f, k, 1, 1'000'000); }},
      {"data", [](auto& o, const auto& f, const auto& k) { o.data = text_of(f, k); }},
      {"date_from",
       [](auto& o, const auto& f, const auto& k) {
         if (text_of(f, k) != "mtime") refuse(f, k, "\"mtime\"");
         o.date_from_mtime = true;
       }},
      {"filters",
       [](auto& o, const auto& f, const auto& k) {
         for (auto& [ending, command] : pairs_of(f, k, "a table, ending of a name = \"command\""))
           o.filters[text::ascii_lower(ending.starts_with('.') ? ending.substr(1) : ending)] = command;
       }},
      {"fetch", [](auto& o, const auto& f, const auto& k) { o.fetch = texts_of(f, k); }},
      {"fetch_private", [](auto& o, const auto& f, const auto& k) { o.fetch_private = truth_of(f, k); }},
      {"filter", [](auto& o, const auto& f, const auto& k) { o.filter = text_of(f, k); }},
      {"force", [](auto& o, const auto& f, const auto& k) { o.force = truth_of(f, k); }},
      {"format", [](auto& o, const auto& f, const auto& k) { o.format = text_of(f, k); }},
      {"jobs", [](auto& o, const auto& f, const auto& k) { o.jobs = static_cast<unsigned>(number_of(f, k, 1, 256)); }},
      {"keep", [](auto& o, const auto& f, const auto& k) { o.keep = number_of(f, k, 0, 100); }},
      {"map",
       [](auto& o, const auto& f, const auto& k) {
         for (const auto& [field, name] : pairs_of(f, k, "a table, article field = \"name in the input\"")) {
           if (!is_article_field(field)) refuse(f, k, fmt::format("fields of an article, not \"{}\"", field));
           o.field_map[name] = field;
         }
       }},
      {"max_record", [](auto& o, const auto& f, const auto& k) { o.max_record = size_of(f, k, 1024, 1024 * kMiB); }},
      {"max_shrink", [](auto& o, const auto& f, const auto& k) { o.max_shrink = percent_of(f, k); }},
      {"memory", [](auto& o, const auto& f, const auto& k) { o.memory = size_of(f, k, kMiB, 1024 * 1024 * kMiB); }},
      {"paths", [](auto& o, const auto& f, const auto& k) { o.paths = texts_of(f, k); }},
      {"prune", [](auto& o, const auto& f, const auto& k) { o.prune = truth_of(f, k); }},
      {"rebuild", [](auto& o, const auto& f, const auto& k) { o.rebuild = truth_of(f, k); }},
      {"remote", [](auto& o, const auto& f, const auto& k) { o.remote = truth_of(f, k); }},
      {"shard", [](auto& o, const auto& f, const auto& k) { o.shard = text_of(f, k); }},
      {"site_templates", [](auto& o, const auto& f, const auto& k) { o.site_templates = truth_of(f, k); }},
      {"retention",
       [](auto& o, const auto& f, const auto& k) {
         try {
           o.retention = parse_duration(text_of(f, k));
         } catch (const Error&) {
           refuse(f, k, "a span of time such as \"10y\" or \"90d\"");
         }
       }},
  };
  return all;
}

bool is_field(std::string_view name) {
  return std::any_of(fields().begin(), fields().end(), [&](const Field& field) { return field.name == name; });
}

class Levels {
 public:
  void read(const fs::path& file) {
    try {
      tables_.push_back(std::make_unique<toml::table>(toml::parse_file(file.string())));
    } catch (const toml::parse_error& error) {
      throw Error(ErrorCode::usage, fmt::format("{}:{}", file.string(), error.source().begin.line),
                  std::string{error.description()});
    }
    take(*tables_.back(), file.string(), "");
  }

  [[nodiscard]] const Found* find(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::set<std::string>& jobs() const { return jobs_; }

 private:
  void take(const toml::table& table, const std::string& file, const std::string& path) {
    for (const auto& [name, node] : table) {
      const std::string key = path + std::string{name.str()};
      const Found found{&node, fmt::format("{}:{}", file, node.source().begin.line)};
      const bool section = path.empty() && (key == "jobs" || key == "defaults");
      const bool job = path == "jobs.";
      if (section || job) {
        if (!node.is_table()) refuse(found, key, "a table");
        if (job) jobs_.insert(std::string{name.str()});
        take(*node.as_table(), file, key + ".");
        continue;
      }
      check_known(found, key, std::string{name.str()}, path);
      values_[key] = found;
    }
  }

  static void check_known(const Found& found, const std::string& key, const std::string& name,
                          const std::string& path) {
    if (path.empty() ? name == "index" || name == "metrics" || name == "history" : is_field(name)) return;
    std::string known;
    for (const Field& field : fields()) known += fmt::format("{}{}", known.empty() ? "" : ", ", field.name);
    throw Error(ErrorCode::usage, found.origin,
                fmt::format("unknown key \"{}\"; there are {}", key,
                            path.empty() ? "index, metrics, history, [defaults], [jobs.NAME]" : known));
  }

  std::vector<std::unique_ptr<toml::table>> tables_;
  std::map<std::string, Found> values_;  ///< Of a later file over those of an earlier one.
  std::set<std::string> jobs_;
};

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? fs::path{value} : fs::path{};
}

JobConfig job_of(const std::string& name, const Levels& levels, Config& config) {
  JobConfig job{.name = name, .options = {}};
  job.options.index = config.index;
  for (const Field& field : fields()) {
    const std::string own = fmt::format("jobs.{}.{}", name, field.name);
    const std::string common = fmt::format("defaults.{}", field.name);
    for (const std::string& key : {own, common}) {
      const Found* found = levels.find(key);
      if (found == nullptr) continue;
      field.set(job.options, *found, key);
      config.settings.push_back({own, shown(*found->node), found->origin});
      break;
    }
  }
  if (job.options.paths.empty() && job.options.fetch.empty())
    throw Error(ErrorCode::usage, "jobs." + name, "has no paths, and nothing to fetch");
  return job;
}

}  // namespace

std::vector<fs::path> config_files() {
  fs::path user = from_environment("XDG_CONFIG_HOME");
  if (!user.is_absolute()) user = from_environment("HOME") / ".config";
  return {"/etc/dateline/config.toml", user / "dateline" / "config.toml", "dateline.toml"};
}

Config read_config(const ConfigRequest& request) {
  Levels levels;
  if (!request.file.empty()) {
    levels.read(request.file);
  } else {
    std::error_code error;
    for (const fs::path& file : config_files()) {
      if (fs::exists(file, error)) levels.read(file);
    }
  }
  Config config;
  const auto flag = request.flags.find("index");
  if (flag != request.flags.end() && !flag->second.empty()) {
    config.index = flag->second;
    config.settings.push_back({"index", config.index.string(), "--index"});
  } else if (const fs::path named = from_environment("DATELINE_INDEX"); !named.empty()) {
    config.index = named;
    config.settings.push_back({"index", named.string(), "$DATELINE_INDEX"});
  } else if (const Found* found = levels.find("index")) {
    config.index = text_of(*found, "index");
    config.settings.push_back({"index", config.index.string(), found->origin});
  } else {
    config.index = index_folder({});
    config.settings.push_back({"index", config.index.string(), "default"});
  }
  if (const Found* found = levels.find("metrics")) {
    config.metrics = text_of(*found, "metrics");
    config.settings.push_back({"metrics", config.metrics.string(), found->origin});
  }
  if (const Found* found = levels.find("history")) {
    config.history = number_of(*found, "history", 1, 100'000);
    config.settings.push_back({"history", std::to_string(config.history), found->origin});
  } else {
    config.settings.push_back({"history", std::to_string(config.history), "default"});
  }
  for (const std::string& name : levels.jobs()) config.jobs.push_back(job_of(name, levels, config));
  std::sort(config.settings.begin(), config.settings.end(),
            [](const Setting& a, const Setting& b) { return a.key < b.key; });
  return config;
}

std::vector<std::string> expand_paths(const std::vector<std::string>& patterns) {
  std::vector<std::string> out;
  for (const std::string& pattern : patterns) {
    if (pattern.find_first_of("*?[{") == std::string::npos) {
      out.push_back(pattern);
      continue;
    }
    glob_t found{};
    ::glob(pattern.c_str(), GLOB_BRACE | GLOB_NOCHECK, nullptr, &found);
    out.insert(out.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
  }
  return out;
}

}  // namespace dateline::indexer

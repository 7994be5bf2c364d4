// train_field_models SET_DIR… [--errors] [--write FILE.inc]
//
// Trains the models that choose between proposed titles, publication days and authors, on pages where these are known
// (gold.jsonl: id, site, html and any of title, date, authors). Cross-validates by site as train_body_model does.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "common/text.h"
#include "indexer/extract/authors.h"
#include "indexer/extract/dates.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/title.h"
#include "indexer/extract/training/boosting.h"
#include "indexer/extract/training/tables.h"

namespace {

using namespace dateline;
using namespace dateline::indexer;
using namespace dateline::indexer::training;
namespace fs = std::filesystem;

struct Choice {
  std::string set, id;
  unsigned fold = 0;
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::vector<std::string> keys;
};

struct Field {
  const char* name;
  Samples samples;
  std::vector<Choice> choices;
};

// News pages count more: they are what the extractor is for, and the sets hold fewer of them.
float weight_of(const std::string& set) {
  return set.find("fundus") != std::string::npos ? 2.5F : 1.F;
}

void add(Field& field, const std::string& set, const nlohmann::json& row, ValueTable table,
         const std::function<bool(const std::string&)>& right) {
  Choice c{set, row["id"], fold_of(row.value("site", "")), field.samples.rows(), table.keys.size(), table.keys};
  field.samples.columns = table.features.columns();
  field.samples.values.insert(field.samples.values.end(), table.features.values().begin(),
                              table.features.values().end());
  for (const std::string& key : table.keys) {
    field.samples.labels.push_back(right(key) ? 1.F : 0.F);
    field.samples.weights.push_back(weight_of(set));
  }
  field.choices.push_back(std::move(c));
}

std::string key_of_authors(const nlohmann::json& authors) {
  std::vector<std::string> keys;
  for (const auto& a : authors) {
    for (const std::string& n : names_in_byline(a.get<std::string>())) keys.push_back(squeeze(n));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return fmt::format("{}", fmt::join(keys, "|"));
}

void load(const fs::path& dir, std::vector<Field>& fields) {
  std::ifstream gold(dir / "gold.jsonl");
  const auto latest = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};
  for (std::string line; std::getline(gold, line);) {
    // Python writes a missing number as NaN, which is no JSON.
    for (std::size_t at = line.find(": NaN"); at != std::string::npos; at = line.find(": NaN", at))
      line.replace(at, 5, ": null");
    const auto row = nlohmann::json::parse(line);
    const ParsedPage page = parse_page(read_file(dir / row["html"].get<std::string>()), {}, {});
    const std::string set = dir.filename().string();
    const auto titles = title_candidates(page.tree, page.list, page.metadata, {}, field_models().title);
    const auto title_block = find_title_block(page.list, titles.empty() ? "" : titles.front().value);
    if (const auto t = row.find("title");
        t != row.end() && t->is_string() && !t->get_ref<const std::string&>().empty()) {
      const std::string key = squeeze(t->get<std::string>());
      add(fields[0], set, row, title_values(page.tree, page.list, page.metadata),
          [&](const std::string& k) { return k == key; });
    }
    if (const auto d = row.find("date"); d != row.end() && d->is_string()) {
      const std::string day = d->get<std::string>();
      add(fields[1], set, row,
          published_values(page.tree, page.list, page.metadata, page.guarded.scripts, title_block, {}, latest),
          [&](const std::string& k) { return k == day; });
    }
    if (const auto a = row.find("authors"); a != row.end() && a->is_array() && !a->empty()) {
      const std::string key = key_of_authors(*a);
      add(fields[2], set, row, author_values(page.tree, page.list, page.metadata, title_block),
          [&](const std::string& k) { return k == key; });
    }
  }
}

std::vector<std::uint32_t> rows_without(const Field& field, unsigned fold) {
  std::vector<std::uint32_t> rows;
  for (const Choice& c : field.choices) {
    for (std::size_t i = 0; i < c.rows && c.fold != fold; ++i)
      rows.push_back(static_cast<std::uint32_t>(c.first_row + i));
  }
  return rows;
}

void show(const Field& field, const Choice& c, const TrainedTrees& model) {
  const Samples& s = field.samples;
  fmt::print("{} {} {}\n", field.name, c.set, c.id);
  for (std::size_t i = 0; i < c.rows; ++i) {
    const std::size_t k = c.first_row + i;
    const float p = model.view().probability(std::span(s.values).subspan(k * s.columns, s.columns));
    if (p > 0.05F || s.labels[k] > 0.5F)
      fmt::print("  {:.3f} {} {}\n", p, s.labels[k] > 0.5F ? "right" : "     ", c.keys[i]);
  }
}

void cross_validate(const Field& field, BoostingOptions options, bool show_errors) {
  const Samples& s = field.samples;
  std::map<std::string, std::array<double, 3>> right;  // by set: pages, chosen right, right among the proposed
  constexpr std::uint64_t kSeeds = 3;
  for (unsigned fold = 0; fold < kFolds; ++fold) {
    const auto use = rows_without(field, fold);
    std::vector<TrainedTrees> models;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      options.seed = seed;
      models.push_back(boost(s, use, options));
    }
    for (const Choice& c : field.choices) {
      if (c.fold != fold) continue;
      auto& r = right[c.set];
      r[0] += 1;
      bool any = false;
      for (std::size_t i = 0; i < c.rows; ++i) any = any || s.labels[c.first_row + i] > 0.5F;
      r[2] += any;
      for (const TrainedTrees& m : models) {
        float best = -1;
        bool good = false;
        for (std::size_t i = 0; i < c.rows; ++i) {
          const std::size_t k = c.first_row + i;
          const float p = m.view().probability(std::span(s.values).subspan(k * s.columns, s.columns));
          if (p > best) {
            best = p;
            good = s.labels[k] > 0.5F;
          }
        }
        r[1] += good ? 1.0 / kSeeds : 0;
        if (show_errors && !good && &m == &models.front()) show(field, c, m);
      }
    }
  }
  for (const auto& [set, r] : right)
    fmt::print("{:<10} {:<12} n {:4.0f}  exact {:.4f}  among proposed {:.4f}\n", field.name, set, r[0], r[1] / r[0],
               r[2] / r[0]);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> sets;
  fs::path write;
  bool errors = false;
  BoostingOptions options{
      .trees = 280, .depth = 4, .rate = 0.03, .row_share = 0.7, .column_share = 0.4, .lambda = 2, .least_weight = 6};
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--errors")
      errors = true;
    else if (arg == "--write" && i + 1 < argc)
      write = argv[++i];
    else if (arg == "--trees" && i + 1 < argc)
      options.trees = std::stoi(argv[++i]);
    else if (arg == "--depth" && i + 1 < argc)
      options.depth = std::stoi(argv[++i]);
    else if (arg == "--rate" && i + 1 < argc)
      options.rate = std::stod(argv[++i]);
    else if (arg == "--least" && i + 1 < argc)
      options.least_weight = std::stod(argv[++i]);
    else
      sets.emplace_back(arg);
  }
  std::vector<Field> fields{{"Title", {}, {}}, {"Published", {}, {}}, {"Author", {}, {}}};
  for (const fs::path& set : sets) load(set, fields);
  for (const Field& field : fields) cross_validate(field, options, errors);
  if (write.empty()) return 0;
  std::ofstream out(write);
  out << "// Made by scripts/train-extract; do not edit.\n";
  for (const Field& field : fields) {
    std::vector<std::uint32_t> all(field.samples.rows());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    write_table(out, field.name, boost(field.samples, all, options));
  }
}

#include "indexer/extract/training/field_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <thread>

#include "indexer/extract/authors.h"
#include "indexer/extract/dates.h"
#include "indexer/extract/title.h"

namespace dateline::indexer::training {
namespace {

/// The proposals of one page: rows of Field::samples.
struct Choice {
  const LabelledPage* page = nullptr;
  std::size_t first_row = 0;
  std::vector<std::string> keys;
};

struct Field {
  const char* name = "";
  Samples samples;
  std::vector<Choice> choices;
};

void add(Field& field, const LabelledPage& page, ValueTable table, const std::string& right, float news_weight) {
  Samples& s = field.samples;
  field.choices.push_back({&page, s.rows(), table.keys});
  s.columns = table.features.columns();
  s.values.insert(s.values.end(), table.features.values().begin(), table.features.values().end());
  for (const std::string& key : table.keys) {
    s.labels.push_back(key == right ? 1.F : 0.F);
    s.weights.push_back(page.news ? news_weight : 1.F);
  }
}

std::string key_of_authors(const std::vector<std::string>& authors) {
  std::vector<std::string> keys;
  for (const std::string& a : authors) {
    for (const std::string& n : names_in_byline(a)) keys.push_back(squeeze(n));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return fmt::format("{}", fmt::join(keys, "|"));
}

std::vector<std::uint32_t> rows_without(const Field& field, unsigned fold) {
  std::vector<std::uint32_t> rows;
  for (const Choice& c : field.choices) {
    for (std::size_t i = 0; i < c.keys.size() && c.page->fold != fold; ++i)
      rows.push_back(static_cast<std::uint32_t>(c.first_row + i));
  }
  return rows;
}

float probability(const Field& field, const BoostedTrees& model, std::size_t row) {
  const Samples& s = field.samples;
  return model.probability(std::span(s.values).subspan(row * s.columns, s.columns));
}

void show(const Field& field, const Choice& c, const BoostedTrees& model) {
  fmt::print("{} {} {}\n", field.name, c.page->set, c.page->id);
  for (std::size_t i = 0; i < c.keys.size(); ++i) {
    const bool right = field.samples.labels[c.first_row + i] > 0.5F;
    const float p = probability(field, model, c.first_row + i);
    if (p > 0.05F || right) fmt::print("  {:.3f} {} {}\n", p, right ? "right" : "     ", c.keys[i]);
  }
}

/// Models of all folds, and the last of all pages.
std::vector<OwnedTrees> train(const Field& field, const FieldOptions& options) {
  std::vector<OwnedTrees> models(kFolds + 1);
  const auto work = [&](unsigned from) {
    for (unsigned fold = from; fold <= kFolds; fold += 2)
      models[fold] = boost(field.samples, rows_without(field, fold), options.boosting, options.seeds);
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  return models;
}

void report(const Field& field, const std::vector<OwnedTrees>& trained, bool show_errors) {
  std::vector<BoostedTrees> models;
  for (const OwnedTrees& trees : trained) models.push_back(trees.view());
  std::map<std::string, std::array<double, 3>> sets;  // pages, chosen right, right among the proposed
  for (const Choice& c : field.choices) {
    float best = -1;
    bool right = false, proposed = false;
    for (std::size_t i = 0; i < c.keys.size(); ++i) {
      const bool is_right = field.samples.labels[c.first_row + i] > 0.5F;
      proposed = proposed || is_right;
      const float p = probability(field, models[c.page->fold], c.first_row + i);
      if (p <= best) continue;
      best = p;
      right = is_right;
    }
    auto& counts = sets[c.page->set];
    counts[0] += 1;
    counts[1] += right ? 1 : 0;
    counts[2] += proposed ? 1 : 0;
    if (show_errors && !right) show(field, c, models[c.page->fold]);
  }
  for (const auto& [set, n] : sets)
    fmt::print("{:<10} {:<12} n {:4.0f}  exact {:.4f}  among proposed {:.4f}\n", field.name, set, n[0], n[1] / n[0],
               n[2] / n[0]);
  std::fflush(stdout);
}

void finish(const Field& field, const FieldOptions& options, OwnedTrees OwnedModels::*which, FieldTraining& into) {
  std::vector<OwnedTrees> models = train(field, options);
  report(field, models, options.show_errors);
  for (unsigned fold = 0; fold < kFolds; ++fold) into.folds[fold].*which = std::move(models[fold]);
  into.all.*which = std::move(models[kFolds]);
}

}  // namespace

FieldTraining train_fields(const std::vector<LabelledPage>& pages, const FieldOptions& options) {
  FieldTraining result;
  result.folds.resize(kFolds);
  Field title{"Title", {}, {}}, published{"Published", {}, {}}, author{"Author", {}, {}};
  for (const LabelledPage& p : pages) {
    if (p.title.empty()) continue;
    add(title, p, title_values(p.page.tree, p.page.list, p.page.metadata), squeeze(p.title), options.news_weight);
  }
  finish(title, options, &OwnedModels::title, result);
  // Days and authors are judged by their distance to the headline: the one that a model chose that never saw the site.
  for (const LabelledPage& p : pages) {
    if (p.date.empty() && p.authors.empty()) continue;
    const ParsedPage& page = p.page;
    const auto titles = title_candidates(page.tree, page.list, page.metadata, {}, result.folds[p.fold].title.view());
    const auto title_block = find_title_block(page.list, titles.empty() ? "" : titles.front().value);
    if (!p.date.empty()) {
      add(published, p,
          published_values(page.tree, page.list, page.metadata, page.guarded.scripts, title_block, {}, kLatest), p.date,
          options.news_weight);
    }
    if (!p.authors.empty()) {
      add(author, p, author_values(page.tree, page.list, page.metadata, title_block), key_of_authors(p.authors),
          options.news_weight);
    }
  }
  finish(published, options, &OwnedModels::published, result);
  finish(author, options, &OwnedModels::author, result);
  return result;
}

}  // namespace dateline::indexer::training

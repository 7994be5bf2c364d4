// train_models SET_DIR… [--fields] [--predict DIR] [--errors] [--write FILE]
//
// Trains the models of extraction on pages whose article is known (labelled_pages.h). Everything printed is
// cross-validated by site: what is said of a page comes from models that saw no page of its site. --predict writes the
// cross-validated articles, one SET.jsonl a set, for a scorer; --write trains on all pages and writes the models.
// --fields leaves the texts out, which take longest: FILE's models of the body stay as they are.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "indexer/extract/authors.h"
#include "indexer/extract/body.h"
#include "indexer/extract/dates.h"
#include "indexer/extract/field_fingerprint.h"
#include "indexer/extract/site_templates.h"
#include "indexer/extract/title.h"
#include "indexer/extract/training/body_training.h"
#include "indexer/extract/training/field_training.h"

namespace {

using namespace dateline;
using namespace dateline::indexer;
using namespace dateline::indexer::training;
namespace fs = std::filesystem;

struct Options {
  std::vector<fs::path> sets;
  fs::path predict, write;
  bool fields_only = false;
  FieldOptions fields;
  BodyOptions body;
};

bool read_options(int argc, char** argv, Options& o) {
  const std::map<std::string, std::function<void(const std::string&)>> with_value{
      {"--predict", [&](const std::string& v) { o.predict = v; }},
      {"--write", [&](const std::string& v) { o.write = v; }},
      {"--field-trees", [&](const std::string& v) { o.fields.boosting.trees = std::stoi(v); }},
      {"--field-depth", [&](const std::string& v) { o.fields.boosting.depth = std::stoi(v); }},
      {"--field-rate", [&](const std::string& v) { o.fields.boosting.rate = std::stod(v); }},
      {"--field-least", [&](const std::string& v) { o.fields.boosting.least_weight = std::stod(v); }},
      {"--field-columns", [&](const std::string& v) { o.fields.boosting.column_share = std::stod(v); }},
      {"--field-seed", [&](const std::string& v) { o.fields.boosting.seed = std::stoul(v); }},
      {"--field-seeds", [&](const std::string& v) { o.fields.seeds = std::stoi(v); }},
      {"--field-news", [&](const std::string& v) { o.fields.news_weight = std::stof(v); }},
      {"--trees", [&](const std::string& v) { o.body.boosting.trees = std::stoi(v); }},
      {"--depth", [&](const std::string& v) { o.body.boosting.depth = std::stoi(v); }},
      {"--rate", [&](const std::string& v) { o.body.boosting.rate = std::stod(v); }},
      {"--least", [&](const std::string& v) { o.body.boosting.least_weight = std::stod(v); }},
      {"--lambda", [&](const std::string& v) { o.body.boosting.lambda = std::stod(v); }},
      {"--columns", [&](const std::string& v) { o.body.boosting.column_share = std::stod(v); }},
      {"--seeds", [&](const std::string& v) { o.body.seeds = std::stoi(v); }},
      {"--news", [&](const std::string& v) { o.body.news_weight = std::stof(v); }}};
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (const auto it = with_value.find(arg); it != with_value.end() && i + 1 < argc) {
      it->second(argv[++i]);
    } else if (arg == "--errors") {
      o.fields.show_errors = o.body.show_errors = true;
    } else if (arg == "--fields") {
      o.fields_only = true;
    } else if (arg.starts_with("-")) {
      return false;
    } else {
      o.sets.emplace_back(arg);
    }
  }
  return !o.sets.empty();
}

std::vector<Candidate> titles_of(const LabelledPage& p, const std::vector<std::string>& affixes,
                                 const OwnedModels& models) {
  return title_candidates(p.page.tree, p.page.list, p.page.metadata, affixes, models.title.view());
}

/// As extract_page does it, with models that did not see the page's site.
nlohmann::json predict(const LabelledPage& p, const OwnedModels& models, const SiteTemplates& templates) {
  const auto site = templates.find(p.page.metadata.host);
  const auto titles = titles_of(p, site == templates.end() ? std::vector<std::string>() : site->second.affixes, models);
  const std::string title = titles.empty() ? std::string() : titles.front().value;
  const auto title_block = find_title_block(p.page.list, title);
  const PageDates dates = find_dates(p.page.tree, p.page.list, p.page.metadata, p.page.guarded.scripts, title_block, {},
                                     kLatest, models.published.view());
  const auto& day = dates.published ? dates.published : dates.modified;
  return {
      {"id", p.id},
      {"title", title},
      {"date", day ? format_day(*day) : std::string()},
      {"authors", find_authors(p.page.tree, p.page.list, p.page.metadata, title_block, models.author.view()).names}};
}

PageOutline outline_of(const BodyPage& p) {
  return indexer::outline_of(p.known->page.list, p.known->page.metadata, p.statements.title, p.verdicts);
}

/// With site templates, as a job over a set's pages would learn them: without looking at known texts.
void write_predictions(const std::vector<LabelledPage>& pages, const std::vector<BodyPage>& bodies,
                       const FieldTraining& fields, const fs::path& folder) {
  fs::create_directories(folder);
  std::map<std::string, SiteLearner> learners;
  std::map<const LabelledPage*, const BodyPage*> body_of;
  for (const BodyPage& p : bodies) {
    learners[p.known->set].learn(std::hash<std::string>{}(p.known->id), outline_of(p));
    body_of[p.known] = &p;
  }
  std::map<std::string, SiteTemplates> templates;
  for (const auto& [set, learner] : learners) templates[set] = learner.templates();
  std::map<std::string, std::ofstream> files;
  for (const LabelledPage& p : pages) {
    nlohmann::json row = predict(p, fields.folds[p.fold], templates[p.set]);
    if (const auto it = body_of.find(&p); it != body_of.end()) {
      const BodyPage& body = *it->second;
      const auto site = templates[p.set].find(p.page.metadata.host);
      const auto vetoed =
          site == templates[p.set].end() ? std::vector<bool>() : vetoed_blocks(site->second, outline_of(body));
      const BodyChoice choice = choose_body(p.page.tree, p.page.list, body.statements, body.verdicts, vetoed);
      row["text"] = fmt::format("{}", fmt::join(choice.paragraphs, "\n\n"));
    }
    auto file = files.find(p.set);
    if (file == files.end()) file = files.emplace(p.set, std::ofstream(folder / (p.set + ".jsonl"))).first;
    file->second << row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    std::cerr << "train_models: an option is wrong, or no set is given\n";
    return 1;
  }
  std::vector<LabelledPage> pages;
  for (const fs::path& set : options.sets) load_pages(set, pages);
  FieldTraining fields = train_fields(pages, options.fields);
  std::vector<BodyPage> bodies;
  for (const LabelledPage& p : pages) {
    if (p.text.empty() || options.fields_only) continue;
    bodies.push_back({&p, statements_of(p.page, titles_of(p, {}, fields.folds[p.fold])), 0, {}});
  }
  OwnedModels models;
  if (options.fields_only && !options.write.empty()) {
    auto written = parse_models(read_file(options.write));
    if (!written) {
      std::cerr << "train_models: " << options.write.string() << " holds no models of the body that fit\n";
      return 1;
    }
    models = std::move(*written);
  }
  models.title = fields.all.title;
  models.published = fields.all.published;
  models.author = fields.all.author;
  models.field_fingerprint = field_fingerprint();
  if (!bodies.empty()) train_body(bodies, options.body, options.write.empty() ? nullptr : &models);
  if (!options.predict.empty()) write_predictions(pages, bodies, fields, options.predict);
  if (!options.write.empty()) std::ofstream(options.write, std::ios::binary) << serialise(models);
  return 0;
}

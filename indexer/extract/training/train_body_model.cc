// train_body_model SET_DIR… [--predict DIR] [--errors] [--write FILE.inc]
//
// Trains the two stages of the body model on pages with known text. SET_DIR holds gold.jsonl (one object a page: id,
// site, html = path below SET_DIR, text, optional = paragraphs that may be there or not) and the pages. Cross-validates
// by site: the verdicts on a page come from models that saw no page of its site. --predict writes the cross-validated
// texts, one SET.jsonl a set, for a scorer; --write trains on all pages and writes the tables.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/text.h"
#include "indexer/extract/body.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/title.h"
#include "indexer/extract/training/boosting.h"
#include "indexer/extract/training/tables.h"

namespace {

using namespace dateline;
using namespace dateline::indexer;
using namespace dateline::indexer::training;
namespace fs = std::filesystem;

struct Page {
  std::string set, id;
  unsigned fold = 0;
  HtmlTree tree;
  BlockList list;
  PageStatements statements;
  std::size_t first_row = 0;
  std::vector<float> verdicts;
};

// Which blocks stand in the known text: by trigrams, of shorter ones whole paragraphs.
class Known {
 public:
  explicit Known(const std::string& gold) {
    for (const std::string_view line : text::split(gold, '\n')) {
      const auto words = word_hashes(line);
      total_ += words.size();
      lines_.insert(join(words));
      for (std::size_t i = 0; i + 3 <= words.size(); ++i) grams_.insert(gram(words, i));
    }
  }
  [[nodiscard]] double share(const std::vector<std::uint64_t>& words) const {
    if (words.empty()) return 0;
    if (lines_.count(join(words)) != 0) return 1;
    if (words.size() < 4) return 0;
    std::size_t hits = 0;
    for (std::size_t i = 0; i + 3 <= words.size(); ++i) hits += grams_.count(gram(words, i));
    return static_cast<double>(hits) / static_cast<double>(words.size() - 2);
  }
  [[nodiscard]] std::size_t total() const { return total_; }

 private:
  static std::uint64_t gram(const std::vector<std::uint64_t>& w, std::size_t i) { return (w[i] * 31 + w[i + 1]) * 0x9E3779B97F4A7C15ULL + w[i + 2]; }
  static std::uint64_t join(const std::vector<std::uint64_t>& words) {
    std::uint64_t h = words.size();
    for (const std::uint64_t w : words) h = (h ^ w) * 0x9E3779B97F4A7C15ULL;
    return h;
  }
  std::unordered_set<std::uint64_t> grams_, lines_;
  std::size_t total_ = 0;
};

void load(const fs::path& dir, std::vector<Page>& pages, Samples& samples) {
  std::ifstream gold(dir / "gold.jsonl");
  for (std::string line; std::getline(gold, line);) {
    const auto row = nlohmann::json::parse(line);
    if (!row.contains("text") || !row["text"].is_string() || row["text"].get_ref<const std::string&>().empty()) continue;
    ParsedPage parsed = parse_page(read_file(dir / row["html"].get<std::string>()), {}, {});
    const auto titles = title_candidates(parsed.tree, parsed.list, parsed.metadata, {}, field_models().title);
    PageStatements statements = statements_of(parsed, titles);
    FeatureTable features = block_features(parsed.tree, parsed.list, statements);
    const Known known(row["text"].get<std::string>());
    std::unordered_set<std::string> optional;
    if (row.contains("optional")) {
      for (const auto& o : row["optional"]) optional.insert(squeeze(o.get<std::string>()));
    }
    const std::size_t first_row = samples.rows();
    samples.columns = features.columns();
    samples.values.insert(samples.values.end(), features.values().begin(), features.values().end());
    const double total = std::max<double>(static_cast<double>(known.total()), 50);
    for (const Block& b : parsed.list.blocks) {
      const auto words = word_hashes(b.text);
      samples.labels.push_back(known.share(words) >= 0.5 ? 1.F : 0.F);
      double weight = 0.1 + 20 * std::min(static_cast<double>(words.size()) / total, 0.5);
      if (!optional.empty() && optional.count(squeeze(b.text)) != 0) weight = 0.001;
      samples.weights.push_back(static_cast<float>(weight));
    }
    Page page{dir.filename().string(), row["id"].get<std::string>(), fold_of(row.value("site", "")), std::move(parsed.tree), std::move(parsed.list), std::move(statements), first_row, {}};
    page.verdicts.resize(page.list.blocks.size());
    pages.push_back(std::move(page));
  }
}

std::vector<std::uint32_t> rows_without(const std::vector<Page>& pages, unsigned fold) {
  std::vector<std::uint32_t> rows;
  for (const Page& p : pages) {
    if (p.fold == fold) continue;
    for (std::size_t i = 0; i < p.list.blocks.size(); ++i) rows.push_back(static_cast<std::uint32_t>(p.first_row + i));
  }
  return rows;
}

// One model a fold, two at a time, and the verdicts of each on its own fold.
void cross_validate(std::vector<Page>& pages, const Samples& samples, const BoostingOptions& options) {
  std::vector<TrainedTrees> models(kFolds);
  std::atomic<unsigned> next{0};
  const auto work = [&] {
    for (unsigned k = next++; k < kFolds; k = next++) models[k] = boost(samples, rows_without(pages, k), options);
  };
  std::thread other(work);
  work();
  other.join();
  double loss = 0, weight = 0;
  for (Page& p : pages) {
    for (std::size_t i = 0; i < p.verdicts.size(); ++i) {
      const std::size_t r = p.first_row + i;
      const float v = models[p.fold].view().probability(std::span(samples.values).subspan(r * samples.columns, samples.columns));
      p.verdicts[i] = v;
      const double w = static_cast<double>(samples.weights[r]);
      loss -= w * std::log(std::max(samples.labels[r] > 0.5F ? v : 1 - v, 1e-6F));
      weight += w;
    }
  }
  fmt::print("  {} rows, {} columns: cross-validated log loss {:.5f}\n", samples.rows(), samples.columns, loss / weight);
  std::fflush(stdout);
}

Samples second_stage(const std::vector<Page>& pages, const Samples& first) {
  Samples second;
  second.labels = first.labels;
  second.weights = first.weights;
  second.columns = surroundings_feature_names().size();
  second.values.reserve(second.columns * first.rows());
  for (const Page& p : pages) {
    FeatureTable base(first.columns);
    const auto from = first.values.begin() + static_cast<std::ptrdiff_t>(p.first_row * first.columns);
    base.values().assign(from, from + static_cast<std::ptrdiff_t>(p.list.blocks.size() * first.columns));
    FeatureTable table = surroundings_features(p.tree, p.list, base, p.verdicts);
    second.values.insert(second.values.end(), table.values().begin(), table.values().end());
  }
  return second;
}

void write_predictions(const std::vector<Page>& pages, const fs::path& dir) {
  fs::create_directories(dir);
  std::map<std::string, std::ofstream> files;
  for (const Page& p : pages) {
    auto it = files.find(p.set);
    if (it == files.end()) it = files.emplace(p.set, std::ofstream(dir / (p.set + ".jsonl"))).first;
    const BodyChoice body = choose_body(p.tree, p.list, p.statements, p.verdicts, {});
    nlohmann::json row{{"id", p.id}, {"text", fmt::format("{}", fmt::join(body.paragraphs, "\n\n"))}};
    it->second << row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
}

// The blocks on which verdicts and labels disagree, heaviest first.
void show_errors(const std::vector<Page>& pages, const Samples& samples) {
  std::vector<std::pair<float, std::string>> lines;
  for (const Page& p : pages) {
    for (std::size_t i = 0; i < p.verdicts.size(); ++i) {
      const std::size_t r = p.first_row + i;
      if ((p.verdicts[i] >= 0.5F) == (samples.labels[r] > 0.5F)) continue;
      const Block& b = p.list.blocks[i];
      lines.emplace_back(samples.weights[r], fmt::format("{} {} {:.2f} {} {} [{}] {}", samples.labels[r] > 0.5F ? "missed" : "wrong ", p.id, p.verdicts[i], i, name_of(p.tree.node(b.element).tag),
                                                         p.tree.attribute(b.element, Attr::class_).substr(0, 40), b.text.substr(0, 120)));
    }
  }
  std::sort(lines.rbegin(), lines.rend());
  for (const auto& [weight, line] : lines) fmt::print("{:6.2f} {}\n", weight, line);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> sets;
  fs::path predict, write;
  bool errors = false;
  BoostingOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--errors") errors = true;
    else if (arg == "--predict" && i + 1 < argc) predict = argv[++i];
    else if (arg == "--write" && i + 1 < argc) write = argv[++i];
    else if (arg == "--trees" && i + 1 < argc) options.trees = std::stoi(argv[++i]);
    else if (arg == "--depth" && i + 1 < argc) options.depth = std::stoi(argv[++i]);
    else if (arg == "--rate" && i + 1 < argc) options.rate = std::stod(argv[++i]);
    else sets.emplace_back(arg);
  }
  std::vector<Page> pages;
  Samples first;
  for (const fs::path& set : sets) load(set, pages, first);
  fmt::print("{} pages, {} blocks\n", pages.size(), first.rows());
  cross_validate(pages, first, options);
  const Samples second = second_stage(pages, first);
  std::vector<std::uint32_t> all(first.rows());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  cross_validate(pages, second, options);
  if (errors) show_errors(pages, second);
  if (!predict.empty()) write_predictions(pages, predict);
  if (!write.empty()) {
    TrainedTrees one, two;
    std::thread other([&] { one = boost(first, all, options); });
    two = boost(second, all, options);
    other.join();
    std::ofstream out(write);
    out << "// Made by scripts/train-extract; do not edit.\n";
    write_table(out, "First", one);
    write_table(out, "Second", two);
  }
}

// train_body_model SET_DIR… [--predict DIR] [--errors] [--write FILE.inc]
//
// Trains the two stages of the body model on pages with known text. SET_DIR holds gold.jsonl (one object a page: id,
// site, html = path below SET_DIR, text, optional = paragraphs that may be there or not) and the pages. Cross-validates
// by site: the verdicts on a page come from models that saw no page of its site. --predict writes the cross-validated
// texts, one SET.jsonl a set, for a scorer; --write trains on all pages and writes the tables.
#include <fmt/format.h>

#include <algorithm>
#include <array>
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
#include "indexer/extract/site_templates.h"
#include "indexer/extract/title.h"
#include "indexer/extract/training/boosting.h"
#include "indexer/extract/training/tables.h"

namespace {

using namespace dateline;
using namespace dateline::indexer;
using namespace dateline::indexer::training;
namespace fs = std::filesystem;

struct Page {
  std::string set, id, site, host, document_title;
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
  static std::uint64_t gram(const std::vector<std::uint64_t>& w, std::size_t i) {
    return (w[i] * 31 + w[i + 1]) * 0x9E3779B97F4A7C15ULL + w[i + 2];
  }
  static std::uint64_t join(const std::vector<std::uint64_t>& words) {
    std::uint64_t h = words.size();
    for (const std::uint64_t w : words) h = (h ^ w) * 0x9E3779B97F4A7C15ULL;
    return h;
  }
  std::unordered_set<std::uint64_t> grams_, lines_;
  std::size_t total_ = 0;
};

// Counts in how many sites a word stands in blocks that are body, and in blocks that are not.
class WordCounter {
 public:
  void add(const std::string& site, std::uint32_t hash, bool body) {
    auto& [in, out, sites] = counts_[hash];
    if (sites.empty() || sites.back().first != site) sites.emplace_back(site, std::array<int, 2>{});
    // A site's layout must not decide alone: at most this many blocks of it count.
    constexpr int kMost = 4;
    int& n = sites.back().second[body ? 1 : 0];
    if (++n > kMost) return;
    (body ? in : out) += 1;
  }
  // Sorted log-odds of the words that stand on at least `least` sites and tell something.
  [[nodiscard]] std::vector<WordWeight> weights(std::size_t least) const {
    double all_in = 1, all_out = 1;
    for (const auto& [hash, c] : counts_) {
      all_in += c.in;
      all_out += c.out;
    }
    std::vector<WordWeight> result;
    for (const auto& [hash, c] : counts_) {
      std::unordered_set<std::string> sites;
      for (const auto& s : c.sites) sites.insert(s.first);
      if (sites.size() < least) continue;
      const double odds = std::log((c.in + 1.0) / (c.out + 1.0) * (all_out / all_in));
      if (std::abs(odds) >= 0.4) result.push_back({hash, static_cast<float>(std::round(odds * 100) / 100)});
    }
    std::sort(result.begin(), result.end(), [](const WordWeight& a, const WordWeight& b) { return a.hash < b.hash; });
    return result;
  }

 private:
  struct Count {
    double in = 0, out = 0;
    std::vector<std::pair<std::string, std::array<int, 2>>> sites;
  };
  std::unordered_map<std::uint32_t, Count> counts_;
};

struct OwnedWords {
  std::vector<WordWeight> text, classes;
  [[nodiscard]] WordWeights view() const { return {text, classes}; }
};

// Word weights from all pages but those of one fold (kFolds: from all).
OwnedWords count_words(const std::vector<Page>& pages, const Samples& samples, unsigned without) {
  WordCounter text_words, class_words;
  for (const Page& p : pages) {
    if (p.fold == without) continue;
    std::unordered_set<std::uint64_t> seen;  // a word counts once a page and side
    for (std::size_t i = 0; i < p.list.blocks.size(); ++i) {
      const bool body = samples.labels[p.first_row + i] > 0.5F;
      const auto words = word_hashes(p.list.blocks[i].text);
      for (std::size_t k = 0; k < std::min<std::size_t>(words.size(), 40); ++k) {
        if (seen.insert((words[k] << 1U) ^ (body ? 1U : 0U)).second)
          text_words.add(p.site, static_cast<std::uint32_t>(words[k]), body);
      }
      HtmlTree::Index e = p.list.blocks[i].element;
      for (int up = 0; up < 8 && e != HtmlTree::kNoNode; ++up, e = p.tree.node(e).parent) {
        for (const Attr a : {Attr::class_, Attr::id}) {
          for (const std::uint32_t h : name_word_hashes(p.tree.attribute(e, a).substr(0, 200)))
            class_words.add(p.site, h, body);
        }
      }
    }
  }
  return {text_words.weights(8), class_words.weights(6)};
}

void load(const fs::path& dir, std::vector<Page>& pages, Samples& samples, double news_weight) {
  const bool news = dir.filename().string().find("fundus") != std::string::npos;
  std::ifstream gold(dir / "gold.jsonl");
  for (std::string line; std::getline(gold, line);) {
    const auto row = nlohmann::json::parse(line);
    if (!row.contains("text") || !row["text"].is_string() || row["text"].get_ref<const std::string&>().empty())
      continue;
    ParsedPage parsed = parse_page(read_file(dir / row["html"].get<std::string>()), {}, {});
    const auto titles = title_candidates(parsed.tree, parsed.list, parsed.metadata, {}, field_models().title);
    PageStatements statements = statements_of(parsed, titles);
    const Known known(row["text"].get<std::string>());
    std::unordered_set<std::string> optional;
    if (row.contains("optional")) {
      for (const auto& o : row["optional"]) optional.insert(squeeze(o.get<std::string>()));
    }
    const std::size_t first_row = samples.rows();
    // A page whose known text is a small part of what it shows must not outweigh the others.
    std::size_t shown = 0;
    for (const Block& b : parsed.list.blocks) shown += word_hashes(b.text).size();
    const double total = std::max({static_cast<double>(known.total()), 0.5 * static_cast<double>(shown), 50.0});
    for (const Block& b : parsed.list.blocks) {
      const auto words = word_hashes(b.text);
      samples.labels.push_back(known.share(words) >= 0.5 ? 1.F : 0.F);
      double weight = 0.1 + 20 * std::min(static_cast<double>(words.size()) / total, 0.5);
      if (news) weight *= news_weight;
      if (!optional.empty() && optional.count(squeeze(b.text)) != 0) weight = 0.001;
      samples.weights.push_back(static_cast<float>(weight));
    }
    Page page{dir.filename().string(),
              row["id"].get<std::string>(),
              row.value("site", ""),
              parsed.metadata.host,
              parsed.metadata.document_title,
              fold_of(row.value("site", "")),
              std::move(parsed.tree),
              std::move(parsed.list),
              std::move(statements),
              first_row,
              {}};
    page.verdicts.resize(page.list.blocks.size());
    pages.push_back(std::move(page));
  }
}

// The first stage's features; a page's word weights come from the pages of the other folds.
void add_features(const std::vector<Page>& pages, Samples& samples) {
  std::vector<OwnedWords> words;
  for (unsigned fold = 0; fold < kFolds; ++fold) words.push_back(count_words(pages, samples, fold));
  for (const Page& p : pages) {
    FeatureTable features = block_features(p.tree, p.list, p.statements, words[p.fold].view());
    samples.columns = features.columns();
    samples.values.insert(samples.values.end(), features.values().begin(), features.values().end());
  }
}

void write_words(std::ostream& out, const char* name, const std::vector<WordWeight>& words) {
  out << "constexpr WordWeight k" << name << "Words[] = {\n";
  for (std::size_t i = 0; i < words.size(); ++i)
    out << fmt::format("{{{}U,{:.2f}F}},", words[i].hash, words[i].weight) << (i % 8 == 7 ? "\n" : "");
  out << "};\n";
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
      const float v =
          models[p.fold].view().probability(std::span(samples.values).subspan(r * samples.columns, samples.columns));
      p.verdicts[i] = v;
      const double w = static_cast<double>(samples.weights[r]);
      loss -= w * std::log(std::max(samples.labels[r] > 0.5F ? v : 1 - v, 1e-6F));
      weight += w;
    }
  }
  fmt::print("  {} rows, {} columns: cross-validated log loss {:.5f}\n", samples.rows(), samples.columns,
             loss / weight);
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

PageOutline outline_of(const Page& p) {
  PageMetadata metadata;
  metadata.host = p.host;
  metadata.document_title = p.document_title;
  return indexer::outline_of(p.list, metadata, p.statements.title, p.verdicts);
}

// With site templates, as a job over these pages would: learnt from the set's pages without looking at known texts.
void write_predictions(const std::vector<Page>& pages, const fs::path& dir, bool with_templates) {
  fs::create_directories(dir);
  std::map<std::string, SiteLearner> learners;
  for (const Page& p : pages) {
    if (with_templates) learners[p.set].learn(std::hash<std::string>{}(p.id), outline_of(p));
  }
  std::map<std::string, SiteTemplates> templates;
  for (const auto& [set, learner] : learners) templates[set] = learner.templates();
  std::map<std::string, std::ofstream> files;
  for (const Page& p : pages) {
    auto it = files.find(p.set);
    if (it == files.end()) it = files.emplace(p.set, std::ofstream(dir / (p.set + ".jsonl"))).first;
    const auto site = templates[p.set].find(p.host);
    const auto vetoed =
        site == templates[p.set].end() ? std::vector<bool>() : vetoed_blocks(site->second, outline_of(p));
    const BodyChoice body = choose_body(p.tree, p.list, p.statements, p.verdicts, vetoed);
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
      lines.emplace_back(samples.weights[r],
                         fmt::format("{} {} {:.2f} {} {} [{}] {}", samples.labels[r] > 0.5F ? "missed" : "wrong ", p.id,
                                     p.verdicts[i], i, name_of(p.tree.node(b.element).tag),
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
  double news_weight = 2;
  bool with_templates = false;
  BoostingOptions options{
      .trees = 300, .depth = 6, .rate = 0.04, .row_share = 0.7, .column_share = 0.12, .lambda = 2, .least_weight = 15};
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--errors")
      errors = true;
    else if (arg == "--predict" && i + 1 < argc)
      predict = argv[++i];
    else if (arg == "--write" && i + 1 < argc)
      write = argv[++i];
    else if (arg == "--trees" && i + 1 < argc)
      options.trees = std::stoi(argv[++i]);
    else if (arg == "--depth" && i + 1 < argc)
      options.depth = std::stoi(argv[++i]);
    else if (arg == "--rate" && i + 1 < argc)
      options.rate = std::stod(argv[++i]);
    else if (arg == "--site-templates")
      with_templates = true;
    else if (arg == "--news" && i + 1 < argc)
      news_weight = std::stod(argv[++i]);
    else if (arg == "--seed" && i + 1 < argc)
      options.seed = std::stoull(argv[++i]);
    else if (arg == "--least" && i + 1 < argc)
      options.least_weight = std::stod(argv[++i]);
    else if (arg == "--columns" && i + 1 < argc)
      options.column_share = std::stod(argv[++i]);
    else if (arg == "--lambda" && i + 1 < argc)
      options.lambda = std::stod(argv[++i]);
    else
      sets.emplace_back(arg);
  }
  std::vector<Page> pages;
  Samples first;
  for (const fs::path& set : sets) load(set, pages, first, news_weight);
  add_features(pages, first);
  fmt::print("{} pages, {} blocks\n", pages.size(), first.rows());
  cross_validate(pages, first, options);
  const Samples second = second_stage(pages, first);
  std::vector<std::vector<float>> first_verdicts;
  for (const Page& p : pages) first_verdicts.push_back(p.verdicts);
  std::vector<std::uint32_t> all(first.rows());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  cross_validate(pages, second, options);
  for (std::size_t k = 0; k < pages.size(); ++k) {
    for (std::size_t i = 0; i < pages[k].verdicts.size(); ++i)
      pages[k].verdicts[i] = joint_verdict(first_verdicts[k][i], pages[k].verdicts[i]);
  }
  if (errors) show_errors(pages, second);
  if (!predict.empty()) write_predictions(pages, predict, with_templates);
  if (!write.empty()) {
    TrainedTrees one, two;
    std::thread other([&] { one = boost(first, all, options); });
    two = boost(second, all, options);
    other.join();
    std::ofstream out(write);
    out << "// Made by scripts/train-extract; do not edit.\n";
    const OwnedWords words = count_words(pages, first, kFolds);
    write_words(out, "Text", words.text);
    write_words(out, "Class", words.classes);
    write_table(out, "First", one);
    write_table(out, "Second", two);
  }
}

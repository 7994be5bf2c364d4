#include "indexer/extract/training/body_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "indexer/extract/body.h"
#include "indexer/extract/training/alignment.h"

namespace dateline::indexer::training {
namespace {

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
OwnedWords count_words(const std::vector<BodyPage>& pages, const Samples& samples, unsigned without) {
  WordCounter text_words, class_words;
  for (const BodyPage& p : pages) {
    if (p.known->fold == without) continue;
    const ParsedPage& page = p.known->page;
    std::unordered_set<std::uint64_t> seen;  // a word counts once a page and side
    for (std::size_t i = 0; i < page.list.blocks.size(); ++i) {
      const bool body = samples.labels[p.first_row + i] > 0.5F;
      const auto words = word_hashes(page.list.blocks[i].text);
      for (std::size_t k = 0; k < std::min<std::size_t>(words.size(), 40); ++k) {
        if (seen.insert((words[k] << 1U) ^ (body ? 1U : 0U)).second)
          text_words.add(p.known->site, static_cast<std::uint32_t>(words[k]), body);
      }
      HtmlTree::Index e = page.list.blocks[i].element;
      for (int up = 0; up < 8 && e != HtmlTree::kNoNode; ++up, e = page.tree.node(e).parent) {
        for (const Attr a : {Attr::class_, Attr::id}) {
          for (const std::uint32_t h : name_word_hashes(page.tree.attribute(e, a).substr(0, 200)))
            class_words.add(p.known->site, h, body);
        }
      }
    }
  }
  return {text_words.weights(8), class_words.weights(6)};
}

void label(BodyPage& p, Samples& samples, float news_weight) {
  std::unordered_set<std::string> optional;
  for (const std::string& o : p.known->optional) optional.insert(squeeze(o));
  p.first_row = samples.rows();
  // A page whose known text is a small part of what it shows must not outweigh the others.
  std::size_t shown = 0;
  const std::vector<Block>& blocks = p.known->page.list.blocks;
  std::vector<std::vector<std::uint64_t>> words;
  for (const Block& b : blocks) {
    words.push_back(word_hashes(b.text));
    shown += words.back().size();
  }
  const auto known = static_cast<double>(word_hashes(p.known->text).size());
  const double total = std::max({known, 0.5 * static_cast<double>(shown), 50.0});
  const std::vector<double> shares = shares_of_known(words, p.known->text);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    samples.labels.push_back(shares[i] >= 0.5 ? 1.F : 0.F);
    double weight = 0.1 + 20 * std::min(static_cast<double>(words[i].size()) / total, 0.5);
    if (p.known->news) weight *= static_cast<double>(news_weight);
    if (!optional.empty() && optional.count(squeeze(blocks[i].text)) != 0) weight = 0.001;
    samples.weights.push_back(static_cast<float>(weight));
  }
  p.verdicts.resize(blocks.size());
}

// The first stage's features; a page's word weights come from the pages of the other folds.
void add_features(const std::vector<BodyPage>& pages, Samples& samples) {
  std::vector<OwnedWords> words;
  for (unsigned fold = 0; fold < kFolds; ++fold) words.push_back(count_words(pages, samples, fold));
  for (const BodyPage& p : pages) {
    FeatureTable features =
        block_features(p.known->page.tree, p.known->page.list, p.statements, words[p.known->fold].view());
    samples.columns = features.columns();
    samples.values.insert(samples.values.end(), features.values().begin(), features.values().end());
  }
}

std::vector<std::uint32_t> rows_without(const std::vector<BodyPage>& pages, unsigned fold) {
  std::vector<std::uint32_t> rows;
  for (const BodyPage& p : pages) {
    for (std::size_t i = 0; i < p.verdicts.size() && p.known->fold != fold; ++i)
      rows.push_back(static_cast<std::uint32_t>(p.first_row + i));
  }
  return rows;
}

// One model a fold, the last of all pages, two at a time; and the verdicts of each on its own fold.
OwnedTrees cross_validate(std::vector<BodyPage>& pages, const Samples& samples, const BodyOptions& options,
                          bool whole) {
  std::vector<OwnedTrees> models(kFolds + 1);
  const unsigned count = whole ? kFolds + 1 : kFolds;
  const auto work = [&](unsigned from) {
    for (unsigned k = from; k < count; k += 2)
      models[k] = boost(samples, rows_without(pages, k), options.boosting, options.seeds);
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  double loss = 0, weight = 0;
  std::vector<BoostedTrees> judges;
  for (const OwnedTrees& trees : models) judges.push_back(trees.view());
  for (BodyPage& p : pages) {
    for (std::size_t i = 0; i < p.verdicts.size(); ++i) {
      const std::size_t r = p.first_row + i;
      const float v =
          judges[p.known->fold].probability(std::span(samples.values).subspan(r * samples.columns, samples.columns));
      p.verdicts[i] = v;
      const auto w = static_cast<double>(samples.weights[r]);
      loss -= w * std::log(std::max(samples.labels[r] > 0.5F ? v : 1 - v, 1e-6F));
      weight += w;
    }
  }
  fmt::print("Body       {} rows, {} columns: log loss {:.5f}\n", samples.rows(), samples.columns, loss / weight);
  std::fflush(stdout);
  return std::move(models[kFolds]);
}

Samples second_stage(const std::vector<BodyPage>& pages, const Samples& first) {
  Samples second;
  second.labels = first.labels;
  second.weights = first.weights;
  second.columns = surroundings_feature_names().size();
  second.values.reserve(second.columns * first.rows());
  for (const BodyPage& p : pages) {
    FeatureTable base(first.columns);
    const auto from = first.values.begin() + static_cast<std::ptrdiff_t>(p.first_row * first.columns);
    base.values().assign(from, from + static_cast<std::ptrdiff_t>(p.verdicts.size() * first.columns));
    for_each_surroundings(p.known->page.tree, p.known->page.list, base, p.verdicts, [&](const FeatureTable& rows) {
      second.values.insert(second.values.end(), rows.values().begin(), rows.values().end());
    });
  }
  return second;
}

void show(const std::vector<BodyPage>& pages, const Samples& samples) {
  std::vector<std::pair<float, std::string>> lines;
  for (const BodyPage& p : pages) {
    for (std::size_t i = 0; i < p.verdicts.size(); ++i) {
      const std::size_t r = p.first_row + i;
      if ((p.verdicts[i] >= 0.5F) == (samples.labels[r] > 0.5F)) continue;
      const Block& b = p.known->page.list.blocks[i];
      const HtmlTree& tree = p.known->page.tree;
      lines.emplace_back(samples.weights[r],
                         fmt::format("{} {} {:.2f} {} {} [{}] {}", samples.labels[r] > 0.5F ? "missed" : "wrong ",
                                     p.known->id, p.verdicts[i], i, name_of(tree.node(b.element).tag),
                                     tree.attribute(b.element, Attr::class_).substr(0, 40), b.text.substr(0, 120)));
    }
  }
  std::sort(lines.rbegin(), lines.rend());
  for (const auto& [weight, line] : lines) fmt::print("{:6.2f} {}\n", weight, line);
}

}  // namespace

void train_body(std::vector<BodyPage>& pages, const BodyOptions& options, OwnedModels* whole) {
  Samples first;
  for (BodyPage& p : pages) label(p, first, options.news_weight);
  add_features(pages, first);
  OwnedTrees first_model = cross_validate(pages, first, options, whole != nullptr);
  std::vector<std::vector<float>> first_verdicts;
  for (const BodyPage& p : pages) first_verdicts.push_back(p.verdicts);
  const Samples second = second_stage(pages, first);
  OwnedTrees second_model = cross_validate(pages, second, options, whole != nullptr);
  for (std::size_t k = 0; k < pages.size(); ++k) {
    const ParsedPage& page = pages[k].known->page;
    pages[k].verdicts = joint_verdicts(page.tree, page.list, pages[k].statements, first_verdicts[k], pages[k].verdicts);
  }
  if (options.show_errors) show(pages, second);
  if (whole == nullptr) return;
  OwnedWords words = count_words(pages, first, kFolds);
  whole->text_words = std::move(words.text);
  whole->class_words = std::move(words.classes);
  whole->first = std::move(first_model);
  whole->second = std::move(second_model);
}

}  // namespace dateline::indexer::training

#include "indexer/enrich/actors/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <unordered_map>

namespace dateline::indexer::training {
namespace {

constexpr std::uint32_t kUnused = UINT32_MAX;

/// Labels of a run from the mentions inside it; a mention that sticks out counts with what is inside.
void label_run(const Run& run, const std::vector<Mention>& gold, std::vector<std::uint8_t>& labels) {
  const std::size_t start = labels.size();
  labels.resize(start + run.end - run.begin, 0);
  for (const Mention& mention : gold) {
    const std::uint32_t begin = std::max(mention.begin, run.begin);
    const std::uint32_t end = std::min(mention.end, run.end);
    if (begin >= end) continue;
    const auto base = static_cast<std::uint8_t>(1 + 4 * static_cast<unsigned>(mention.type));
    std::uint8_t* label = labels.data() + start + (begin - run.begin);
    if (end - begin == 1) {
      *label = static_cast<std::uint8_t>(base + 3U);
      continue;
    }
    *label = base;
    for (std::uint32_t at = begin + 1; at + 1 < end; ++at) *++label = static_cast<std::uint8_t>(base + 1);
    *++label = static_cast<std::uint8_t>(base + 2);
  }
}

using Scores = std::vector<std::array<double, kLabels>>;

double log_sum(const std::array<double, kLabels>& values) {
  const double most = *std::max_element(values.begin(), values.end());
  if (most < -1e29) return most;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - most);
  return most + std::log(sum);
}

}  // namespace

void Trainer::add(const PreparedDocument& document) {
  std::vector<Run> runs;
  find_runs(document.text, document.matches, runs);
  features_.begin_article(document.text, document.matches, runs);
  for (const Run& run : runs) {
    examples_.push_back({labels_.size(), run.end - run.begin});
    label_run(run, document.gold, labels_);
    for (std::uint32_t at = run.begin; at < run.end; ++at) {
      token_begin_.push_back(token_features_.size());
      features_.extract(at, document.text.sentences[run.sentence], token_features_);
    }
  }
}

void Trainer::number_features() {
  std::unordered_map<std::uint32_t, std::uint32_t> counts;
  counts.reserve(1U << 22U);
  for (const std::uint32_t hash : token_features_) ++counts[hash];
  std::unordered_map<std::uint32_t, std::uint32_t> numbers;
  for (std::uint32_t& feature : token_features_) {
    if (counts[feature] < static_cast<std::uint32_t>(options_.min_count)) {
      feature = kUnused;
      continue;
    }
    const auto [place, added] = numbers.emplace(feature, static_cast<std::uint32_t>(hashes_.size()));
    if (added) hashes_.push_back(feature);
    feature = place->second;
  }
  token_begin_.push_back(token_features_.size());
  weights_.assign(hashes_.size(), {});
  squares_.assign(hashes_.size(), {});
}

void Trainer::choose_features(const Example& example) {
  chosen_.clear();
  chosen_begin_.clear();
  const auto threshold = static_cast<std::uint64_t>(static_cast<double>(options_.dropout) * 65536);
  for (std::size_t token = example.first_token; token < example.first_token + example.tokens; ++token) {
    chosen_begin_.push_back(chosen_.size());
    for (std::size_t f = token_begin_[token]; f < token_begin_[token + 1]; ++f) {
      if (token_features_[f] == kUnused) continue;
      seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL;
      if (((seed_ >> 40U) & 0xFFFFU) >= threshold) chosen_.push_back(token_features_[f]);
    }
  }
  chosen_begin_.push_back(chosen_.size());
}

/// One step on one run; returns its negative log likelihood before the step.
double Trainer::step(const Example& example) {
  const std::size_t length = example.tokens;
  constexpr double kNever = -1e30;
  static thread_local Scores scores;
  static thread_local Scores forward;
  static thread_local Scores backward;
  choose_features(example);
  const double scale = 1.0 / (1.0 - static_cast<double>(options_.dropout));  // as strong as all of them are later
  scores.assign(length, {});
  forward.resize(length);
  backward.resize(length);
  for (std::size_t at = 0; at < length; ++at) {
    for (std::size_t f = chosen_begin_[at]; f < chosen_begin_[at + 1]; ++f) {
      const Row& row = weights_[chosen_[f]];
      for (std::size_t label = 0; label < kLabelWeights; ++label)
        scores[at][label + 1] += scale * static_cast<double>(row[label]);
    }
  }
  const auto transition = [&](std::size_t a, std::size_t b) { return static_cast<double>(transitions_[a][b]); };
  for (std::size_t label = 0; label < kLabels; ++label) {
    forward[0][label] = may_follow(0, label) ? transition(0, label) + scores[0][label] : kNever;
    backward[length - 1][label] = may_follow(label, 0) ? transition(label, 0) : kNever;
  }
  for (std::size_t at = 1; at < length; ++at) {
    for (std::size_t label = 0; label < kLabels; ++label) {
      std::array<double, kLabels> paths;
      for (std::size_t previous = 0; previous < kLabels; ++previous) {
        paths[previous] =
            may_follow(previous, label) ? forward[at - 1][previous] + transition(previous, label) : kNever;
      }
      forward[at][label] = log_sum(paths) + scores[at][label];
    }
  }
  for (std::size_t at = length - 1; at-- > 0;) {
    for (std::size_t label = 0; label < kLabels; ++label) {
      std::array<double, kLabels> paths;
      for (std::size_t next = 0; next < kLabels; ++next) {
        paths[next] =
            may_follow(label, next) ? backward[at + 1][next] + scores[at + 1][next] + transition(label, next) : kNever;
      }
      backward[at][label] = log_sum(paths);
    }
  }
  std::array<double, kLabels> ends;
  for (std::size_t label = 0; label < kLabels; ++label)
    ends[label] = forward[length - 1][label] + backward[length - 1][label];
  const double total = log_sum(ends);

  const auto update = [&](float& weight, float& square, double gradient) {
    if (std::abs(gradient) < 1e-6) return;
    square += static_cast<float>(gradient * gradient);
    weight -= options_.rate * static_cast<float>(gradient) / (std::sqrt(square) + 1e-6F);
  };
  double gold_score = 0;
  TaggerModel::Transitions before = transitions_;
  const auto old = [&](std::size_t a, std::size_t b) { return static_cast<double>(before[a][b]); };
  for (std::size_t at = 0; at < length; ++at) {
    const std::size_t token = example.first_token + at;
    const std::size_t gold = labels_[token];
    const std::size_t gold_before = at == 0 ? 0 : labels_[token - 1];
    gold_score += scores[at][gold] + old(gold_before, gold);
    std::array<double, kLabelWeights> gradient;
    for (std::size_t label = 0; label < kLabelWeights; ++label) {
      gradient[label] =
          std::exp(forward[at][label + 1] + backward[at][label + 1] - total) - (gold == label + 1 ? 1.0 : 0.0);
    }
    for (std::size_t f = chosen_begin_[at]; f < chosen_begin_[at + 1]; ++f) {
      Row& weight = weights_[chosen_[f]];
      Row& square = squares_[chosen_[f]];
      for (std::size_t label = 0; label < kLabelWeights; ++label) {
        update(weight[label], square[label], gradient[label]);
      }
    }
    for (std::size_t previous = 0; previous < kLabels; ++previous) {
      if (at == 0 && previous != 0) break;
      for (std::size_t label = 0; label < kLabels; ++label) {
        if (!may_follow(previous, label)) continue;
        const double ahead = at == 0 ? 0 : forward[at - 1][previous];
        const double chance = std::exp(ahead + old(previous, label) + scores[at][label] + backward[at][label] - total);
        const double truth = previous == gold_before && label == gold ? 1.0 : 0.0;
        update(transitions_[previous][label], transition_squares_[previous][label], chance - truth);
      }
    }
  }
  return total - gold_score - old(labels_[example.first_token + length - 1], 0);
}

void Trainer::keep_strongest() {
  if (options_.keep >= hashes_.size()) return;
  const auto strength = [&](std::uint32_t number) {
    float most = 0;
    for (const float weight : weights_[number]) most = std::max(most, std::abs(weight));
    return most;
  };
  std::vector<std::uint32_t> order(hashes_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(options_.keep), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return strength(a) > strength(b); });
  std::vector<bool> kept(hashes_.size());
  for (std::size_t at = 0; at < options_.keep; ++at) kept[order[at]] = true;
  for (std::uint32_t& feature : token_features_) {
    if (feature != kUnused && !kept[feature]) feature = kUnused;
  }
  for (std::size_t number = 0; number < hashes_.size(); ++number) {
    if (!kept[number]) weights_[number] = {};
  }
}

void Trainer::train(const std::function<void(const std::string&)>& progress) {
  number_features();
  progress(fmt::format("{} runs, {} words, {} features", examples_.size(), labels_.size(), hashes_.size()));
  std::mt19937_64 random(1);
  for (int epoch = 1; epoch <= options_.epochs; ++epoch) {
    std::shuffle(examples_.begin(), examples_.end(), random);
    double loss = 0;
    for (const Example& example : examples_) loss += step(example);
    progress(fmt::format("epoch {}: loss {:.4f} a run", epoch, loss / static_cast<double>(examples_.size())));
    if (epoch == options_.epochs * 2 / 3) keep_strongest();
  }
  write_model();
}

void Trainer::write_model() {
  std::vector<std::uint32_t> features;
  std::vector<TaggerModel::Weights> rows;
  for (std::size_t number = 0; number < hashes_.size(); ++number) {
    TaggerModel::Weights row{};
    bool any = false;
    for (std::size_t label = 0; label < kLabelWeights; ++label) {
      const float weight = weights_[number][label];
      if (std::abs(weight) < options_.prune_below) continue;
      row[label] = static_cast<std::int8_t>(std::clamp(std::lround(weight / TaggerModel::kStep), -127L, 127L));
      any = any || row[label] != 0;
    }
    if (!any) continue;
    features.push_back(hashes_[number]);
    rows.push_back(row);
  }
  model_.set_features(features, rows);
  for (auto& row : transitions_) row[0] -= options_.recall_bias;
  model_.set_transitions(transitions_);
}

void score_mentions(const PreparedDocument& document, Tagger& tagger, MentionScore& score) {
  std::vector<Mention> found;
  tagger.tag(document.text, document.matches, found);
  std::unordered_map<std::uint64_t, MentionType> gold;
  const auto counts = [](const Mention& mention) { return mention.type != MentionType::other; };
  for (const Mention& mention : document.gold) {
    if (counts(mention)) gold.emplace((std::uint64_t{mention.begin} << 32U) | mention.end, mention.type);
  }
  score.gold += gold.size();
  for (const Mention& mention : found) {
    if (!counts(mention)) continue;
    ++score.found;
    const auto truth = gold.find((std::uint64_t{mention.begin} << 32U) | mention.end);
    if (truth == gold.end()) continue;
    ++score.right_untyped;
    if (truth->second == mention.type) ++score.right;
  }
}

}  // namespace dateline::indexer::training

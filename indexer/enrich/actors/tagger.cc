#include "indexer/enrich/actors/tagger.h"

#include <algorithm>

namespace dateline::indexer {

void best_labels(std::span<const LabelScores> scores, const TaggerModel::Transitions& transitions,
                 std::vector<std::uint8_t>& labels) {
  constexpr float kNever = -1e30F;
  static thread_local std::vector<std::array<std::uint8_t, kLabels>> from;
  from.resize(scores.size());
  LabelScores best;
  best.fill(kNever);
  best[0] = 0;
  for (std::size_t at = 0; at < scores.size(); ++at) {
    LabelScores next;
    next.fill(kNever);
    for (std::size_t previous = 0; previous < kLabels; ++previous) {
      if (best[previous] <= kNever) continue;
      for (std::size_t label = 0; label < kLabels; ++label) {
        if (!may_follow(previous, label)) continue;
        const float value = best[previous] + transitions[previous][label];
        if (value <= next[label]) continue;
        next[label] = value;
        from[at][label] = static_cast<std::uint8_t>(previous);
      }
    }
    for (std::size_t label = 0; label < kLabels; ++label) best[label] = next[label] + scores[at][label];
  }
  std::size_t last = 0;
  float highest = kNever;
  for (std::size_t label = 0; label < kLabels; ++label) {
    if (!may_follow(label, 0) || best[label] + transitions[label][0] <= highest) continue;
    highest = best[label] + transitions[label][0];
    last = label;
  }
  labels.resize(scores.size());
  for (std::size_t at = scores.size(); at-- > 0;) {
    labels[at] = static_cast<std::uint8_t>(last);
    last = from[at][last];
  }
}

void mentions_of(std::span<const std::uint8_t> labels, std::uint32_t begin, std::uint32_t sentence,
                 std::vector<Mention>& out) {
  std::uint32_t start = begin;
  for (std::uint32_t at = 0; at < labels.size(); ++at) {
    if (labels[at] == 0) continue;
    const std::uint32_t part = (labels[at] - 1U) % 4;
    if (part == 0 || part == 3) start = begin + at;
    if (part == 2 || part == 3) {
      out.push_back({.begin = start,
                     .end = begin + at + 1,
                     .sentence = sentence,
                     .type = static_cast<MentionType>((labels[at] - 1) / 4)});
    }
  }
}

void Tagger::score(std::uint32_t token, const Sentence& sentence, LabelScores& scores) {
  found_.clear();
  features_.extract(token, sentence, found_);
  // The table is larger than the cache: the places of all features are fetched before the first is looked at.
  for (const std::uint32_t feature : found_) model_.prefetch(feature);
  // Whole numbers of steps: 16 additions of 16 bits are two machine instructions.
  std::array<std::int16_t, kLabelWeights> sum{};
  for (const std::uint32_t feature : found_) {
    const TaggerModel::Weights& weights = model_.find(feature);
    for (std::size_t label = 0; label < kLabelWeights; ++label)
      sum[label] = static_cast<std::int16_t>(sum[label] + weights[label]);
  }
  scores[0] = 0;
  for (std::size_t label = 0; label < kLabelWeights; ++label) {
    scores[label + 1] = static_cast<float>(sum[label]) * TaggerModel::kStep;
  }
}

void Tagger::tag(const TokenisedArticle& article, const Matches& matches, std::vector<Mention>& out) {
  out.clear();
  find_runs(article, matches, runs_);
  if (runs_.empty()) return;
  features_.begin_article(article, matches, runs_);
  for (const Run& run : runs_) {
    scores_.resize(run.end - run.begin);
    for (std::uint32_t at = run.begin; at < run.end; ++at) {
      score(at, article.sentences[run.sentence], scores_[at - run.begin]);
    }
    best_labels(scores_, model_.transitions(), labels_);
    mentions_of(labels_, run.begin, run.sentence, out);
  }
}

}  // namespace dateline::indexer

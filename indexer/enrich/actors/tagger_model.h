// The trained model of the tagger: weights of a linear-chain CRF and clusters of words.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace dateline::indexer {

/// Labels: O, then four a type (person, organisation, place, other): Begin, Inside, Last, Unit. O weighs nothing, so a
/// feature has one weight for each of the other labels.
constexpr std::size_t kLabelWeights = 16;
constexpr std::size_t kLabels = kLabelWeights + 1;

/// Clusters of a word, coarse to fine; 0 is a word without one.
struct WordClusters {
  std::uint16_t coarse = 0;
  std::uint16_t middle = 0;
  std::uint16_t fine = 0;
};

/// Whether label `next` may follow label `previous`.
[[nodiscard]] constexpr bool may_follow(std::size_t previous, std::size_t next) {
  const auto part = [](std::size_t label) { return (label - 1) % 4; };  // 0 begin, 1 inside, 2 last, 3 unit
  const bool open = previous != 0 && part(previous) <= 1;
  const bool goes_on = next != 0 && (part(next) == 1 || part(next) == 2);
  if (!open) return !goes_on;
  return goes_on && (previous - 1) / 4 == (next - 1) / 4;
}

class TaggerModel {
 public:
  /// A weight is stored as a multiple of this.
  static constexpr float kStep = 1.0F / 32;

  using Weights = std::array<std::int8_t, kLabelWeights>;
  using Transitions = std::array<std::array<float, kLabels>, kLabels>;  ///< [previous][next]

  TaggerModel() = default;
  /// Throws Error(io) if the file cannot be read, Error(usage) if it is no model of this version or damaged.
  explicit TaggerModel(const std::filesystem::path& file);
  /// Throws Error(io).
  void write(const std::filesystem::path& file) const;

  /// What the model was trained on, for people: one line.
  [[nodiscard]] const std::string& note() const { return note_; }
  void set_note(std::string note) { note_ = std::move(note); }

  /// False for most features without weights, by a table that stays in the cache. Asked some eight thousand times an
  /// article.
  [[nodiscard]] bool may_weigh(std::uint32_t feature) const {
    return ((filter_[feature >> 18U] >> ((feature >> 12U) & 63U)) & 1U) != 0;
  }
  /// Weights of a feature, or null.
  [[nodiscard]] const Weights* find(std::uint32_t feature) const {
    for (std::size_t at = feature & mask_; slots_[at].feature != 0; at = (at + 1) & mask_) {
      if (slots_[at].feature == feature) return &rows_[slots_[at].row];
    }
    return nullptr;
  }
  /// Ask the memory for the place that find() or clusters() will look at.
  void prefetch(std::uint32_t feature) const { __builtin_prefetch(&slots_[feature & mask_]); }
  void prefetch_clusters(std::uint64_t word_key) const {
    __builtin_prefetch(&cluster_slots_[(word_key >> 32U) & (cluster_slots_.size() - 1)]);
  }
  [[nodiscard]] WordClusters clusters(std::uint64_t word_key) const;
  [[nodiscard]] const Transitions& transitions() const { return transitions_; }
  [[nodiscard]] std::size_t feature_count() const { return rows_.size(); }

  /// For the trainer: features (none 0, none twice) with their weights, then clusters and transitions.
  void set_features(std::span<const std::uint32_t> features, std::span<const Weights> weights);
  void add_clusters(std::uint64_t word_key, WordClusters clusters);
  void set_transitions(const Transitions& transitions) { transitions_ = transitions; }

 private:
  struct Slot {
    std::uint32_t feature = 0;
    std::uint32_t row = 0;
  };
  struct ClusterSlot {
    std::uint32_t word = 0;      ///< Upper half of the word's key; 0 = free.
    std::uint32_t clusters = 0;  ///< fine, middle, coarse in 11, 9 and 7 bits, the lowest first.
  };
  void place_features();
  void place_cluster(const ClusterSlot& slot);

  std::string note_;
  std::vector<std::uint64_t> filter_ = std::vector<std::uint64_t>(1U << 14U);  ///< A bit for the upper 20 of a feature.
  std::vector<Slot> slots_ = std::vector<Slot>(2);
  std::size_t mask_ = 1;
  std::vector<std::uint32_t> features_;
  std::vector<Weights> rows_;
  std::vector<ClusterSlot> cluster_slots_ = std::vector<ClusterSlot>(2);
  std::size_t cluster_count_ = 0;
  Transitions transitions_{};
};

}  // namespace dateline::indexer

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

  static constexpr Weights kNoWeights{};

  TaggerModel() = default;
  /// Throws Error(io) if the file cannot be read, Error(usage) if it is no model of this version or damaged.
  explicit TaggerModel(const std::filesystem::path& file);
  /// Throws Error(io).
  void write(const std::filesystem::path& file) const;

  /// What the model was trained on, for people: one line.
  [[nodiscard]] const std::string& note() const { return note_; }
  void set_note(std::string note) { note_ = std::move(note); }

  /// Weights of a feature, all 0 if it has none. Inline, and without a jump for most: asked some five thousand times an
  /// article.
  [[nodiscard]] const Weights& find(std::uint32_t feature) const {
    for (std::size_t at = feature & mask_;; at = (at + 1) & mask_) {
      const Bucket& bucket = buckets_[at];
      std::size_t place = bucket.features[0] == feature ? 0 : Bucket::kPlaces;
      place = bucket.features[1] == feature ? 1 : place;
      place = bucket.features[2] == feature ? 2 : place;
      if (place == Bucket::kPlaces && bucket.features[2] != 0) continue;
      return place == Bucket::kPlaces ? kNoWeights : bucket.weights[place];
    }
  }
  /// Ask the memory for the place that find() or clusters() will look at.
  void prefetch(std::uint32_t feature) const { __builtin_prefetch(&buckets_[feature & mask_]); }
  void prefetch_clusters(std::uint64_t word_key) const {
    __builtin_prefetch(&cluster_slots_[(word_key >> 32U) & (cluster_slots_.size() - 1)]);
  }
  [[nodiscard]] WordClusters clusters(std::uint64_t word_key) const;
  [[nodiscard]] const Transitions& transitions() const { return transitions_; }
  [[nodiscard]] std::size_t feature_count() const { return features_.size(); }

  /// For the trainer: features (none 0, none twice) with their weights, then clusters and transitions.
  void set_features(std::span<const std::uint32_t> features, std::span<const Weights> weights);
  void add_clusters(std::uint64_t word_key, WordClusters clusters);
  void set_transitions(const Transitions& transitions) { transitions_ = transitions; }

 private:
  /// Features with the same lowest bits, and their weights: one line of the cache.
  struct alignas(64) Bucket {
    static constexpr std::size_t kPlaces = 3;
    std::array<std::uint32_t, kPlaces> features{};  ///< 0 = free; those that find no place are in the next bucket.
    std::array<Weights, kPlaces> weights{};
  };
  struct ClusterSlot {
    std::uint32_t word = 0;      ///< Upper half of the word's key; 0 = free.
    std::uint32_t clusters = 0;  ///< fine, middle, coarse in 11, 9 and 7 bits, the lowest first.
  };
  void place_features(std::span<const Weights> weights);
  void place_cluster(const ClusterSlot& slot);

  std::string note_;
  std::vector<Bucket> buckets_ = std::vector<Bucket>(1);
  std::size_t mask_ = 0;
  std::vector<std::uint32_t> features_;  ///< In the order of the file.
  std::vector<ClusterSlot> cluster_slots_ = std::vector<ClusterSlot>(2);
  std::size_t cluster_count_ = 0;
  Transitions transitions_{};
};

}  // namespace dateline::indexer

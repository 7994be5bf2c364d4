// What the tagger looks at: every token's surroundings as a list of hashed features. Training and tagging share it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/tagger_model.h"
#include "indexer/enrich/actors/tokens.h"

namespace dateline::indexer {

/// Words that may belong to a name, next to each other: what is decoded together.
struct Run {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t sentence = 0;
};

/// Capitalised words and the small words between them. The rest of a text names nobody.
void find_runs(const TokenisedArticle& article, const Matches& matches, std::vector<Run>& runs);

class FeatureExtractor {
 public:
  explicit FeatureExtractor(const TaggerModel& clusters) : model_(clusters) {}

  /// Look at an article; it and `matches` must stay as they are until the next call. `runs`: of find_runs.
  void begin_article(const TokenisedArticle& article, const Matches& matches, std::span<const Run> runs);

  /// Append the features of a token of a run (0 is none of them).
  void extract(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const;

 private:
  struct Attributes {
    std::uint64_t word = 0;  ///< Its key; of a number its shape.
    std::uint32_t short_shape = 0;
    std::uint32_t shape = 0;
    WordClusters clusters;
  };
  /// What the article does elsewhere with the same word.
  struct Occurrences {
    std::uint64_t key = 0;
    std::uint32_t last = 0;   ///< Token, plus 1.
    std::uint32_t lower = 0;  ///< How often in lower case.
  };

  void mark_looked_at(std::span<const Run> runs);
  void index_occurrences();
  Occurrences& occurrences(std::uint64_t key);
  [[nodiscard]] const Occurrences* find_occurrences(std::uint64_t key) const;
  void extract_word(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const;
  void extract_clusters(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const;
  void extract_matches(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const;
  void extract_occurrences(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const;

  const TaggerModel& model_;
  const TokenisedArticle* article_ = nullptr;
  const Matches* matches_ = nullptr;
  std::vector<std::uint8_t> looked_at_;  ///< Per token: whether the features of any token ask for its attributes.
  std::vector<Attributes> attributes_;
  std::vector<Occurrences> table_;
  std::vector<std::uint32_t> previous_same_;  ///< Per token: the one before of the same word, plus 1.
  std::vector<std::uint32_t> next_same_;
};

}  // namespace dateline::indexer

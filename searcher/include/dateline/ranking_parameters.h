// What can be tuned about the order of hits.
#pragma once

namespace dateline::searcher {

/// Everything that can be tuned, in one place; docs/RELEVANCE.md says how the values were found.
struct RankingParameters {
  double k1 = 2;                  ///< BM25: how fast repeats of a word saturate.
  double b = 0.8;                 ///< BM25: how much a long article is held back.
  double k3 = 1;                  ///< BM25: repeats in the query. (Of no matter for words that occur once.)
  double min_length = 0.01;       ///< BM25: shorter articles count as this share of the average length.
  unsigned feedback_hits = 10;    ///< Relevance feedback: best hits that words are taken from,
  unsigned feedback_words = 30;   ///< words that are taken,
  double feedback_weight = 0.6;   ///< weight of the best of them relative to a word of the query,
  double feedback_sharpness = 4;  ///< how much more the better of the hits say: a power of their scores.
  double recency_share = 0.5;     ///< Bonus of an article of this moment, as a share of the best score.
};

}  // namespace dateline::searcher

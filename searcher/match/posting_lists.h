// Postings and lengths of one state of a local shard in memory: arrays instead of Xapian's lists, which are walked one
// virtual call a posting.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/query/compile.h"
#include "dateline/ranking_parameters.h"

namespace dateline::searcher {

/// Lengths of the documents of one state of an index by docid, 4 bytes each. Read when first used, which takes some 20
/// ms a million. May be shared by threads.
class DocumentLengths {
 public:
  /// `database`: a view of that state.
  const std::vector<Xapian::termcount>& of(const Xapian::Database& database);

 private:
  std::once_flag read_;
  std::vector<Xapian::termcount> lengths_;
};

/// Xapian::BM25Weight, to the last bit.
class Bm25 {
 public:
  Bm25(const Xapian::Database& database, const RankingParameters& parameters,
       const std::vector<Xapian::termcount>& lengths);

  /// What a term can weigh at most, times `factor`.
  [[nodiscard]] double weight(Xapian::doccount frequency, double factor) const;
  /// The share of it in a document that has the term `wdf` times.
  [[nodiscard]] double share(Xapian::docid document, Xapian::termcount wdf) const {
    const double length = std::max(lengths_[document] * length_factor_, min_length_);
    const double times = wdf;
    return times / (k1_ * (length * b_ + (1 - b_)) + times);
  }
  [[nodiscard]] bool same_shares(const Bm25& other) const;

 private:
  const Xapian::termcount* lengths_;
  double documents_;
  double k1_;
  double b_;
  double min_length_;
  double length_factor_ = 0;
};

/// Documents that have a term, ascending, and how often each has it.
class PostingList {
 public:
  static constexpr std::size_t kBlock = 64;

  std::vector<Xapian::docid> documents;
  std::vector<Xapian::termcount> wdfs;  ///< Empty: 0 in all of them.

  [[nodiscard]] Xapian::termcount wdf(std::size_t i) const { return wdfs.empty() ? 0 : wdfs[i]; }
  [[nodiscard]] std::size_t bytes() const;
  /// The greatest share in each block of postings. Computed when first asked for; null for another ranking than the first
  /// that asked.
  const std::vector<double>* best_shares(const Bm25& ranking) const;

 private:
  mutable std::once_flag ranked_;
  mutable std::unique_ptr<Bm25> ranking_;
  mutable std::vector<double> best_;
};

/// Lists that queries have asked for, the latest of them. May be shared by threads.
class PostingLists {
 public:
  using List = std::shared_ptr<const PostingList>;
  static constexpr std::size_t kMostBytes = 64U << 20U;

  explicit PostingLists(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  /// Reads the list if it is not there. `database`: a view of that state.
  List of(const std::string& term, const Xapian::Database& database, const query::Budget* budget);
  /// Null if it is not there.
  List known(const std::string& term);
  /// True from the second time on: then it is worth reading a list whose like would be skipped through.
  bool asked_again(const std::string& term);
  DocumentLengths& lengths() { return lengths_; }

 private:
  struct Entry {
    std::string term;
    List list;
  };
  void keep(const std::string& term, const List& list);

  std::size_t most_bytes_;
  DocumentLengths lengths_;
  std::mutex mutex_;
  std::list<Entry> latest_;  // first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> entries_;
  std::size_t bytes_ = 0;
  std::unordered_set<std::string> asked_;
};

}  // namespace dateline::searcher

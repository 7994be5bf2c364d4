// Postings and lengths of one state of a local shard in memory: arrays instead of Xapian's lists, which are walked one
// virtual call a posting.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
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
#include "common/store/document_lengths.h"
#include "common/store/glass_postings.h"
#include "common/store/ordinals.h"
#include "common/store/position_lists.h"
#include "dateline/ranking_parameters.h"

namespace dateline::searcher {

/// Xapian::BM25Weight, to the last bit.
class Bm25 {
 public:
  /// `lengths` must outlive the object.
  Bm25(const Xapian::Database& database, const RankingParameters& parameters, const DocumentLengths& lengths);

  /// What a term can weigh at most, times `factor`.
  [[nodiscard]] double weight(Xapian::doccount frequency, double factor) const;
  /// The share of it in a document that has the term `wdf` times.
  [[nodiscard]] double share(Xapian::docid document, Xapian::termcount wdf) const {
    if (wdf == 0) return 0;  // 0/0 where k1 is 0
    const double length = std::max((*lengths_)[document] * length_factor_, min_length_);
    const double times = wdf;
    return times / (k1_ * (length * b_ + (1 - b_)) + times);
  }
  /// The greatest share in any document that has it so often.
  [[nodiscard]] double most(Xapian::termcount wdf) const {
    if (wdf == 0) return 0;
    const double times = wdf;
    return times / (k1_ * (min_length_ * b_ + (1 - b_)) + times);
  }
  [[nodiscard]] bool same_shares(const Bm25& other) const;

 private:
  const DocumentLengths* lengths_;
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
  /// What each posting weighs, as parts of 65,535 of what the term weighs at most, rounded up: to read them takes a
  /// fraction of computing them.
  struct Shares {
    static constexpr std::uint32_t kWhole = 65535;
    struct Block {
      Xapian::docid first = 0;
      std::uint32_t best = 0;
    };

    std::vector<std::uint16_t> of_postings;
    std::vector<Block> of_blocks;         ///< Of kBlock postings each.
    std::uint32_t best = 0;               ///< Of all.
    std::array<std::uint16_t, 32> top{};  ///< The greatest, descending; 0 where there are fewer postings.
  };
  [[nodiscard]] Shares shares(const Bm25& ranking) const;
  /// The same, computed when first asked for; null for another ranking than the first that asked.
  const Shares* known_shares(const Bm25& ranking) const;
  /// The same, null the first time: a list that is gone through once is not worth it.
  const Shares* known_shares_again(const Bm25& ranking) const {
    return gone_through_.exchange(true) ? known_shares(ranking) : nullptr;
  }
  /// Made when they pay for looking so many documents up; null where they do not.
  const Ordinals* ordinals(std::size_t times) const;

 private:
  mutable std::atomic<bool> gone_through_ = false;
  mutable std::once_flag ranked_;
  mutable std::unique_ptr<Bm25> ranking_;
  mutable Shares shares_;
  mutable std::once_flag numbering_;
  mutable std::atomic<bool> numbered_ = false;
  mutable Ordinals ordinals_;
};

/// The first of list[from, …) that is not below `document`.
inline std::size_t seek_from(const std::vector<Xapian::docid>& list, std::size_t from, Xapian::docid document) {
  std::size_t step = 1;
  std::size_t low = from;
  while (low + step < list.size() && list[low + step] < document) {
    low += step;
    step *= 2;
  }
  const auto begin = list.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(low + step + 1, list.size()));
  return static_cast<std::size_t>(std::lower_bound(begin, end, document) - list.begin());
}

/// The latest of what queries have asked for, by term. May be shared by threads.
template <typename List>
class Latest {
 public:
  explicit Latest(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Null if it is not there.
  std::shared_ptr<const List> find(const std::string& term) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(term);
    if (found == entries_.end()) return nullptr;
    latest_.splice(latest_.begin(), latest_, found->second);
    return found->second->second;
  }
  [[nodiscard]] bool has_room_for(std::size_t bytes) const { return bytes <= most_bytes_ / 2; }
  void keep(const std::string& term, const std::shared_ptr<const List>& list) {
    const std::lock_guard lock(mutex_);
    if (!has_room_for(bytes(*list)) || entries_.contains(term)) return;
    latest_.emplace_front(term, list);
    entries_.emplace(latest_.front().first, latest_.begin());
    for (bytes_ += bytes(*list); bytes_ > most_bytes_; latest_.pop_back()) {
      bytes_ -= bytes(*latest_.back().second);
      entries_.erase(latest_.back().first);
    }
  }

 private:
  static std::size_t bytes(const List& list) {
    constexpr std::size_t kEntry = 200;
    return kEntry + list.bytes();
  }

  using Entries = std::list<std::pair<std::string, std::shared_ptr<const List>>>;
  std::size_t most_bytes_;
  std::mutex mutex_;
  Entries latest_;  // first
  std::unordered_map<std::string_view, typename Entries::iterator> entries_;
  std::size_t bytes_ = 0;
};

/// Lists that queries have asked for, of postings and of positions. May be shared by threads.
class PostingLists final : public KeptPositions {
 public:
  using List = std::shared_ptr<const PostingList>;
  static constexpr std::size_t kMostBytes = 64U << 20U;

  /// `shard`: folder of the database, whose table is then read; empty: Xapian is asked. `most_bytes`: of postings, and
  /// half as many of positions.
  explicit PostingLists(std::filesystem::path shard = {}, std::size_t most_bytes = kMostBytes)
      : shard_(std::move(shard)), postings_(most_bytes), positions_(most_bytes / 2) {}

  /// Reads the list if it is not there. `database`: a view of that state.
  List of(const std::string& term, const Xapian::Database& database, const query::Budget* budget);
  /// Null if it is not there.
  List known(const std::string& term) { return postings_.find(term); }
  /// Is it worth reading a whole list of which little is needed? From the second time on, if it is short enough to be
  /// kept.
  bool worth_reading(const std::string& term, Xapian::doccount frequency);
  std::shared_ptr<const LoadedPositions> positions(const std::string& term, const Xapian::Database& shard) override;
  TermDocuments documents(const std::string& term) override;
  /// Read when first asked for.
  const DocumentLengths& lengths(const Xapian::Database& database);
  [[nodiscard]] bool lengths_known() const { return lengths_known_; }

 private:
  /// True from the second time on.
  bool asked_again(const std::string& term);
  /// Null: Xapian is to be asked.
  const glass::PostingTable* table(const Xapian::Database& database);

  std::filesystem::path shard_;
  std::once_flag opened_;
  std::unique_ptr<glass::PostingTable> table_;
  std::once_flag lengths_read_;
  std::atomic<bool> lengths_known_ = false;
  std::unique_ptr<const DocumentLengths> lengths_;
  Latest<PostingList> postings_;
  Latest<LoadedPositions> positions_;
  std::mutex mutex_;
  std::unordered_set<std::string> asked_;
};

}  // namespace dateline::searcher

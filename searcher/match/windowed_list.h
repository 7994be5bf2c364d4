// A posting list that is gone through in windows of docids, with what its postings weigh in whole numbers: adding those
// up tells at little cost which documents are worth weighing exactly.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "searcher/match/posting_lists.h"
#include "searcher/match/top_documents.h"

namespace dateline::searcher {

/// Weights as whole numbers of two bytes, rounded up: no sum of one of each list is greater than two bytes hold.
class WholeWeights {
 public:
  /// `weight`: of all lists together.
  WholeWeights(double weight, std::size_t lists) : weight_(weight) {
    constexpr double kMost = std::numeric_limits<std::uint16_t>::max();
    parts_ = std::max(1.0, kMost - 2 * static_cast<double>(lists));  // each is rounded up twice
    unit_ = weight / parts_ * kShares / PostingList::Shares::kWhole;
  }
  [[nodiscard]] std::uint32_t of(double weight) const {
    return weight_ > 0 ? static_cast<std::uint32_t>(std::ceil(weight / weight_ * parts_)) : 0;
  }
  /// A share of such a weight; 1 at least.
  [[nodiscard]] static std::uint32_t share(std::uint32_t share, std::uint32_t weight) {
    return share * weight / kShares + 1;
  }
  /// A sum of shares that is less is surely less than `weight`.
  [[nodiscard]] std::uint32_t least(double weight) const {
    if (unit_ <= 0) return 0;
    constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(weight * (1 - kRounding) / unit_, kMost));
  }

 private:
  static constexpr std::uint32_t kShares = 65536;

  double weight_;
  double parts_ = 0;
  double unit_ = 0;  // what 1 weighs
};

class WindowedList {
 public:
  /// `shares`: null: they count as 1. `weight`: as WholeWeights says it.
  WindowedList(const PostingList& list, const PostingList::Shares* shares, std::uint32_t weight)
      : list_(&list),
        documents_(list.documents.data()),
        size_(list.documents.size()),
        shares_(shares),
        weight_(weight) {}

  [[nodiscard]] const PostingList& list() const { return *list_; }
  [[nodiscard]] bool at_end() const { return at_ == size_; }
  /// The first of the window, or behind it.
  [[nodiscard]] Xapian::docid document() const { return documents_[at_]; }
  /// What a posting weighs at most.
  [[nodiscard]] std::uint32_t weight(std::size_t i) const {
    return WholeWeights::share(shares_ != nullptr ? shares_->of_postings[i] : PostingList::Shares::kWhole, weight_);
  }
  /// The same of any posting.
  [[nodiscard]] std::uint32_t most() const {
    return WholeWeights::share(shares_ != nullptr ? shares_->best : PostingList::Shares::kWhole, weight_);
  }
  /// The same in the window; 0: it has none there.
  [[nodiscard]] std::uint32_t most_here() const { return most_here_; }
  /// Blocks of postings in the window.
  [[nodiscard]] std::size_t blocks() const { return blocks_; }

  /// To the first posting that is not before `document`, which is not before the window's end.
  void seek(std::uint64_t document) { at_ = cursor_ = sought(std::max({at_, until_, cursor_}), document); }
  /// To the window from `begin` on, before `end`, which begins where the last ended or behind it.
  void enter(Xapian::docid begin, std::uint64_t end) {
    seek(begin);
    blocks_ = most_here_ = 0;
    if (at_end() || document() >= end) return;
    std::uint32_t best = 0;
    std::size_t block = at_ / kBlock;
    do {
      best = std::max(best, block_best(block));
      ++block;
      ++blocks_;
    } while (block * kBlock < size_ && first(block) < end);
    most_here_ = WholeWeights::share(best, weight_);
  }
  /// To a window of all docids.
  void enter_all() {
    at_ = cursor_ = until_ = 0;
    blocks_ = (size_ + kBlock - 1) / kBlock;
    most_here_ = blocks_ > 0 ? most() : 0;
  }

  /// f(document, what it weighs at most) for the postings of the window but of blocks where all weigh less than
  /// `least`.
  template <typename F>
  void each(std::uint64_t end, std::uint32_t least, F f) {
    const std::uint32_t weight = weight_;
    if (shares_ == nullptr) {
      const std::uint32_t most = this->most();
      walk(
          end, least, [most](std::size_t) { return most; }, f);
    } else {
      const std::uint16_t* shares = shares_->of_postings.data();
      walk(
          end, least, [=](std::size_t i) { return WholeWeights::share(shares[i], weight); }, f);
    }
  }

  /// Where the window has a document; Ordinals::kNone: nowhere. Asked for in ascending order, or after again().
  std::size_t ordinal(Xapian::docid document) {
    if (blocks_ == 0) return Ordinals::kNone;
    if (ordinals_ == nullptr) ordinals_ = list_->ordinals(++asked_);
    if (ordinals_ != nullptr) return ordinals_->of(document);
    cursor_ = sought(cursor_, document);
    return cursor_ < size_ && documents_[cursor_] == document ? cursor_ : Ordinals::kNone;
  }
  void again() { cursor_ = at_; }
  /// Tells how many will be asked for.
  void expect(std::size_t documents) { ordinals_ = list_->ordinals(documents); }
  /// Null: there are none yet.
  [[nodiscard]] const Ordinals* ordinals() const { return ordinals_; }

 private:
  static constexpr std::size_t kBlock = PostingList::kBlock;

  template <typename Weight, typename F>
  void walk(std::uint64_t end, std::uint32_t least, Weight weight, F f) {
    const Xapian::docid* documents = documents_;
    std::size_t i = at_;
    for (std::size_t block = i / kBlock, last = block + blocks_; block < last; ++block) {
      const std::size_t behind = std::min(size_, (block + 1) * kBlock);
      if (least > 0 && WholeWeights::share(block_best(block), weight_) < least) {
        if (block + 1 < last) i = behind;
        continue;
      }
      if (documents[behind - 1] < end) {
        for (; i < behind; ++i) f(documents[i], weight(i));
      } else {
        for (; documents[i] < end; ++i) f(documents[i], weight(i));
      }
    }
    until_ = i;
  }
  [[nodiscard]] std::size_t sought(std::size_t at, std::uint64_t document) const {
    if (at == size_ || documents_[at] >= document) return at;
    if (documents_[size_ - 1] < document) return size_;
    return seek_from(list_->documents, at, static_cast<Xapian::docid>(document));
  }
  [[nodiscard]] Xapian::docid first(std::size_t block) const {
    return shares_ != nullptr ? shares_->of_blocks[block].first : documents_[block * kBlock];
  }
  [[nodiscard]] std::uint32_t block_best(std::size_t block) const {
    return shares_ != nullptr ? shares_->of_blocks[block].best : PostingList::Shares::kWhole;
  }

  const PostingList* list_;
  const Xapian::docid* documents_;
  std::size_t size_;
  const PostingList::Shares* shares_;
  std::uint32_t weight_;
  std::size_t at_ = 0;      // nothing before it is in the window
  std::size_t blocks_ = 0;  // of the window
  std::size_t until_ = 0;   // nothing before it is behind the window
  std::size_t cursor_ = 0;
  std::size_t asked_ = 0;  // how often
  std::uint32_t most_here_ = 0;
  const Ordinals* ordinals_ = nullptr;
};

}  // namespace dateline::searcher

#include "searcher/match/rank_any.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "searcher/match/rank_list.h"

namespace dateline::searcher {
namespace {

/// The algorithm is MaxScore (Turtle and Flood 1995) over windows of docids: lists that together weigh too little to
/// bring a document up are not walked through, only asked about the documents of the others. What a list can weigh at
/// most is known for each window from its blocks. All of that is done in whole numbers that are not less than the
/// weights; what is not too light then is weighed exactly.
class AnyRanking {
 public:
  AnyRanking(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top)
      : any_(std::move(any)), ranking_(ranking), budget_(budget), top_(top) {
    double weight = 0;  // of all
    for (const AnyOf::Term& term : any_.terms) weight += term.weight;
    // So many that the sum of all fits, each of which is rounded up twice.
    const double parts = std::max(1.0, kMostParts - 2 * static_cast<double>(any_.terms.size()));
    unit_ = weight / parts * kShares / PostingList::Shares::kWhole;
    others_.reserve(any_.terms.size());
    ways_.reserve(any_.terms.size());
    for (const AnyOf::Term& term : any_.terms) {
      if (term.list->documents.empty()) continue;
      const PostingList::Shares* shares = term.list->known_shares(ranking_);
      if (shares == nullptr) shares = &others_.emplace_back(term.list->shares(ranking_));
      const double parts_of_it = weight > 0 ? std::ceil(term.weight / weight * parts) : 0;
      ways_.push_back({.list = term.list.get(),
                       .shares = shares,
                       .weight = term.weight,
                       .parts = std::max(1U, static_cast<std::uint32_t>(parts_of_it)),
                       .place = term.place});
      ways_.back().most = parts_of(shares->best, ways_.back().parts);
      if (term.weight > 0) expect_top(*shares, term.weight / PostingList::Shares::kWhole, top_);
    }
    constexpr std::size_t kFew = 8;  // docids to a posting
    std::size_t postings = 0;
    std::size_t documents = 0;
    for (const Way& way : ways_) {
      postings += way.list->documents.size();
      documents = std::max<std::size_t>(documents, way.list->documents.back());
    }
    if (postings > documents / kFew) later_window_ = kWindow;
    std::stable_sort(ways_.begin(), ways_.end(), [](const Way& a, const Way& b) { return a.most < b.most; });
    sums_.fill(0);
  }

  void run() {
    while (next_window()) {
    }
  }

 private:
  static constexpr Xapian::docid kFirstWindow = 256;
  static constexpr Xapian::docid kWindow = 8192;
  static constexpr Xapian::docid kLargestWindow = 16384;  // where there is little in it
  static constexpr double kMostParts = 65535;
  static constexpr std::uint32_t kShares = 65536;

  struct Way {
    const PostingList* list = nullptr;
    const PostingList::Shares* shares = nullptr;
    double weight = 0;
    std::uint32_t parts = 0;  // the same, in whole numbers
    NestedSum::Place place;
    std::uint32_t most = 0;        // what it weighs at most
    std::uint32_t most_here = 0;   // the same in the window
    std::uint32_t most_until = 0;  // what it and those before it weigh together at most in the window
    std::size_t at = 0;            // nothing before it is in the window
    std::size_t blocks = 0;        // of the window
    std::size_t until = 0;         // nothing before it is behind the window
    std::size_t asked = 0;         // how often
    const Ordinals* ordinals = nullptr;
  };
  struct Candidate {
    Xapian::docid slot;
    std::uint32_t sum;
  };

  /// Not less than a share of a weight of so many parts.
  static std::uint32_t parts_of(std::uint32_t share, std::uint32_t parts) { return share * parts / kShares + 1; }
  [[nodiscard]] double weight(const Way& way, std::size_t i) const {
    return way.weight * ranking_.share(way.list->documents[i], way.list->wdf(i));
  }
  static Xapian::docid document(const Way& way) { return way.list->documents[way.at]; }
  static bool at_end(const Way& way) { return way.at == way.list->documents.size(); }
  /// To the first posting that is not before `document`.
  static void seek(Way& way, std::uint64_t document) {
    if (at_end(way) || AnyRanking::document(way) >= document) return;
    const std::vector<Xapian::docid>& documents = way.list->documents;
    const bool none = document > documents.back();
    way.at = none ? documents.size() : seek_from(documents, way.at, static_cast<Xapian::docid>(document));
  }

  /// The least sum that may not be too little.
  [[nodiscard]] std::uint32_t least() const {
    if (unit_ <= 0) return 0;
    constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(top_.least() * (1 - kRounding) / unit_, kMost));
  }

  /// Adds what can come up of the next documents; false if there are none.
  bool next_window() {
    if (budget_ != nullptr) budget_->check();
    least_ = least();
    // No document comes up that is in lists before this one alone.
    std::size_t first = 0;
    for (std::uint32_t most = 0; first < ways_.size() && (most += ways_[first].most) < least_;) ++first;
    std::optional<Xapian::docid> begin;
    for (std::size_t i = first; i < ways_.size(); ++i) {
      Way& way = ways_[i];
      seek(way, end_);
      if (!at_end(way)) begin = std::min(begin.value_or(document(way)), document(way));
    }
    if (!begin) return false;
    begin_ = *begin;
    end_ = std::uint64_t{begin_} + window_;
    std::uint32_t most = 0;
    for (Way& way : ways_) {
      look_ahead(way);
      way.most_until = most += way.most_here;
    }
    std::size_t walked = first;
    while (walked < ways_.size() && ways_[walked].most_until < least_) ++walked;
    if (walking_all_pays(walked)) {
      for (std::size_t i = 0; i < walked; ++i) walk(ways_[i], 0, [](auto...) {});
      walk_from(walked, most, 0);
      walked = 0;
    } else {
      walk_from(walked, most, walked == 0 ? 0 : ways_[walked - 1].most_until);
    }
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) { return a.slot < b.slot; });
    for (const Candidate& candidate : candidates_) look_at(begin_ + candidate.slot, sums_[candidate.slot], walked);
    candidates_.clear();
    std::fill_n(sums_.begin(), window_, std::uint16_t{0});
    for (Way& way : ways_) way.at = std::max(way.at, way.until);
    window_ = later_window_;
    return true;
  }

  /// Adds the lists from `walked` on up and notes what may come up. `most`: what all lists weigh in the window at most,
  /// `beside`: those that are asked later.
  void walk_from(std::size_t walked, std::uint32_t most, std::uint32_t beside) {
    const std::uint32_t enough = least_ > beside ? least_ - beside : 0;
    const auto note = [&](Xapian::docid slot, std::uint32_t before, std::uint32_t sum) {
      if (sum >= enough && (before < enough || before == 0)) candidates_.push_back({slot, sum});
    };
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      const std::uint32_t others = most - ways_[i].most_here;
      walk(ways_[i], least_ > others ? least_ - others : 0, note);
    }
  }

  /// Is it faster to walk through all lists than to ask those before `walked` about the documents of the others?
  [[nodiscard]] bool walking_all_pays(std::size_t walked) const {
    if (walked == 0) return false;
    std::size_t asked = 0;
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      const Way& way = ways_[i];
      // What is typical is well below the most.
      if (way.most_here / 5 * 3 + ways_[walked - 1].most_until >= least_) asked += way.blocks;
    }
    std::size_t blocks = 0;
    for (std::size_t i = 0; i < walked; ++i) blocks += ways_[i].blocks;
    return blocks <= kDearer * walked * asked;
  }

  /// Finds out what a list weighs at most in the window.
  void look_ahead(Way& way) const {
    seek(way, begin_);
    way.most_here = 0;
    way.blocks = 0;
    if (at_end(way) || document(way) >= end_) return;
    const std::vector<PostingList::Shares::Block>& blocks = way.shares->of_blocks;
    std::uint32_t best = 0;
    std::size_t block = way.at / PostingList::kBlock;
    do {
      best = std::max(best, blocks[block].best);
      ++block;
      ++way.blocks;
    } while (block < blocks.size() && blocks[block].first < end_);
    way.most_here = parts_of(best, way.parts);
  }

  /// Adds the postings of a window up, but blocks where all weigh less than `least`, and calls
  /// f(slot, the sum before, the sum) for each.
  template <typename F>
  void walk(Way& way, std::uint32_t least, F&& f) {
    const Xapian::docid* documents = way.list->documents.data();
    const std::uint16_t* shares = way.shares->of_postings.data();
    const std::size_t size = way.list->documents.size();
    const Xapian::docid begin = begin_;
    const std::uint64_t end = end_;
    const std::uint32_t parts = way.parts;
    std::size_t i = way.at;
    for (std::size_t block = i / PostingList::kBlock, last = block + way.blocks; block < last; ++block) {
      const std::size_t behind = std::min(size, (block + 1) * PostingList::kBlock);
      if (parts_of(way.shares->of_blocks[block].best, parts) < least) {
        if (block + 1 < last) i = behind;
        continue;
      }
      const auto add = [&] {
        const Xapian::docid slot = documents[i] - begin;
        const std::uint32_t before = sums_[slot];
        const std::uint32_t sum = before + parts_of(shares[i], parts);
        sums_[slot] = static_cast<std::uint16_t>(sum);
        f(slot, before, sum);
      };
      if (documents[behind - 1] < end) {
        for (; i < behind; ++i) add();
      } else {
        for (; documents[i] < end; ++i) add();
      }
    }
    way.until = i;
  }

  /// `sum`: what the lists from `walked` on weigh at most.
  void look_at(Xapian::docid document, std::uint32_t sum, std::size_t walked) {
    const std::uint32_t least = this->least();
    found_.clear();
    for (std::size_t i = walked; i-- > 0;) {
      Way& way = ways_[i];
      if (sum + way.most_until < least) return;
      if (const std::size_t at = ordinal(way, document); at != Ordinals::kNone) {
        sum += parts_of(way.shares->of_postings[at], way.parts);
        found_.push_back({way.place, weight(way, at)});
      }
    }
    if (sum < least) return;
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      if (const std::size_t at = ordinal(ways_[i], document); at != Ordinals::kNone)
        found_.push_back({ways_[i].place, weight(ways_[i], at)});
    }
    top_.add(document, any_.sum.of(found_));
  }

  /// Where a list has a document of the window.
  static std::size_t ordinal(Way& way, Xapian::docid document) {
    if (way.blocks == 0) return Ordinals::kNone;
    if (way.ordinals == nullptr) way.ordinals = way.list->ordinals(++way.asked);
    if (way.ordinals != nullptr) return way.ordinals->of(document, way.list->documents);
    seek(way, document);
    return !at_end(way) && AnyRanking::document(way) == document ? way.at : Ordinals::kNone;
  }

  static constexpr std::size_t kDearer = 4;

  AnyOf any_;
  const Bm25& ranking_;
  const query::Budget* budget_;
  TopDocuments& top_;
  double unit_ = 0;                          // what 1 weighs
  std::vector<PostingList::Shares> others_;  // of another ranking than the lists know
  std::vector<Way> ways_;                    // by what they weigh at most
  Xapian::docid begin_ = 1;
  std::uint64_t end_ = 1;
  Xapian::docid window_ = kFirstWindow;
  Xapian::docid later_window_ = kLargestWindow;
  std::uint32_t least_ = 0;  // as the window began
  std::array<std::uint16_t, kLargestWindow> sums_;
  std::vector<Candidate> candidates_;
  std::vector<NestedSum::Summand> found_;
};

}  // namespace

void rank_any(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top) {
  AnyRanking(std::move(any), ranking, budget, top).run();
}

}  // namespace dateline::searcher

#include "searcher/match/rank_any.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace dateline::searcher {
namespace {

/// The algorithm is MaxScore (Turtle and Flood 1995) over windows of docids: lists that together weigh too little to
/// bring a document up are not walked through, only asked about the documents of the others. What a list can weigh at
/// most is known for each window from its blocks.
class AnyRanking {
 public:
  AnyRanking(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top)
      : any_(std::move(any)), ranking_(ranking), budget_(budget), top_(top) {
    for (const AnyOf::Term& term : any_.terms) {
      const PostingList::Shares* best = term.list->best_shares(ranking_);
      ways_.push_back({.list = term.list.get(), .best = best, .weight = term.weight, .place = term.place});
      ways_.back().rounded = term.weight / PostingList::Shares::kWhole;
      ways_.back().most = term.weight * (best != nullptr ? best->of_all : 1);
    }
    std::stable_sort(ways_.begin(), ways_.end(), [](const Way& a, const Way& b) { return a.most < b.most; });
  }

  void run() {
    while (next_window(top_.least())) {
    }
  }

 private:
  static constexpr std::size_t kFirstWindow = 256;
  static constexpr std::size_t kWindow = 4096;

  struct Way {
    const PostingList* list = nullptr;
    const PostingList::Shares* best = nullptr;
    double weight = 0;
    double rounded = 0;  // the same for a share of 1 of 65,535
    NestedSum::Place place;
    double most = 0;        // what it weighs at most
    double most_here = 0;   // the same in the window
    double most_until = 0;  // what it and those before it weigh together at most in the window
    std::size_t at = 0;     // nothing before it is in the window or behind it
    std::size_t until = 0;  // behind the window
  };
  /// Not less than weight().
  static double most(const Way& way, std::size_t i) {
    return way.best != nullptr ? way.rounded * way.best->rounded_up[i] : way.weight;
  }
  [[nodiscard]] double weight(const Way& way, std::size_t i) const {
    return way.weight * ranking_.share(way.list->documents[i], way.list->wdf(i));
  }

  /// To the first posting that is not before `document`.
  static void seek(Way& way, Xapian::docid document) { way.at = seek_from(way.list->documents, way.at, document); }

  /// Adds what can come up of the next documents; false if there are none.
  bool next_window(double min_weight) {
    if (budget_ != nullptr) budget_->check();
    const auto too_little = [&](double most) { return most * (1 + kRounding) < min_weight; };
    // No document comes up that is in lists before this one alone.
    std::size_t first = 0;
    for (double most = 0; first < ways_.size() && too_little(most += ways_[first].most);) ++first;
    Xapian::docid begin = 0;
    for (std::size_t i = first; i < ways_.size(); ++i) {
      const Way& way = ways_[i];
      if (way.at < way.list->documents.size() && (begin == 0 || way.list->documents[way.at] < begin))
        begin = way.list->documents[way.at];
    }
    if (begin == 0) return false;
    const std::uint64_t end = std::uint64_t{begin} + window_;
    double most = 0;
    for (Way& way : ways_) {
      look_ahead(way, begin, end);
      way.most_until = most += way.most_here;
    }
    std::size_t walked = first;
    while (walked < ways_.size() && too_little(ways_[walked].most_until)) ++walked;
    if (walking_all_pays(walked, min_weight)) walked = 0;
    const double beside = walked == 0 ? 0 : ways_[walked - 1].most_until;
    const auto candidate = [&](Xapian::docid document, double sum) {
      if (!too_little(sum + beside)) look_at(document, sum, walked);
    };
    if (walked + 1 == ways_.size()) {
      each_likely(ways_[walked], min_weight - beside, candidate);
    } else {
      for (std::size_t i = walked; i < ways_.size(); ++i) {
        each_likely(ways_[i], min_weight - (most - ways_[i].most_here),
                    [&](Xapian::docid document, double weight) { add(document - begin, weight); });
      }
      for (std::size_t word = 0; word < window_ / 64; ++word) {
        for (std::uint64_t bits = std::exchange(bits_[word], 0); bits != 0; bits &= bits - 1) {
          const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
          candidate(begin + static_cast<Xapian::docid>(slot), sums_[slot]);
        }
      }
    }
    for (Way& way : ways_) way.at = way.until;
    window_ = kWindow;
    return true;
  }

  /// Is it faster to walk through all lists than to ask those before `walked` about the documents of the others? Not
  /// where there are two: few documents of the one are worth asking the other about.
  [[nodiscard]] bool walking_all_pays(std::size_t walked, double min_weight) const {
    constexpr double kTypical = 0.6;  // of the most that a posting weighs
    if (walked == 0 || ways_.size() < 3) return false;
    std::size_t asked = 0;
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      const Way& way = ways_[i];
      if (way.most_here * kTypical + ways_[walked - 1].most_until >= min_weight) asked += way.until - way.at;
    }
    std::size_t postings = 0;
    for (std::size_t i = 0; i < walked; ++i) postings += ways_[i].until - ways_[i].at;
    // Measured. The more lists, the longer it takes until a document is known to weigh too little.
    return postings <= 2 * walked * asked;
  }

  /// Finds out what a list weighs at most in a window.
  static void look_ahead(Way& way, Xapian::docid begin, std::uint64_t end) {
    const std::vector<Xapian::docid>& documents = way.list->documents;
    seek(way, begin);
    constexpr std::uint64_t kLast = std::numeric_limits<Xapian::docid>::max();
    way.until = end > kLast ? documents.size() : seek_from(documents, way.at, static_cast<Xapian::docid>(end));
    way.most_here = 0;
    if (way.at == way.until) return;
    if (way.best == nullptr) {
      way.most_here = way.weight;
      return;
    }
    double best = 0;
    for (std::size_t block = way.at / PostingList::kBlock; block <= (way.until - 1) / PostingList::kBlock; ++block)
      best = std::max(best, way.best->of_blocks[block]);
    way.most_here = way.weight * best;
  }

  void add(std::size_t slot, double weight) {
    const std::uint64_t bit = std::uint64_t{1} << slot % 64;
    const bool first = (bits_[slot / 64] & bit) == 0;
    sums_[slot] = first ? weight : sums_[slot] + weight;
    bits_[slot / 64] |= bit;
  }

  /// f(document, what it weighs at most) for postings of the window but of blocks where all weigh less than `least`.
  template <typename F>
  static void each_likely(const Way& way, double least, F&& f) {
    const std::vector<Xapian::docid>& documents = way.list->documents;
    for (std::size_t i = way.at; i < way.until;) {
      const std::size_t block = i / PostingList::kBlock;
      const std::size_t behind = std::min(way.until, (block + 1) * PostingList::kBlock);
      if (way.best != nullptr && way.weight * way.best->of_blocks[block] * (1 + kRounding) < least) {
        i = behind;
        continue;
      }
      for (; i < behind; ++i) f(documents[i], most(way, i));
    }
  }

  /// `sum`: what the lists from `walked` on weigh at most.
  void look_at(Xapian::docid document, double sum, std::size_t walked) {
    const double min_weight = top_.least();
    summands_.clear();
    for (std::size_t i = walked; i-- > 0;) {
      Way& way = ways_[i];
      if ((sum + way.most_until) * (1 + kRounding) < min_weight) return;
      if (way.most_here != 0) sum += take(way, document);
    }
    if (sum * (1 + kRounding) < min_weight) return;
    for (std::size_t i = walked; i < ways_.size(); ++i) (void)take(ways_[i], document);
    top_.add(document, any_.sum.of(summands_));
  }

  /// Adds what a list weighs in a document to the summands.
  double take(Way& way, Xapian::docid document) {
    seek(way, document);
    if (way.at == way.list->documents.size() || way.list->documents[way.at] != document) return 0;
    summands_.push_back({way.place, weight(way, way.at)});
    return summands_.back().weight;
  }

  AnyOf any_;
  const Bm25& ranking_;
  const query::Budget* budget_;
  TopDocuments& top_;
  std::vector<Way> ways_;  // by what they weigh at most
  std::size_t window_ = kFirstWindow;
  std::array<double, kWindow> sums_;  // undefined without its bit
  std::array<std::uint64_t, kWindow / 64> bits_{};
  std::vector<NestedSum::Summand> summands_;
};

}  // namespace

void rank_any(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top) {
  AnyRanking(std::move(any), ranking, budget, top).run();
}

}  // namespace dateline::searcher

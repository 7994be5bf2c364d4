#include "searcher/match/rank_any.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "searcher/match/rank_list.h"
#include "searcher/match/windowed_list.h"

namespace dateline::searcher {
namespace {

/// The algorithm is MaxScore (Turtle and Flood 1995) over windows of docids: lists that together weigh too little to
/// bring a document up are not walked through, only asked about the documents of the others. What a list can weigh at
/// most is known for each window from its blocks. All of that is done in whole numbers that are not less than the
/// weights; what is not too light then is weighed exactly.
class AnyRanking {
 public:
  AnyRanking(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top)
      : any_(std::move(any)),
        ranking_(ranking),
        budget_(budget),
        top_(top),
        weights_(any_.weight(), any_.terms.size()) {
    others_.reserve(any_.terms.size());
    ways_.reserve(any_.terms.size());
    std::size_t postings = 0;
    std::size_t documents = 0;
    for (const AnyOf::Term& term : any_.terms) {
      if (budget_ != nullptr) budget_->check();
      if (term.list->documents.empty()) continue;
      const PostingList::Shares* shares = term.list->known_shares(ranking_);
      if (shares == nullptr) shares = &others_.emplace_back(term.list->shares(ranking_));
      ways_.push_back(
          {.list = {*term.list, shares, weights_.of(term.weight)}, .weight = term.weight, .place = term.place});
      if (term.weight > 0) expect_top(*shares, term.weight / PostingList::Shares::kWhole, top_);
      postings += term.list->documents.size();
      documents = std::max<std::size_t>(documents, term.list->documents.back());
    }
    constexpr std::size_t kFew = 8;  // docids to a posting
    if (postings > documents / kFew) later_window_ = kWindow;
    std::stable_sort(ways_.begin(), ways_.end(),
                     [](const Way& a, const Way& b) { return a.list.most() < b.list.most(); });
    sums_.fill(0);
  }

  void run() {
    least_ = weights_.least(known_ = top_.least());
    while (next_window()) {
    }
  }

 private:
  static constexpr Xapian::docid kFirstWindow = 256;
  static constexpr Xapian::docid kWindow = 8192;
  static constexpr Xapian::docid kLargestWindow = 16384;  // where there is little in it
  static constexpr std::size_t kDearer = 4;               // to ask for a document than to walk over one

  struct Way {
    WindowedList list;
    double weight = 0;
    NestedSum::Place place;
    std::uint32_t most_until = 0;  // what it and those before it weigh together at most in the window
  };
  [[nodiscard]] double weight(const Way& way, std::size_t i) const {
    const PostingList& list = way.list.list();
    return way.weight * ranking_.share(list.documents[i], list.wdf(i));
  }

  /// Adds what can come up of the next documents; false if there are none.
  bool next_window() {
    if (budget_ != nullptr) budget_->check();
    // No document comes up that is in lists before this one alone.
    std::size_t first = 0;
    for (std::uint32_t most = 0; first < ways_.size() && (most += ways_[first].list.most()) < least_;) ++first;
    std::optional<Xapian::docid> begin;
    for (std::size_t i = first; i < ways_.size(); ++i) {
      WindowedList& list = ways_[i].list;
      list.seek(end_);
      if (!list.at_end()) begin = std::min(begin.value_or(list.document()), list.document());
    }
    if (!begin) return false;
    begin_ = *begin;
    end_ = std::uint64_t{begin_} + window_;
    std::uint32_t most = 0;
    for (Way& way : ways_) {
      way.list.enter(begin_, end_);
      way.most_until = most += way.list.most_here();
    }
    std::size_t walked = first;
    while (walked < ways_.size() && ways_[walked].most_until < least_) ++walked;
    if (walking_all_pays(walked)) {
      for (std::size_t i = 0; i < walked; ++i) walk(ways_[i].list, 0, [](auto...) {});
      walk_from(walked, most, 0);
      walked = 0;
    } else {
      walk_from(walked, most, walked == 0 ? 0 : ways_[walked - 1].most_until);
    }
    std::sort(candidates_.begin(), candidates_.end());
    for (const Xapian::docid slot : candidates_) look_at(begin_ + slot, sums_[slot], walked);
    candidates_.clear();
    std::fill_n(sums_.begin(), window_, std::uint16_t{0});
    window_ = later_window_;
    return true;
  }

  /// Adds the lists from `walked` on up and notes what may come up. `most`: what all lists weigh in the window at most,
  /// `beside`: those that are asked later.
  void walk_from(std::size_t walked, std::uint32_t most, std::uint32_t beside) {
    const std::uint32_t enough = least_ > beside ? least_ - beside : 0;
    const auto note = [this, enough](Xapian::docid slot, std::uint32_t before, std::uint32_t sum) {
      if (sum >= enough && (before < enough || before == 0)) candidates_.push_back(slot);
    };
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      const std::uint32_t others = most - ways_[i].list.most_here();
      walk(ways_[i].list, least_ > others ? least_ - others : 0, note);
    }
  }

  /// Is it faster to walk through all lists than to ask those before `walked` about the documents of the others?
  [[nodiscard]] bool walking_all_pays(std::size_t walked) const {
    if (walked == 0) return false;
    std::size_t asked = 0;
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      const WindowedList& list = ways_[i].list;
      // What is typical is well below the most.
      if (list.most_here() / 5 * 3 + ways_[walked - 1].most_until >= least_) asked += list.blocks();
    }
    std::size_t blocks = 0;
    for (std::size_t i = 0; i < walked; ++i) blocks += ways_[i].list.blocks();
    return blocks <= kDearer * walked * asked;
  }

  /// Adds the postings of a window up, but blocks where all weigh less than `least`, and calls
  /// f(slot, the sum before, the sum) for each.
  template <typename F>
  void walk(WindowedList& list, std::uint32_t least, F f) {
    list.each(end_, least, [this, f, begin = begin_](Xapian::docid document, std::uint32_t weight) {
      const Xapian::docid slot = document - begin;
      const std::uint32_t before = sums_[slot];
      const std::uint32_t sum = before + weight;
      sums_[slot] = static_cast<std::uint16_t>(sum);
      f(slot, before, sum);
    });
  }

  /// `sum`: what the lists from `walked` on weigh at most.
  void look_at(Xapian::docid document, std::uint32_t sum, std::size_t walked) {
    found_.clear();
    for (std::size_t i = walked; i-- > 0;) {
      Way& way = ways_[i];
      if (sum + way.most_until < least_) return;
      if (const std::size_t at = way.list.ordinal(document); at != Ordinals::kNone) {
        sum += way.list.weight(at);
        found_.push_back({way.place, weight(way, at)});
      }
    }
    if (sum < least_) return;
    for (std::size_t i = walked; i < ways_.size(); ++i) {
      Way& way = ways_[i];
      if (const std::size_t at = way.list.ordinal(document); at != Ordinals::kNone)
        found_.push_back({way.place, weight(way, at)});
    }
    top_.add(document, any_.sum.of(found_));
    if (top_.least() > known_) least_ = weights_.least(known_ = top_.least());
  }

  AnyOf any_;
  const Bm25& ranking_;
  const query::Budget* budget_;
  TopDocuments& top_;
  WholeWeights weights_;
  std::vector<PostingList::Shares> others_;  // of another ranking than the lists know
  std::vector<Way> ways_;                    // by what they weigh at most
  Xapian::docid begin_ = 1;
  std::uint64_t end_ = 1;
  Xapian::docid window_ = kFirstWindow;
  Xapian::docid later_window_ = kLargestWindow;
  double known_ = 0;         // what is too light
  std::uint32_t least_ = 0;  // the same in whole numbers
  std::array<std::uint16_t, kLargestWindow> sums_;
  std::vector<Xapian::docid> candidates_;  // slots
  std::vector<NestedSum::Summand> found_;
};

}  // namespace

double AnyOf::weight() const {
  double out = 0;
  for (const Term& term : terms) out += term.weight;
  return out;
}

void rank_any(AnyOf any, const Bm25& ranking, const query::Budget* budget, TopDocuments& top) {
  AnyRanking(std::move(any), ranking, budget, top).run();
}

}  // namespace dateline::searcher

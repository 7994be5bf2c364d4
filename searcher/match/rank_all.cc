#include "searcher/match/rank_all.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "searcher/match/windowed_list.h"

namespace dateline::searcher {
namespace {

/// Goes through windows of docids. The part with the fewest postings says which documents there are; the lists of each
/// other part are asked about them or, where that costs less, added up for the whole window. What a document weighs at
/// most is known in whole numbers meanwhile, and what is not too light then is tested for places and weighed exactly.
class AllRanking {
 public:
  AllRanking(AllOf all, const LocalShard& shard, const Bm25& ranking, bool count, TopDocuments& top)
      : all_(std::move(all)),
        budget_(shard.budget.get()),
        ranking_(ranking),
        count_(count),
        top_(top),
        weights_(weight_of(all_), lists_of(all_)) {
    groups_.reserve(all_.parts.size() + 2);
    for (AnyOf& part : all_.parts) add(part, Group::Role::all);
    if (!all_.none.terms.empty()) add(all_.none, Group::Role::none);
    if (!all_.maybe.terms.empty()) add(all_.maybe, Group::Role::maybe);
    for (Group& group : groups_) order_.push_back(&group);
    std::stable_sort(order_.begin(), order_.end(), [](const Group* a, const Group* b) {
      return std::pair(a->role, a->postings) < std::pair(b->role, b->postings);
    });
    for (std::size_t i = 1; i < order_.size(); ++i) {
      if (order_[i]->ways.size() == 1) order_[i]->ways.front().list.expect(order_.front()->postings);
    }
    for (const auto& test : all_.tests) readers_.emplace_back(test, shard.database, shard.budget, &shard.lists);
  }

  std::uint64_t run() {
    if (order_.front()->postings <= kFew) {
      few();
    } else {
      while (next_window()) {
      }
    }
    if (best_first()) look_at_best();
    return number_;
  }

 private:
  static constexpr std::size_t kFew = 1024;
  static constexpr Xapian::docid kWindow = 16384;
  static constexpr Xapian::docid kLargestWindow = 131072;  // where nothing is added up
  static constexpr std::size_t kDearer = 3;                // to ask for a document than to walk over one

  struct Way {
    WindowedList list;
    double weight = 0;
    NestedSum::Place place;
  };
  struct Group {
    enum class Role : std::uint8_t { all, none, maybe };

    AnyOf* any = nullptr;
    Role role = Role::all;
    bool weighs = false;
    std::vector<Way> ways = {};  // by their first documents
    std::size_t postings = 0;
    std::size_t begin = 0;        // ways before it are at their end
    std::size_t end = 0;          // ways from it on are behind the window
    std::uint32_t most_here = 0;  // what it weighs at most in the window
    std::size_t blocks = 0;       // of all its lists in the window
  };
  struct Candidate {
    Xapian::docid document = 0;
    std::uint32_t sum = 0;
  };

  static double weight_of(const AllOf& all) {
    double out = all.maybe.weight();
    for (const AnyOf& part : all.parts) out += part.weight();
    return out;
  }
  static std::size_t lists_of(const AllOf& all) {
    std::size_t out = all.none.terms.size() + all.maybe.terms.size();
    for (const AnyOf& part : all.parts) out += part.terms.size();
    return out;
  }

  void add(AnyOf& any, Group::Role role) {
    Group& group = groups_.emplace_back(Group{.any = &any, .role = role});
    group.ways.reserve(any.terms.size());
    for (const AnyOf::Term& term : any.terms) {
      if (budget_ != nullptr) budget_->check();
      if (term.list->documents.empty()) continue;
      const bool weighs = term.weight > 0 && role != Group::Role::none;
      const PostingList::Shares* shares = weighs ? term.list->known_shares_again(ranking_) : nullptr;
      group.ways.push_back({.list = {*term.list, shares, weighs ? weights_.of(term.weight) : 0},
                            .weight = term.weight,
                            .place = term.place});
      group.postings += term.list->documents.size();
      group.weighs = group.weighs || weighs;
    }
    if (group.ways.size() > 1) window_ = kWindow;
    std::stable_sort(group.ways.begin(), group.ways.end(),
                     [](const Way& a, const Way& b) { return a.list.document() < b.list.document(); });
  }

  /// The lists of a group that may be in the window.
  static std::span<Way> here(Group& group) {
    return std::span(group.ways).subspan(group.begin, group.end - group.begin);
  }

  /// Few documents: all at once.
  void few() {
    end_ = kBehindAll;
    for (Group* group : order_) {
      group->end = group->ways.size();
      for (Way& way : group->ways) {
        way.list.enter_all();
        group->most_here += way.list.most_here();
      }
    }
    for (Way& way : order_.front()->ways) {
      way.list.each(kBehindAll, 0, [this](Xapian::docid document, std::uint32_t weight) {
        candidates_.push_back({document, weight});
      });
    }
    if (order_.front()->ways.size() > 1) {
      std::sort(candidates_.begin(), candidates_.end(),
                [](const Candidate& a, const Candidate& b) { return a.document < b.document; });
      auto last = candidates_.begin();
      for (auto it = candidates_.begin(); it != candidates_.end(); ++it) {
        if (it == candidates_.begin()) continue;
        if (it->document == last->document) {
          last->sum += it->sum;
        } else {
          *++last = *it;
        }
      }
      if (!candidates_.empty()) candidates_.erase(last + 1, candidates_.end());
    }
    go_on();
  }

  /// False if there are no more documents.
  bool next_window() {
    if (budget_ != nullptr) budget_->check();
    Group& base = *order_.front();
    std::optional<Xapian::docid> begin;
    const auto may_begin = [&](const WindowedList& list) {
      if (!list.at_end()) begin = std::min(begin.value_or(list.document()), list.document());
    };
    for (Way& way : here(base)) {
      way.list.seek(end_);
      may_begin(way.list);
    }
    if (base.end < base.ways.size()) may_begin(base.ways[base.end].list);  // those behind it begin later
    if (!begin) return false;
    begin_ = *begin;
    end_ = std::uint64_t{begin_} + window_;
    std::uint32_t most = 0;
    for (Group* group : order_) {
      enter(*group);
      if (group->role == Group::Role::all && group->blocks == 0) return true;
      most += group->most_here;
    }
    if (!count_ && most < least_) return true;
    gather(base, most - base.most_here);
    go_on();
    return true;
  }

  void enter(Group& group) {
    group.most_here = 0;
    group.blocks = 0;
    while (group.begin < group.end && group.ways[group.begin].list.at_end()) ++group.begin;
    while (group.end < group.ways.size() && group.ways[group.end].list.document() < end_) ++group.end;
    for (Way& way : here(group)) {
      way.list.enter(begin_, end_);
      group.most_here += way.list.most_here();
      group.blocks += way.list.blocks();
    }
  }

  /// Of a part that is one list all of whose documents are wanted; null: of another, or if it has none.
  static const Ordinals* only_list(const Group& group) {
    const bool one = group.role == Group::Role::all && group.end - group.begin == 1;
    return one ? group.ways[group.begin].list.ordinals() : nullptr;
  }

  /// The documents of the part with the fewest postings. `beside`: what the others weigh at most.
  void gather(Group& base, std::uint32_t beside) {
    const std::uint32_t least = !count_ && least_ > beside ? least_ - beside : 0;
    filtered_ = false;
    if (base.end - base.begin == 1) {
      const Ordinals* also = order_.size() > 1 ? only_list(*order_[1]) : nullptr;
      filtered_ = also != nullptr;
      WindowedList& list = base.ways[base.begin].list;
      candidates_.resize(list.blocks() * PostingList::kBlock);
      Candidate* end = candidates_.data();  // without a branch: who knows which come
      const auto take = [&end, least](Xapian::docid document, std::uint32_t weight, bool has) {
        *end = {document, weight};
        end += static_cast<unsigned>(weight >= least) & static_cast<unsigned>(has);
      };
      if (also != nullptr) {
        list.each(end_, least,
                  [=](Xapian::docid document, std::uint32_t weight) { take(document, weight, also->has(document)); });
      } else {
        list.each(end_, least, [=](Xapian::docid document, std::uint32_t weight) { take(document, weight, true); });
      }
      candidates_.resize(static_cast<std::size_t>(end - candidates_.data()));
      return;
    }
    clean();
    for (Way& way : here(base)) {
      way.list.each(end_, 0, [this, begin = begin_](Xapian::docid document, std::uint32_t weight) {
        const Xapian::docid slot = document - begin;
        sums_[slot] = static_cast<std::uint16_t>(sums_[slot] + weight);
        bits_[slot / 64] |= std::uint64_t{1} << slot % 64;
      });
    }
    for (std::size_t word = 0; word < bits_.size(); ++word) {
      for (std::uint64_t bits = std::exchange(bits_[word], 0); bits != 0; bits &= bits - 1) {
        const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        const std::uint16_t sum = std::exchange(sums_[slot], std::uint16_t{0});
        if (sum >= least) candidates_.push_back({begin_ + static_cast<Xapian::docid>(slot), sum});
      }
    }
  }

  /// From the documents of one part to those of all, and to the best.
  void go_on() {
    std::uint32_t beside = 0;
    for (std::size_t i = 1; i < order_.size(); ++i) beside += order_[i]->most_here;
    for (std::size_t i = 1; i < order_.size() && !candidates_.empty(); ++i) {
      Group& group = *order_[i];
      beside -= group.most_here;
      const std::uint32_t least = !count_ && least_ > beside ? least_ - beside : 0;
      const Ordinals* only = only_list(group);
      if (only != nullptr && !std::exchange(filtered_, false)) {
        std::erase_if(candidates_, [&](const Candidate& candidate) { return !only->has(candidate.document); });
      }
      found_.assign(candidates_.size(), 0);
      const std::size_t asks = candidates_.size() * (group.end - group.begin);
      if (group.ways.size() > 1 && end_ < kBehindAll && group.blocks * PostingList::kBlock < asks * kDearer) {
        look_up(group);
      } else {
        ask(group);
      }
      keep(group.role, least);
    }
    if (best_first()) {
      all_candidates_.insert(all_candidates_.end(), candidates_.begin(), candidates_.end());
    } else {
      look_at(candidates_);
    }
    candidates_.clear();
  }

  /// Places are read where documents come up, in the best first, if not all are counted.
  [[nodiscard]] bool best_first() const { return !count_ && !readers_.empty(); }

  void look_at_best() {
    constexpr std::size_t kFirst = 128;
    for (Group& group : groups_) {
      for (Way& way : group.ways) way.list.enter_all();
      group.begin = 0;
      group.end = group.ways.size();
    }
    std::span<Candidate> left(all_candidates_);
    for (std::size_t size = kFirst; !left.empty(); size *= 2) {
      const std::span<Candidate> best = left.first(std::min(size, left.size()));
      std::nth_element(left.begin(), best.end() - 1, left.end(),
                       [](const Candidate& a, const Candidate& b) { return a.sum > b.sum; });
      const std::uint32_t least_of_best = best.back().sum;
      std::sort(best.begin(), best.end(),
                [](const Candidate& a, const Candidate& b) { return a.document < b.document; });
      look_at(best);
      if (least_of_best < least_) return;
      left = left.subspan(best.size());
    }
  }

  /// Before anything is added up: many need no sums.
  void clean() {
    if (!std::exchange(cleaned_, true)) sums_.fill(0);
  }

  void ask(Group& group) {
    const auto before = [](const Candidate& candidate, Xapian::docid document) {
      return candidate.document < document;
    };
    for (Way& way : here(group)) {
      if (budget_ != nullptr) budget_->check();
      if (way.list.blocks() == 0) continue;
      // A day's list covers few docids where those are in order of date.
      const std::vector<Xapian::docid>& documents = way.list.list().documents;
      const auto begin = std::lower_bound(candidates_.begin(), candidates_.end(), documents.front(), before);
      auto i = static_cast<std::size_t>(begin - candidates_.begin());
      for (; i < candidates_.size() && candidates_[i].document <= documents.back(); ++i) {
        if (const std::size_t at = way.list.ordinal(candidates_[i].document); at != Ordinals::kNone)
          found_[i] += way.list.weight(at);
      }
    }
  }
  void look_up(Group& group) {
    clean();
    const auto slot_of = [this](const Candidate& candidate) { return candidate.document - begin_; };
    for (const Candidate& candidate : candidates_)
      bits_[slot_of(candidate) / 64] |= std::uint64_t{1} << slot_of(candidate) % 64;
    for (Way& way : here(group)) {
      way.list.each(end_, 0, [this, begin = begin_](Xapian::docid document, std::uint32_t weight) {
        const Xapian::docid slot = document - begin;
        const auto asked = static_cast<std::uint32_t>(bits_[slot / 64] >> slot % 64 & 1);
        sums_[slot] = static_cast<std::uint16_t>(sums_[slot] + weight * asked);
      });
    }
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Xapian::docid slot = slot_of(candidates_[i]);
      found_[i] = std::exchange(sums_[slot], std::uint16_t{0});
      bits_[slot / 64] = 0;
    }
  }

  /// The candidates that may still come up, after what was found of a part.
  void keep(Group::Role role, std::uint32_t least) {
    auto kept = candidates_.begin();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      Candidate candidate = candidates_[i];
      if (role != Group::Role::none) candidate.sum += found_[i];
      const bool here = role == Group::Role::maybe || (found_[i] > 0) == (role == Group::Role::all);
      *kept = candidate;
      kept += here && candidate.sum >= least ? 1 : 0;
    }
    candidates_.erase(kept, candidates_.end());
  }

  void look_at(std::span<const Candidate> candidates) {
    for (Group* group : order_) {
      for (Way& way : here(*group)) way.list.again();
    }
    for (const Candidate& candidate : candidates) look_at(candidate);
  }
  void look_at(const Candidate& candidate) {
    const bool light = top_.wanted() == 0 || candidate.sum < least_;
    if (light && !count_) return;
    for (query::PlacesReader& reader : readers_) {
      if (!reader.holds(candidate.document)) return;
    }
    ++number_;
    if (light) return;
    top_.add(candidate.document, weight(candidate.document));
    if (top_.least() > known_) least_ = weights_.least(known_ = top_.least());
  }

  /// What a document weighs exactly.
  double weight(Xapian::docid document) {
    double sum = 0;
    for (Group& group : groups_) {
      if (!group.weighs) continue;
      summands_.clear();
      for (Way& way : here(group)) {
        const std::size_t at = way.list.ordinal(document);
        if (at == Ordinals::kNone) continue;
        summands_.push_back({way.place, way.weight * ranking_.share(document, way.list.list().wdf(at))});
      }
      if (summands_.size() == 1) sum += summands_.front().weight;
      if (summands_.size() > 1) sum += group.any->sum.of(summands_);
    }
    return sum;
  }

  static constexpr std::uint64_t kBehindAll = std::uint64_t{std::numeric_limits<Xapian::docid>::max()} + 1;

  AllOf all_;
  const query::Budget* budget_;
  const Bm25& ranking_;
  bool count_;
  TopDocuments& top_;
  WholeWeights weights_;
  std::vector<Group> groups_;  // in the order in which weights are added
  std::vector<Group*> order_;  // in that in which they are asked
  std::vector<query::PlacesReader> readers_;
  Xapian::docid window_ = kLargestWindow;
  Xapian::docid begin_ = 1;
  std::uint64_t end_ = 1;
  double known_ = 0;         // what is too light
  std::uint32_t least_ = 0;  // the same in whole numbers
  std::vector<Candidate> candidates_;
  std::vector<Candidate> all_candidates_;  // of all windows
  std::vector<std::uint32_t> found_;       // what a part weighs in each candidate; 0: it does not have it
  bool filtered_ = false;                  // the candidates are in the list of the second part
  bool cleaned_ = false;
  std::array<std::uint16_t, kWindow> sums_;  // 0 between uses, once cleaned
  std::array<std::uint64_t, kWindow / 64> bits_{};
  std::vector<NestedSum::Summand> summands_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::uint64_t rank_all(AllOf all, const LocalShard& shard, const Bm25& ranking, bool count, TopDocuments& top) {
  const bool possible = std::all_of(all.parts.begin(), all.parts.end(), [](const AnyOf& part) {
    return std::any_of(part.terms.begin(), part.terms.end(),
                       [](const auto& term) { return !term.list->documents.empty(); });
  });
  return possible ? AllRanking(std::move(all), shard, ranking, count, top).run() : 0;
}

}  // namespace dateline::searcher

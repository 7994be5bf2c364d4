#include "searcher/match/match_sources.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dateline::searcher {
namespace {

class ListSource final : public Xapian::PostingSource {
 public:
  /// `best`: null if it is not known.
  ListSource(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight, const PostingList::Shares* best)
      : list_(std::move(list)), ranking_(std::move(ranking)), of_term_(weight), best_(best) {
    for (Xapian::termcount wdf = 0; wdf < most_.size(); ++wdf) most_[wdf] = of_term_ * ranking_->most(wdf);
  }

  Xapian::doccount get_termfreq_min() const override { return get_termfreq_est(); }
  Xapian::doccount get_termfreq_est() const override { return static_cast<Xapian::doccount>(list_->documents.size()); }
  Xapian::doccount get_termfreq_max() const override { return get_termfreq_est(); }
  double get_weight() const override { return weight_; }
  bool at_end() const override { return at_ > list_->documents.size(); }
  Xapian::docid get_docid() const override { return list_->documents[at_ - 1]; }

  void next(double min_weight) override {
    for (const std::size_t size = list_->documents.size(); at_ < size; ++at_) {
      constexpr std::size_t kBlock = PostingList::kBlock;
      while (best_ != nullptr && at_ % kBlock == 0 && of_term_ * best_->of_blocks[at_ / kBlock] < min_weight) {
        at_ += kBlock;
        if (at_ >= size) break;
      }
      if (at_ >= size) break;
      const Xapian::termcount wdf = list_->wdf(at_);
      if (wdf < most_.size() && most_[wdf] < min_weight) continue;
      weight_ = of_term_ * ranking_->share(list_->documents[at_], wdf);
      if (weight_ >= min_weight) {
        ++at_;
        return;
      }
    }
    at_ = list_->documents.size() + 1;
  }
  // Not called where the source is the whole query.
  void skip_to(Xapian::docid document, double min_weight) override {
    while (!at_end() && (at_ == 0 || get_docid() < document)) next(min_weight);
  }
  PostingSource* clone() const override { return new ListSource(list_, ranking_, of_term_, best_); }  // Xapian owns it
  void init(const Xapian::Database&) override {
    at_ = 0;
    set_maxweight(of_term_);
  }
  std::string get_description() const override { return "List"; }

 private:
  PostingLists::List list_;
  std::shared_ptr<const Bm25> ranking_;
  double of_term_;
  const PostingList::Shares* best_;
  std::array<double, 16> most_;  // what it weighs at most where it stands so often
  std::size_t at_ = 0;           // of the next; beyond the size: at the end
  double weight_ = 0;
};

class MatchesSource final : public Xapian::PostingSource {
 public:
  struct Shared {
    Shared(Matches given, Sums& used) : matches(std::move(given)), sums(used) {}
    ~Shared() { sums.give_back(std::move(matches)); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    Matches matches;
    Sums& sums;
  };
  explicit MatchesSource(std::shared_ptr<Shared> shared) : shared_(std::move(shared)), matches_(shared_->matches) {}

  Xapian::doccount get_termfreq_min() const override { return get_termfreq_est(); }
  Xapian::doccount get_termfreq_est() const override { return static_cast<Xapian::doccount>(matches_.documents.size()); }
  Xapian::doccount get_termfreq_max() const override { return get_termfreq_est(); }
  double get_weight() const override { return weight(at_ - 1); }
  bool at_end() const override { return at_ > matches_.documents.size(); }
  Xapian::docid get_docid() const override { return matches_.documents[at_ - 1]; }

  void next(double min_weight) override {
    const std::size_t size = matches_.documents.size();
    do ++at_;
    while (at_ <= size && weight(at_ - 1) < min_weight);
  }
  // Not called where the source is the whole query.
  void skip_to(Xapian::docid document, double min_weight) override {
    while (!at_end() && (at_ == 0 || get_docid() < document)) next(min_weight);
  }
  PostingSource* clone() const override { return new MatchesSource(shared_); }  // Xapian owns it
  void init(const Xapian::Database&) override {
    at_ = 0;
    const std::vector<double>& weights = matches_.weights;
    set_maxweight(weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end()));
  }
  std::string get_description() const override { return "Matches"; }

 private:
  double weight(std::size_t i) const { return matches_.weights.empty() ? 0 : matches_.weights[i]; }

  std::shared_ptr<Shared> shared_;
  const Matches& matches_;
  std::size_t at_ = 0;  // behind the current one
};

template <typename Source, typename... Arguments>
Xapian::Query query_of(Arguments&&... arguments) {
  return Xapian::Query(std::make_unique<Source>(std::forward<Arguments>(arguments)...).release()->release());
}

}  // namespace

Xapian::Query list_query(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight) {
  const PostingList::Shares* best = list->best_shares_again(*ranking);
  return query_of<ListSource>(std::move(list), std::move(ranking), weight, best);
}

Xapian::Query matches_query(Matches matches, Sums& sums) {
  return query_of<MatchesSource>(std::make_shared<MatchesSource::Shared>(std::move(matches), sums));
}

}  // namespace dateline::searcher

#include "searcher/match/match_sources.h"

#include <algorithm>

namespace dateline::searcher {
namespace {

class ListSource final : public Xapian::PostingSource {
 public:
  ListSource(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight)
      : list_(std::move(list)), ranking_(std::move(ranking)), of_term_(weight), best_(list_->best_shares(*ranking_)) {}

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
      weight_ = of_term_ * ranking_->share(list_->documents[at_], list_->wdf(at_));
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
  PostingSource* clone() const override { return new ListSource(list_, ranking_, of_term_); }  // Xapian owns it
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
  std::size_t at_ = 0;  // of the next; beyond the size: at the end
  double weight_ = 0;
};

class MatchesSource final : public Xapian::PostingSource {
 public:
  MatchesSource(std::shared_ptr<Candidates> candidates, LocalShard shard)
      : candidates_(std::move(candidates)), shard_(std::move(shard)) {}

  Xapian::doccount get_termfreq_min() const override { return candidates_->tests.empty() ? get_termfreq_est() : 0; }
  Xapian::doccount get_termfreq_est() const override {
    return static_cast<Xapian::doccount>(candidates_->matches.documents.size());
  }
  Xapian::doccount get_termfreq_max() const override { return get_termfreq_est(); }
  double get_weight() const override { return weight(at_ - 1); }
  bool at_end() const override { return at_ > candidates_->matches.documents.size(); }
  Xapian::docid get_docid() const override { return candidates_->matches.documents[at_ - 1]; }

  void next(double min_weight) override {
    const std::size_t size = candidates_->matches.documents.size();
    do ++at_;
    while (at_ <= size && (weight(at_ - 1) < min_weight || !holds(at_ - 1)));
  }
  // Not called where the source is the whole query.
  void skip_to(Xapian::docid document, double min_weight) override {
    while (!at_end() && (at_ == 0 || get_docid() < document)) next(min_weight);
  }
  PostingSource* clone() const override { return new MatchesSource(candidates_, shard_); }  // Xapian owns it
  void init(const Xapian::Database&) override {
    readers_.clear();
    for (const auto& test : candidates_->tests)
      readers_.push_back(std::make_unique<query::PlacesReader>(test, shard_.database, shard_.budget, &shard_.lists));
    at_ = 0;
    set_maxweight(candidates_->most);
  }
  std::string get_description() const override { return "Matches"; }

 private:
  double weight(std::size_t i) const {
    return candidates_->matches.weights.empty() ? 0 : candidates_->matches.weights[i];
  }
  bool holds(std::size_t i) {
    if (readers_.empty()) return true;
    Candidates::State& state = candidates_->states[i];
    if (state == Candidates::State::untested) {
      const Xapian::docid document = candidates_->matches.documents[i];
      const bool all =
          std::all_of(readers_.begin(), readers_.end(), [&](const auto& reader) { return reader->holds(document); });
      state = all ? Candidates::State::holds : Candidates::State::fails;
    }
    return state == Candidates::State::holds;
  }

  std::shared_ptr<Candidates> candidates_;
  LocalShard shard_;
  std::vector<std::unique_ptr<query::PlacesReader>> readers_;
  std::size_t at_ = 0;  // behind the current one
};

template <typename Source, typename... Arguments>
Xapian::Query query_of(Arguments&&... arguments) {
  return Xapian::Query(std::make_unique<Source>(std::forward<Arguments>(arguments)...).release()->release());
}

}  // namespace

Xapian::Query list_query(PostingLists::List list, std::shared_ptr<const Bm25> ranking, double weight) {
  return query_of<ListSource>(std::move(list), std::move(ranking), weight);
}

Xapian::Query candidates_query(std::shared_ptr<Candidates> candidates, const LocalShard& shard) {
  return query_of<MatchesSource>(std::move(candidates), shard);
}

}  // namespace dateline::searcher

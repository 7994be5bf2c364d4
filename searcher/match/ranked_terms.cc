#include "searcher/match/ranked_terms.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dateline::searcher {
namespace {

/// A word's part of Xapian::BM25Weight, to the last bit.
struct TermWeight {
  std::string term;
  double weight = 0;
};

struct Ranking {
  std::vector<TermWeight> terms;
  double k1 = 0;
  double b = 0;
  double min_length = 0;
  double length_factor = 0;
  Xapian::doccount frequency = 0;  // of the most frequent
  Xapian::doccount frequencies = 0;
  double most = 0;  // no document can weigh more
  const std::vector<Xapian::termcount>* lengths = nullptr;
};

class RankedTermsSource final : public Xapian::PostingSource {
 public:
  RankedTermsSource(std::shared_ptr<const Ranking> ranking, std::shared_ptr<std::uint64_t> total,
                    std::shared_ptr<query::Budget> budget)
      : ranking_(std::move(ranking)), total_(std::move(total)), budget_(std::move(budget)) {}

  Xapian::doccount get_termfreq_min() const override { return ranking_->frequency; }
  Xapian::doccount get_termfreq_est() const override { return ranking_->frequencies; }
  Xapian::doccount get_termfreq_max() const override { return ranking_->frequencies; }
  double get_weight() const override { return weight_; }

  void next(double min_weight) override {
    do {
      step();
    } while (!at_end() && weight_ < min_weight);
  }
  // Not called where the source is the whole query.
  void skip_to(Xapian::docid document, double min_weight) override {
    if (document_ == 0) step();
    while (!at_end() && (document_ < document || weight_ < min_weight)) step();
  }
  bool at_end() const override { return at_end_; }
  Xapian::docid get_docid() const override { return document_; }

  PostingSource* clone() const override { return new RankedTermsSource(ranking_, total_, budget_); }  // Xapian owns it
  void init(const Xapian::Database& database) override {
    database_ = database;
    lists_.clear();
    started_ = at_end_ = list_ended_ = false;
    document_ = 0;
    *total_ = 0;
    set_maxweight(ranking_->most);
  }
  std::string get_description() const override { return "RankedTerms"; }

 private:
  struct List {
    Xapian::PostingIterator at;
    Xapian::docid document = 0;
    double weight = 0;
  };

  void start() {
    started_ = true;
    for (const TermWeight& term : ranking_->terms) {
      List list{.at = database_.postlist_begin(term.term), .document = 0, .weight = term.weight};
      if (list.at == Xapian::PostingIterator()) continue;
      list.document = *list.at;
      lists_.push_back(std::move(list));
    }
  }

  /// Moves to the next document and weighs it.
  void step() {
    constexpr std::uint64_t kBetweenLooks = 4096;
    if (!started_) start();
    if (std::exchange(list_ended_, false)) std::erase_if(lists_, [](const List& list) { return list.document == 0; });
    at_end_ = lists_.empty();
    if (at_end_) return;
    if (++*total_ % kBetweenLooks == 0 && budget_) budget_->check();
    document_ = lists_.front().document;
    for (const List& list : lists_) document_ = std::min(document_, list.document);
    const double length = std::max((*ranking_->lengths)[document_] * ranking_->length_factor, ranking_->min_length);
    const double norm = ranking_->k1 * (length * ranking_->b + (1 - ranking_->b));
    weight_ = 0;
    for (List& list : lists_) {
      if (list.document != document_) continue;
      const double wdf = list.at.get_wdf();
      weight_ += list.weight * (wdf / (norm + wdf));
      ++list.at;
      if (list.at == Xapian::PostingIterator()) {
        list.document = 0;
        list_ended_ = true;
      } else {
        list.document = *list.at;
      }
    }
  }

  std::shared_ptr<const Ranking> ranking_;
  std::shared_ptr<std::uint64_t> total_;
  std::shared_ptr<query::Budget> budget_;
  Xapian::Database database_;
  std::vector<List> lists_;
  bool started_ = false;
  bool at_end_ = false;
  bool list_ended_ = false;  // one of them has document 0
  Xapian::docid document_ = 0;
  double weight_ = 0;
};

}  // namespace

const std::vector<Xapian::termcount>& DocumentLengths::of(const Xapian::Database& database) {
  std::call_once(read_, [&] {
    std::vector<Xapian::termcount> lengths(std::size_t{database.get_lastdocid()} + 1);
    for (auto it = database.postlist_begin({}); it != database.postlist_end({}); ++it)
      lengths[*it] = it.get_doclength();
    lengths_ = std::move(lengths);
  });
  return lengths_;
}

RankedQuery ranked_terms(const std::vector<query::WeightedTerm>& terms, const Xapian::Database& database,
                         const RankingParameters& parameters, DocumentLengths& lengths,
                         std::shared_ptr<query::Budget> budget) {
  auto ranking = std::make_shared<Ranking>();
  ranking->k1 = parameters.k1;
  ranking->b = parameters.b;
  ranking->min_length = parameters.min_length;
  ranking->lengths = &lengths.of(database);
  if (const double average = database.get_avlength(); average != 0) ranking->length_factor = 1 / average;
  const double documents = database.get_doccount();
  for (const query::WeightedTerm& term : terms) {
    const Xapian::doccount frequency = database.get_termfreq(term.term);
    double odds = (documents - frequency + 0.5) / (frequency + 0.5);
    if (odds < 2) odds = odds * 0.5 + 1;
    const double weight = std::log(odds) * term.factor * (parameters.k1 + 1);
    ranking->terms.push_back({term.term, weight});
    ranking->frequency = std::max(ranking->frequency, frequency);
    ranking->frequencies += frequency;
    ranking->most += weight;
  }
  ranking->frequencies = std::min(ranking->frequencies, database.get_doccount());
  auto total = std::make_shared<std::uint64_t>();
  auto source = std::make_unique<RankedTermsSource>(std::move(ranking), total, std::move(budget));
  return {.query = Xapian::Query(source.release()->release()), .total = std::move(total)};
}

}  // namespace dateline::searcher

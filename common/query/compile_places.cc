#include "common/query/compile_places.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/schema.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

/// Position lists of one document at a time, read when asked for.
class DocumentPlaces final : public Places {
 public:
  DocumentPlaces(const PlacesTest& test, Budget* budget) : test_(test), terms_(test.terms), budget_(budget) {
    any_language_ = std::all_of(terms_.begin(), terms_.end(),
                                [](const PlacesTerm& term) { return term.languages == kEveryLanguage; });
  }

  /// Before any document of a shard.
  void start(const Xapian::Database& db, KeptPositions* kept = nullptr) {
    db_ = &db;
    apart_ = positions_apart(db);
    lists_.clear();
    lists_.reserve(terms_.size());
    for (const PlacesTerm& term : terms_) lists_.push_back(List(PositionList(db, apart_, term.term, kept)));
    sentences_.emplace(PositionList(db, apart_, sentence_mark(), kept));
    paragraphs_.emplace(PositionList(db, apart_, paragraph_mark(), kept));
  }

  void open(Xapian::docid document) {
    document_ = document;
    language_ = any_language_ ? kEveryLanguage : test_.language_bit(language_of(document));
    for (List& list : lists_) list.state = State::unknown;
    sentences_->state = paragraphs_->state = State::unknown;
    // Where a look-up is one into a B-tree, a walk over the document's terms beats a look-up of each of many.
    constexpr std::size_t kFew = 12;
    if (terms_.size() > kFew && document > apart_) mark_present();
  }

  const std::vector<std::uint32_t>& positions(std::uint32_t term) override {
    static const std::vector<std::uint32_t> nowhere;
    if ((terms_[term].languages & language_) == 0) return nowhere;
    return read(lists_[term]);
  }
  const std::vector<std::uint32_t>& sentences() override { return read(*sentences_); }
  const std::vector<std::uint32_t>& paragraphs() override { return read(*paragraphs_); }
  void spend(std::size_t steps) override {
    constexpr std::size_t kAtOnce = 256;  // threads share a budget: each look at it costs
    spent_ += steps;
    if (spent_ >= kAtOnce && budget_ != nullptr) budget_->spend(std::exchange(spent_, 0));
  }

 private:
  enum class State : std::uint8_t { unknown, read };
  struct List {
    explicit List(PositionList in_shard) : of_term(std::move(in_shard)) {}
    PositionList of_term;
    State state = State::unknown;
    std::vector<std::uint32_t> positions;
  };

  static const std::string& sentence_mark() {
    static const std::string mark{schema::kSentenceMark};
    return mark;
  }
  static const std::string& paragraph_mark() {
    static const std::string mark{schema::kParagraphMark};
    return mark;
  }

  const std::vector<std::uint32_t>& read(List& list) {
    if (list.state == State::read) return list.positions;
    list.of_term.read(document_, list.positions);
    list.state = State::read;
    spend(list.positions.size() + 1);
    return list.positions;
  }

  [[nodiscard]] std::string language_of(Xapian::docid document) const {
    return db_->get_document(document).get_value(schema::slot_language);
  }

  void mark_present() {
    auto it = db_->termlist_begin(document_);
    const auto end = db_->termlist_end(document_);
    std::size_t steps = 0;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      ++steps;
      if (it != end) it.skip_to(terms_[i].term);
      if (it != end && *it == terms_[i].term) continue;
      lists_[i].state = State::read;
      lists_[i].positions.clear();
    }
    spend(steps);
  }

  const PlacesTest& test_;
  const std::vector<PlacesTerm>& terms_;
  bool any_language_ = true;
  Languages language_ = kEveryLanguage;  // of the document
  Budget* budget_;
  std::size_t spent_ = 0;
  const Xapian::Database* db_ = nullptr;
  Xapian::docid apart_ = 0;
  Xapian::docid document_ = 0;
  std::vector<List> lists_;
  std::optional<List> sentences_;
  std::optional<List> paragraphs_;
};

class PlacesSource final : public Xapian::PostingSource {
 public:
  PlacesSource(std::shared_ptr<const PlacesTest> test, std::shared_ptr<Budget> budget)
      : test_(std::move(test)), budget_(std::move(budget)), places_(*test_, budget_.get()) {}

  Xapian::doccount get_termfreq_min() const override { return 0; }
  // The most frequent of all, so that an AND asks it last.
  Xapian::doccount get_termfreq_est() const override { return db_.get_doccount(); }
  Xapian::doccount get_termfreq_max() const override { return db_.get_doccount(); }

  void next(double /*min_weight*/) override {
    if (started_) {
      if (!at_end()) ++all_;
    } else {
      started_ = true;
      all_ = db_.postlist_begin({});
    }
    to_match();
  }

  void skip_to(Xapian::docid document, double /*min_weight*/) override {
    if (!started_) {
      started_ = true;
      all_ = db_.postlist_begin({});
    }
    if (!at_end()) all_.skip_to(document);
    to_match();
  }

  bool check(Xapian::docid document, double /*min_weight*/) override {
    if (!started_) {
      started_ = true;
      all_ = db_.postlist_begin({});
    }
    if (!at_end()) all_.skip_to(document);
    return at_end() || (*all_ == document && holds_at(document));
  }

  bool at_end() const override { return started_ && all_ == db_.postlist_end({}); }
  Xapian::docid get_docid() const override { return *all_; }

  PostingSource* clone() const override { return new PlacesSource(test_, budget_); }  // Xapian owns it
  void init(const Xapian::Database& db) override {
    db_ = db;
    places_.start(db_);
    started_ = false;
    set_maxweight(0);
  }
  std::string get_description() const override { return "Places(" + test_->description + ")"; }

 private:
  bool holds_at(Xapian::docid document) {
    places_.open(document);
    return holds(test_->test, places_);
  }

  void to_match() {
    while (!at_end() && !holds_at(*all_)) ++all_;
  }

  std::shared_ptr<const PlacesTest> test_;
  std::shared_ptr<Budget> budget_;
  DocumentPlaces places_;
  Xapian::Database db_;
  Xapian::PostingIterator all_;
  bool started_ = false;
};

/// Every document; asked last in an AND, so that it sees those that the rest of it has found.
class ClockSource final : public Xapian::PostingSource {
 public:
  ClockSource(std::shared_ptr<Budget> budget, unsigned stride) : budget_(std::move(budget)), stride_(stride) {}

  Xapian::doccount get_termfreq_min() const override { return db_.get_doccount(); }
  Xapian::doccount get_termfreq_est() const override { return db_.get_doccount(); }
  Xapian::doccount get_termfreq_max() const override { return db_.get_doccount(); }

  void next(double /*min_weight*/) override {
    if (checked_ != 0) return skip_to(checked_ + 1, 0);
    look();
    if (!started_) {
      open();
    } else if (!at_end()) {
      ++all_;
    }
  }
  void skip_to(Xapian::docid document, double /*min_weight*/) override {
    look();
    open();
    checked_ = 0;
    if (!at_end()) all_.skip_to(document);
  }
  bool check(Xapian::docid document, double /*min_weight*/) override {
    look();
    checked_ = document;  // it exists: the rest of the AND has found it
    return true;
  }
  bool at_end() const override { return checked_ == 0 && started_ && all_ == db_.postlist_end({}); }
  Xapian::docid get_docid() const override { return checked_ != 0 ? checked_ : *all_; }

  PostingSource* clone() const override { return new ClockSource(budget_, stride_); }  // Xapian owns it
  void init(const Xapian::Database& db) override {
    db_ = db;
    started_ = false;
    checked_ = 0;
    seen_ = 0;
    set_maxweight(0);
  }
  std::string get_description() const override { return "Clock"; }

 private:
  void look() {
    if (++seen_ % stride_ == 0) budget_->check();
  }
  void open() {
    if (started_) return;
    started_ = true;
    all_ = db_.postlist_begin({});
  }

  std::shared_ptr<Budget> budget_;
  unsigned stride_;
  unsigned seen_ = 0;
  Xapian::docid checked_ = 0;
  Xapian::Database db_;
  Xapian::PostingIterator all_;
  bool started_ = false;
};

}  // namespace

Xapian::Query guarded(const Xapian::Query& query, const std::shared_ptr<Budget>& budget, unsigned stride) {
  if (query.empty() || !budget || budget->stock_sources()) return query;
  auto source = std::make_unique<ClockSource>(budget, stride);
  return Xapian::Query(Xapian::Query::OP_AND, query, Xapian::Query(source.release()->release()));
}

Expression places_query(PlacesTest test, std::shared_ptr<Budget> budget) {
  auto shared = std::make_shared<const PlacesTest>(std::move(test));
  auto source = std::make_unique<PlacesSource>(shared, std::move(budget));
  return {std::move(shared), Xapian::Query(source.release()->release())};
}

struct PlacesReader::State {
  std::shared_ptr<const PlacesTest> test;
  Xapian::Database shard;
  std::shared_ptr<Budget> budget;
  DocumentPlaces places{*test, budget.get()};
};

PlacesReader::PlacesReader(std::shared_ptr<const PlacesTest> test, const Xapian::Database& shard,
                           std::shared_ptr<Budget> budget, KeptPositions* kept)
    : state_(new State{.test = std::move(test), .shard = shard, .budget = std::move(budget)}) {
  state_->places.start(state_->shard, kept);
}
PlacesReader::~PlacesReader() = default;
PlacesReader::PlacesReader(PlacesReader&&) noexcept = default;
PlacesReader& PlacesReader::operator=(PlacesReader&&) noexcept = default;

bool PlacesReader::holds(Xapian::docid document) {
  state_->places.open(document);
  return query::holds(state_->test->test, state_->places);
}

bool holds_in(const PlacesTest& test, const Xapian::Database& db, Xapian::docid document, Budget* budget) {
  if (budget != nullptr) budget->check();
  DocumentPlaces places(test, budget);
  places.start(db);
  places.open(document);
  return holds(test.test, places);
}

}  // namespace dateline::query

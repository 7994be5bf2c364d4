#include "searcher/match/local_matches.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <future>
#include <random>
#include <utility>

#include "common/query/compile_places.h"
#include "common/schema.h"
#include "dateline/error.h"
#include "searcher/match/ranking.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

namespace dateline::searcher {
namespace {

using query::Expression;
using Hits = std::vector<std::pair<Xapian::docid, double>>;

Hits hits_of(const std::vector<Match>& page) {
  Hits out;
  for (const Match& hit : page) out.emplace_back(hit.document, hit.weight);
  return out;
}

/// What Xapian finds.
Hits hits(const Xapian::Database& database, const Expression& query, const RankingParameters& parameters,
          Xapian::doccount offset, Xapian::doccount limit) {
  Xapian::Enquire enquire(database);
  enquire.set_query(query.xapian());
  set_order(enquire, SortOrder::relevance, true, parameters);
  return hits_of(page_of(enquire, offset, limit, database.get_doccount(), Ties::by_key).hits);
}

std::size_t number(const Xapian::Database& database, const Expression& query) {
  return hits(database, query, {}, 0, database.get_doccount()).size();
}

Hits page(const BestDocuments& best, const Xapian::Database& database, std::size_t offset, std::size_t limit) {
  return hits_of(page_of(best.documents, database, offset, limit, Ties::by_key, nullptr));
}

Expression near(const std::string& a, const std::string& b, std::size_t most) {
  query::PlacesTest test;
  test.test.node = {.op = query::SpanNode::Op::near, .n = static_cast<std::uint32_t>(most)};
  for (std::uint32_t i = 0; i < 2; ++i) {
    test.test.node.children.push_back({.op = query::SpanNode::Op::terms, .terms = {i}});
    test.terms.push_back({.term = i == 0 ? a : b, .languages = query::kEveryLanguage});
  }
  return query::places_query(std::move(test), nullptr);
}

/// A database and expressions over its terms.
class RandomQueries {
 public:
  explicit RandomQueries(unsigned seed) : random_(seed) {
    const std::size_t documents = 1 + below(400);
    std::vector<std::size_t> rarity;
    for (std::size_t term = 0; term < kTerms; ++term) rarity.push_back(1 + below(term % 3 == 0 ? 3 : 40));
    for (std::size_t i = 0; i < documents; ++i) {
      Xapian::Document document;
      Xapian::termpos position = 0;
      for (std::size_t term = 0; term < kTerms; ++term) {
        if (below(rarity[term]) != 0) continue;
        if (term + 1 == kTerms) {
          document.add_boolean_term(name(term));
          continue;
        }
        document.add_term(name(term), static_cast<Xapian::termcount>(1 + below(6)));
        if (below(2) == 0) document.add_posting(name(term), ++position);
      }
      document.add_term("other", static_cast<Xapian::termcount>(below(100)));
      document.add_value(schema::slot_newest, std::string(1, static_cast<char>('a' + below(20))));
      database.add_document(document);
      if (below(10) == 0) database.delete_document(static_cast<Xapian::docid>(i + 1));
    }
  }

  std::size_t below(std::size_t n) { return random_() % n; }

  /// `weighed`: its weights count. Xapian 1.4.22 leaves those of an AND_MAYBE uninitialised where they do not, and then
  /// takes it for an AND at times.
  Expression expression(int depth, bool weighed = true) {
    const std::size_t choice = depth == 0 ? 0 : below(8);
    const auto part = [&] { return expression(depth - 1, weighed); };
    const auto unweighed = [&] { return expression(depth - 1, false); };
    const auto several = [&] {
      std::vector<Expression> parts;
      for (std::size_t n = 2 + below(5); n > 0; --n) parts.push_back(part());
      return parts;
    };
    switch (choice) {
      case 1:
        return Expression(Expression::OP_AND, part(), part());
      case 2:
        return Expression(Expression::OP_OR, several());
      case 3:
        return Expression(Expression::OP_FILTER, part(), unweighed());
      case 4:
        return Expression(Expression::OP_AND_NOT, part(), unweighed());
      case 5:
        return Expression(weighed ? Expression::OP_AND_MAYBE : Expression::OP_AND, part(), part());
      case 6: {
        static constexpr double kFactors[] = {0, 0.25, 0.7, 3};
        const double factor = kFactors[below(4)];
        return Expression(Expression::OP_SCALE_WEIGHT, factor == 0 ? unweighed() : part(), factor);
      }
      case 7:
        return Expression(Expression::OP_AND, part(), places());
      default:
        return Expression(name(below(kTerms + 1)));  // the last is in no document
    }
  }

  Xapian::WritableDatabase database{"", Xapian::DB_BACKEND_INMEMORY};

 private:
  static constexpr std::size_t kTerms = 12;
  static std::string name(std::size_t term) { return "t" + std::to_string(term); }

  Expression places() { return near(name(below(kTerms)), name(below(kTerms)), 1 + below(3)); }

  std::mt19937 random_;
};

BOOST_AUTO_TEST_SUITE(local_matches_test)

BOOST_AUTO_TEST_CASE(hits_scores_and_totals_are_those_of_xapian) {
  const unsigned seed = test::seed(7);
  std::size_t found_any = 0;
  for (unsigned round = 0; round < 60; ++round) {
    RandomQueries made(seed * 1000 + round);
    if (made.database.get_doccount() == 0) continue;
    PostingLists lists;
    Sums sums;
    for (int query = 0; query < 60; ++query) {
      const Expression expression = made.expression(static_cast<int>(made.below(4)));
      if (expression.empty()) continue;
      const RankingParameters parameters{.k1 = static_cast<double>(made.below(4)),
                                         .b = 0.1 * static_cast<double>(made.below(14))};
      const auto offset = static_cast<Xapian::doccount>(made.below(2) * made.below(50));
      const auto limit = static_cast<Xapian::doccount>(1 + made.below(30));
      const Xapian::doccount size = made.database.get_doccount();
      BOOST_TEST_CONTEXT("seed " << seed << " round " << round << " " << expression.xapian().get_description()) {
        BOOST_REQUIRE(expression.node()->plain);
        const LocalShard shard{.database = made.database, .lists = lists, .sums = sums, .budget = nullptr};
        const Hits expected = hits(made.database, expression, parameters, offset, limit);
        const Hits all = hits(made.database, expression, parameters, 0, size);
        // With k1 = 0 Xapian divides 0 by 0 for a boolean term.
        if (std::any_of(all.begin(), all.end(), [](const auto& hit) { return std::isnan(hit.second); })) continue;
        for (const bool count : {true, false}) {
          BestDocuments best = best_documents(*expression.node(), shard, parameters, offset + limit, count);
          if (count || all.size() < offset + limit) BOOST_TEST(best.total == all.size());
          BOOST_TEST(best.total >= std::min<std::size_t>(all.size(), offset + limit));
          const Hits found = page(std::move(best), made.database, offset, limit);
          BOOST_REQUIRE(found.size() == expected.size());
          for (std::size_t i = 0; i < found.size(); ++i) {
            BOOST_TEST(found[i].first == expected[i].first);
            BOOST_TEST(found[i].second == expected[i].second);
          }
        }
        const std::vector<Xapian::docid> documents = matching_documents(*expression.node(), shard);
        BOOST_TEST(documents.size() == all.size());
        BOOST_TEST(std::is_sorted(documents.begin(), documents.end()));
        for (const auto& [document, weight] : all)
          BOOST_TEST(std::binary_search(documents.begin(), documents.end(), document));
        if (!all.empty()) ++found_any;
      }
    }
  }
  BOOST_TEST(found_any > 1000U);  // else this proved nothing
}

BOOST_AUTO_TEST_CASE(blocks_are_passed_over_and_nothing_is_missed) {
  std::mt19937 random(test::seed(7));
  const auto below = [&](unsigned n) { return static_cast<Xapian::termcount>(random() % n); };
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 5000; ++i) {
    Xapian::Document document;
    document.add_term("a", 1 + (below(50) == 0 ? below(20) : 0));
    document.add_term("b", 1 + below(200));
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression a("a");
  for (const RankingParameters& parameters : {RankingParameters{}, RankingParameters{.b = 0.3}, RankingParameters{}}) {
    for (const Xapian::doccount limit : {1U, 10U, 100U, 5000U}) {
      BestDocuments best = best_documents(*a.node(), shard, parameters, limit, false);
      BOOST_TEST(best.total == 5000U);
      BOOST_TEST((page(std::move(best), database, 0, limit) == hits(database, a, parameters, 0, limit)));
    }
  }
}

BOOST_AUTO_TEST_CASE(ors_and_ands_over_many_windows_find_what_xapian_finds) {
  std::mt19937 random(test::seed(7));
  const auto below = [&](std::size_t n) { return random() % n; };
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "db").string();
  constexpr std::size_t kTerms = 24;
  const auto name = [](std::size_t term) { return "t" + std::to_string(term); };
  {
    Xapian::WritableDatabase made(path, Xapian::DB_CREATE | Xapian::DB_NO_SYNC);
    for (std::size_t i = 0; i < 100'000; ++i) {
      Xapian::Document document;
      for (std::size_t term = 0; term < kTerms; ++term) {
        const bool grouped = term % 5 == 4 && i / 3000 % 3 != 0;  // stretches without it
        if (!grouped && below(1 + term * term) == 0)
          document.add_term(name(term), static_cast<Xapian::termcount>(1 + below(below(9) == 0 ? 30 : 2)));
      }
      document.add_boolean_term("day" + std::to_string(i / 2500));
      if (below(2) == 0) document.add_posting("q", static_cast<Xapian::termpos>(1 + below(20)));
      if (below(60) == 0) document.add_posting("p", static_cast<Xapian::termpos>(1 + below(20)));
      document.add_term("other", static_cast<Xapian::termcount>(below(60)));
      document.add_value(schema::slot_newest, std::string(1, static_cast<char>('a' + below(20))));
      made.add_document(document);
    }
  }
  const Xapian::Database database(path);
  PostingLists lists(path);
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const auto some = [&](std::size_t most) {
    std::vector<Expression> parts;
    for (std::size_t n = 2 + below(most); n > 0; --n) {
      const Expression term(name(below(kTerms + 1)));  // maybe one that is not there
      parts.push_back(below(3) == 0 ? Expression(Expression::OP_SCALE_WEIGHT, term, 0.3 * static_cast<double>(below(4)))
                                    : term);
    }
    return Expression(Expression::OP_OR, parts);
  };
  const auto check = [&](const Expression& asked, bool count) {
    const auto offset = static_cast<Xapian::doccount>(below(2) * below(500));
    const auto limit = static_cast<Xapian::doccount>(1 + below(below(3) == 0 ? 3000 : 30));
    BOOST_TEST_CONTEXT("seed " << test::seed(7) << " " << asked.xapian().get_description()) {
      BestDocuments best = best_documents(*asked.node(), shard, {}, offset + limit, count);
      if (count) BOOST_TEST(best.total == number(database, asked));
      BOOST_TEST((page(std::move(best), database, offset, limit) == hits(database, asked, {}, offset, limit)));
    }
  };
  for (int query = 0; query < 150; ++query) {
    Expression any = some(4);
    if (query % 3 == 1) any = Expression(Expression::OP_OR, any, Expression(Expression::OP_SCALE_WEIGHT, some(6), 0.7));
    if (query % 3 == 2) any = Expression(Expression::OP_SCALE_WEIGHT, some(20), 1.3);
    check(any, query % 2 == 0);
  }
  const auto part = [&] { return below(2) == 0 ? some(4) : Expression(name(below(kTerms))); };
  const auto days = [&] {
    std::vector<Expression> out;
    for (std::size_t day = below(30), end = day + 2 + below(20); day < end; ++day)
      out.emplace_back("day" + std::to_string(day));
    return Expression(Expression::OP_OR, out);
  };
  for (int query = 0; query < 300; ++query) {
    Expression all(Expression::OP_AND, part(), part());
    if (below(3) == 0) all = Expression(Expression::OP_AND, all, part());
    if (below(3) == 0) all = Expression(Expression::OP_AND_NOT, all, part());
    if (below(3) == 0) all = Expression(Expression::OP_AND_MAYBE, all, part());
    if (below(3) == 0) all = Expression(Expression::OP_FILTER, all, below(2) == 0 ? days() : part());
    check(all, query % 2 == 0);
  }
  for (const std::size_t most : {1U, 2U, 6U}) {
    const Expression rare(Expression::OP_OR, Expression("p"), Expression(name(kTerms - 1)));
    const Expression both(Expression::OP_AND, {rare, Expression("q"), near("p", "q", most)});
    for (const bool count : {false, true, false}) check(both, count);
  }
}

BOOST_AUTO_TEST_CASE(a_filter_weighs_nothing_where_k1_is_0) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 300; ++i) {
    Xapian::Document document;
    document.add_term("other", 3);
    if (i % 10 == 0) document.add_term("rare", 1 + static_cast<Xapian::termcount>(i % 3));
    if (i % 2 == 0) document.add_boolean_term("XSsource");
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression source(Expression::OP_SCALE_WEIGHT, Expression("XSsource"), 0);
  const Expression any(Expression::OP_OR, Expression("rare"), source);
  for (const Expression& asked : {any, Expression(Expression::OP_AND, any, Expression("other"))}) {
    for (int time = 0; time < 2; ++time) {
      const BestDocuments best = best_documents(*asked.node(), shard, {.k1 = 0}, 40, false);
      BOOST_TEST((page(best, database, 0, 40) == hits(database, asked, {.k1 = 0}, 0, 40)));
    }
  }
}

BOOST_AUTO_TEST_CASE(places_alone_are_matched_too) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 20; ++i) {
    Xapian::Document document;
    document.add_posting("a", 1);
    document.add_posting("b", i % 2 == 0 ? 2 : 9);
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression places = near("a", "b", 1);
  BOOST_TEST(best_documents(*places.node(), shard, {}, 20, true).documents.size() == 10U);
}

// A block too light for the window that it begins in may bring a document up in the next.
BOOST_AUTO_TEST_CASE(what_is_passed_over_in_one_window_counts_in_the_next) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  constexpr Xapian::docid kBoth = 260;  // in the second window, in a block of "a" that begins in the first
  for (Xapian::docid id = 1; id <= 4000; ++id) {
    Xapian::Document document;
    const bool a = id <= 64 || (id >= 200 && id < 264);
    const bool b = id == kBoth || id >= 3000;
    if (a) document.add_term("a", id == 5 ? 20 : 1);
    if (b) document.add_term("b", id == kBoth ? 19 : 1);
    document.add_term("other", 100);
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression any(Expression::OP_OR, Expression("a"),
                       Expression(Expression::OP_SCALE_WEIGHT, Expression("b"), 2.4));
  const BestDocuments best = best_documents(*any.node(), shard, {}, 1, false);
  BOOST_TEST(best.documents.front().document == kBoth);
  BOOST_TEST((page(best, database, 0, 1) == hits(database, any, {}, 0, 1)));
}

// Places are looked at where documents come up, the best first; ties at the end of the page are all found.
BOOST_AUTO_TEST_CASE(the_best_in_places_are_those_of_xapian) {
  std::mt19937 random(test::seed(7));
  const auto below = [&](std::size_t n) { return static_cast<Xapian::termcount>(random() % n); };
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 6000; ++i) {
    Xapian::Document document;
    Xapian::termpos position = 0;
    for (Xapian::termcount words = 4 + 4 * below(3); words > 0; --words)
      document.add_posting(std::string(1, static_cast<char>('a' + below(5))), ++position);
    document.add_value(schema::slot_newest, "a");
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  for (const std::size_t most : {1U, 2U, 6U}) {
    const Expression both(Expression::OP_AND, {Expression("a"), Expression("b"), near("a", "b", most)});
    const Hits all = hits(database, both, {}, 0, 6000);
    BOOST_TEST(all.size() > 500U);
    for (const Xapian::doccount wanted : {0U, 1U, 3U, 10U, 100U, 900U, 6000U}) {
      const BestDocuments best = best_documents(*both.node(), shard, {}, wanted, false);
      const Hits found = page(best, database, 0, 6000);
      const std::size_t page = std::min<std::size_t>(wanted, all.size());
      std::size_t end = page;
      while (page > 0 && end < all.size() && all[end].second == all[page - 1].second) ++end;
      BOOST_REQUIRE(found.size() >= end);
      BOOST_TEST(std::equal(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end), found.begin()));
      if (wanted == 6000) BOOST_TEST(best.total == all.size());
    }
    BOOST_TEST(best_documents(*both.node(), shard, {}, 5, true).total == all.size());
  }
}

BOOST_AUTO_TEST_CASE(articles_that_score_the_same_are_all_found) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 600; ++i) {
    Xapian::Document document;
    document.add_posting("a", 1);
    document.add_posting("b", i % 2 == 0 ? 2 : 3);
    document.add_posting("c", i % 2 == 0 ? 3 : 2);
    database.add_document(document);
  }
  PostingLists lists;
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression both(Expression::OP_AND, {Expression("a"), Expression("b"), near("a", "b", 1)});
  BOOST_TEST(best_documents(*both.node(), shard, {}, 5, false).documents.size() == 300U);
}

BOOST_AUTO_TEST_CASE(lists_beyond_the_bound_go_and_come_again) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  constexpr std::size_t kDocuments = 1000;
  constexpr int kTerms = 100;  // of 8 KB each
  Xapian::Document document;
  for (int term = 0; term < kTerms; ++term) document.add_term("t" + std::to_string(term), 2);
  for (std::size_t i = 0; i < kDocuments; ++i) database.add_document(document);
  PostingLists lists({}, 100'000);
  const PostingLists::List first = lists.of("t0", database, nullptr);
  for (int term = 1; term < kTerms; ++term)
    BOOST_TEST(lists.of("t" + std::to_string(term), database, nullptr)->documents.size() == kDocuments);
  BOOST_TEST(lists.known("t0") == nullptr);
  BOOST_TEST(lists.known("t99") != nullptr);
  BOOST_TEST((lists.of("t0", database, nullptr)->documents == first->documents));
  BOOST_TEST(lists.known("t0") != nullptr);
}

BOOST_AUTO_TEST_CASE(threads_share_lists) {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "db").string();
  {
    Xapian::WritableDatabase database(path, Xapian::DB_CREATE);
    for (unsigned i = 0; i < 2000; ++i) {
      Xapian::Document document;
      for (unsigned term = 1; term < 30; ++term) {
        if (i % term == 0) document.add_term("t" + std::to_string(term), 1 + i % 7);
      }
      database.add_document(document);
    }
  }
  PostingLists lists(path, 60'000);  // not all of them
  const auto ask = [&](unsigned first) {
    const Xapian::Database database(path);
    Sums sums;
    const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
    std::vector<Hits> out;
    for (unsigned i = 0; i < 200; ++i) {
      const unsigned term = 1 + (first + i) % 29;
      const Expression a("t" + std::to_string(term));
      const Expression both(i % 2 == 0 ? Expression::OP_OR : Expression::OP_AND, a, Expression("t2"));
      const Expression& asked = i % 3 == 0 ? a : both;
      Hits found = page(best_documents(*asked.node(), shard, {}, 10, true), database, 0, 10);
      if (found != hits(database, asked, {}, 0, 10)) out.push_back(std::move(found));
    }
    return out;
  };
  std::vector<std::future<std::vector<Hits>>> threads;
  for (unsigned i = 0; i < 4; ++i) threads.push_back(std::async(std::launch::async, ask, 7 * i));
  for (auto& thread : threads) BOOST_TEST(thread.get().empty());
}

BOOST_AUTO_TEST_CASE(the_deadline_ends_a_long_list) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  Xapian::Document document;
  document.add_term("a");
  document.add_term("b");
  for (int i = 0; i < 5000; ++i) database.add_document(document);
  PostingLists lists;
  Sums sums;
  const auto budget = std::make_shared<query::Budget>(std::chrono::steady_clock::now());
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = budget};
  for (const auto op : {Expression::OP_OR, Expression::OP_AND}) {
    const Expression both(op, Expression("a"), Expression("b"));
    BOOST_CHECK_THROW((void)best_documents(*both.node(), shard, {}, 10, true), Error);
  }
  BOOST_CHECK_THROW((void)best_documents(*Expression("a").node(), shard, {}, 10, true), Error);
  // Lists at hand do not let a query run on.
  const LocalShard patient{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  for (const auto op : {Expression::OP_OR, Expression::OP_AND}) {
    const Expression both(op, Expression("a"), Expression("b"));
    BOOST_TEST(best_documents(*both.node(), patient, {}, 10, true).total == 5000U);
    for (const bool count : {true, false})
      BOOST_CHECK_THROW((void)best_documents(*both.node(), shard, {}, 10, count), Error);
    BOOST_TEST(best_documents(*both.node(), patient, {}, 0, false).documents.empty());
    BOOST_TEST(best_documents(*both.node(), patient, {}, 0, true).total == 5000U);
  }
}

// A frequent word's list is skipped through the first time, and read the second time.
BOOST_AUTO_TEST_CASE(an_and_with_a_frequent_word_finds_what_xapian_finds) {
  std::mt19937 random(test::seed(7));
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "db").string();
  constexpr std::size_t kTerms = 8;
  {
    Xapian::WritableDatabase made(path, Xapian::DB_CREATE | Xapian::DB_NO_SYNC);
    for (std::size_t i = 0; i < 20'000; ++i) {
      Xapian::Document document;
      for (std::size_t term = 0; term < kTerms; ++term) {
        if (random() % 300 == 0) document.add_term("rare" + std::to_string(term));
        if (random() % 2 == 0)
          document.add_term("frequent" + std::to_string(term), 1 + static_cast<Xapian::termcount>(random() % 5));
        // Few of the words of bits have any.
        if (random() % 45 == 0)
          document.add_term("some" + std::to_string(term), 1 + static_cast<Xapian::termcount>(random() % 3));
      }
      document.add_value(schema::slot_newest, "a");
      made.add_document(document);
    }
  }
  const Xapian::Database database(path);
  PostingLists lists(path);
  Sums sums;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  for (std::size_t term = 0; term < kTerms; ++term) {
    const Expression rare("rare" + std::to_string(term));
    const Expression frequent("frequent" + std::to_string(term));
    const Expression other("frequent" + std::to_string((term + 1) % kTerms));
    const Expression some("some" + std::to_string(term));
    const Expression others("some" + std::to_string((term + 1) % kTerms));
    for (const Expression& all :
         {Expression(Expression::OP_AND, rare, frequent),
          Expression(Expression::OP_AND, rare, Expression(Expression::OP_OR, frequent, other)),
          Expression(Expression::OP_AND, some, frequent),
          Expression(Expression::OP_AND, Expression(Expression::OP_AND, frequent, some), other),
          Expression(Expression::OP_FILTER, frequent, some), Expression(Expression::OP_AND, some, others),
          Expression(Expression::OP_AND, Expression(Expression::OP_OR, some, rare), others)}) {
      const Hits expected = hits(database, all, {}, 0, 100);
      BOOST_TEST(expected.size() > 1U);
      for (int time = 0; time < 3; ++time) {
        BestDocuments best = best_documents(*all.node(), shard, {}, 100, true);
        BOOST_TEST(best.total == number(database, all));
        BOOST_TEST((page(std::move(best), database, 0, 100) == expected));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_an_error_ended_leaves_no_trace) {
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 300; ++i) {
    Xapian::Document document;
    for (int term = 1; term < 4; ++term) {
      if (i % term == 0) document.add_term("t" + std::to_string(term));
    }
    database.add_document(document);
  }
  Sums sums;
  sums.start(301);
  sums.note({1, 2, 250});
  sums.start(301);
  sums.add(7, 1);
  sums.add(7, 2);
  PostingLists lists;
  const LocalShard shard{.database = database, .lists = lists, .sums = sums, .budget = nullptr};
  const Expression any(Expression::OP_OR, Expression("t2"), Expression("t3"));
  BOOST_TEST(matching_documents(*any.node(), shard).size() == 200U);
  sums.start(301);
  sums.note({4});
  const Expression all(Expression::OP_AND, any, Expression("t1"));
  BestDocuments best = best_documents(*all.node(), shard, {}, 300, true);
  BOOST_TEST(best.total == 200U);
  BOOST_TEST((page(std::move(best), database, 0, 300) == hits(database, all, {}, 0, 300)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

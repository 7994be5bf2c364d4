// Are two Xapian databases the same to everybody who reads them through the API?
#pragma once

#include <fmt/format.h>
#include <xapian.h>

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/schema.h"
#include "common/store/document_lengths.h"
#include "common/store/position_lists.h"

namespace dateline::test {

/// Collects differences; says only the first, which explains the others more often than not.
class DatabaseComparison {
 public:
  DatabaseComparison(const Xapian::Database& a, const Xapian::Database& b)
      : a_(a), b_(b), apart_a_(positions_apart(a)), apart_b_(positions_apart(b)) {}

  /// Empty if nothing that can be read differs.
  std::string run() {
    statistics();
    metadata();
    terms();
    documents();
    values();
    return first_;
  }

  /// Compares what a query finds, in which order and with which weights.
  std::string query(const Xapian::Query& query, std::optional<Xapian::valueno> sort_slot = {}) {
    const auto ask = [&](const Xapian::Database& database) {
      Xapian::Enquire enquire(database);
      enquire.set_query(query);
      if (sort_slot) enquire.set_sort_by_value_then_relevance(*sort_slot, true);
      std::vector<std::pair<Xapian::docid, double>> hits;
      const Xapian::MSet found = enquire.get_mset(0, 100, database.get_doccount());
      for (auto hit = found.begin(); hit != found.end(); ++hit) hits.emplace_back(*hit, hit.get_weight());
      return std::pair{found.get_matches_estimated(), hits};
    };
    const auto [count_a, hits_a] = ask(a_);
    const auto [count_b, hits_b] = ask(b_);
    const std::string where = query.get_description();
    same(where, count_a, count_b);
    same(where, hits_a.size(), hits_b.size());
    for (std::size_t i = 0; i < std::min(hits_a.size(), hits_b.size()); ++i) {
      same(where, hits_a[i].first, hits_b[i].first);
      if (std::abs(hits_a[i].second - hits_b[i].second) > 1e-9) differ(where + ": weight");
    }
    return first_;
  }

  [[nodiscard]] std::size_t postings() const { return postings_; }
  [[nodiscard]] std::size_t positions() const { return positions_; }

 private:
  void differ(const std::string& what) {
    if (first_.empty()) first_ = what;
  }
  template <typename A, typename B>
  void same(const std::string& what, const A& a, const B& b) {
    if (!(a == b)) differ(fmt::format("{}: {} and {}", what, a, b));
  }

  void statistics() {
    same("documents", a_.get_doccount(), b_.get_doccount());
    same("last docid", a_.get_lastdocid(), b_.get_lastdocid());
    same("total length", a_.get_total_length(), b_.get_total_length());
    if (apart_a_ == apart_b_) same("has positions", a_.has_positions(), b_.has_positions());
  }

  void metadata() {
    std::map<std::string, std::string> all[2];
    for (int i = 0; i < 2; ++i) {
      const Xapian::Database& database = i == 0 ? a_ : b_;
      for (auto key = database.metadata_keys_begin(); key != database.metadata_keys_end(); ++key) {
        if (!schema::names_docids(*key) || *key == schema::kMetaDateOrder) all[i][*key] = database.get_metadata(*key);
      }
      lengths(database);
    }
    if (all[0] != all[1]) differ("metadata");
  }

  /// An array of lengths says what the list of lengths says, and is of as many documents as the lists of positions.
  void lengths(const Xapian::Database& database) {
    if (const auto document = find_wrong_length(database)) differ(fmt::format("length of {} in the array", *document));
    if (lengths_in_array(database) != positions_apart(database)) differ("size of the array of lengths");
  }

  void positions_of(const std::string& term, Xapian::docid docid, PositionList& a, PositionList& b) {
    std::vector<std::uint32_t> x;
    std::vector<std::uint32_t> y;
    a.read(docid, x);
    b.read(docid, y);
    if (x != y) differ(fmt::format("positions of {} in {}", term, docid));
    positions_ += x.size();
  }

  void terms() {
    auto x = a_.allterms_begin();
    auto y = b_.allterms_begin();
    for (; x != a_.allterms_end() && y != b_.allterms_end(); ++x, ++y) {
      const std::string term = *x;
      same("term", term, *y);
      if (!first_.empty()) return;
      same("frequency of " + term, x.get_termfreq(), y.get_termfreq());
      same("collection frequency of " + term, a_.get_collection_freq(term), b_.get_collection_freq(term));
      PositionList positions_in_a(a_, apart_a_, term);
      PositionList positions_in_b(b_, apart_b_, term);
      auto p = a_.postlist_begin(term);
      auto q = b_.postlist_begin(term);
      for (; p != a_.postlist_end(term) && q != b_.postlist_end(term); ++p, ++q, ++postings_) {
        same("posting of " + term, *p, *q);
        same("wdf of " + term, p.get_wdf(), q.get_wdf());
        same("length with " + term, p.get_doclength(), q.get_doclength());
        if (*p == *q) positions_of(term, *p, positions_in_a, positions_in_b);
        if (!first_.empty()) return;
      }
      if ((p != a_.postlist_end(term)) != (q != b_.postlist_end(term))) differ("number of postings of " + term);
    }
    if ((x != a_.allterms_end()) != (y != b_.allterms_end())) differ("number of terms");
  }

  void documents() {
    auto x = a_.postlist_begin({});
    auto y = b_.postlist_begin({});
    for (; x != a_.postlist_end({}) && y != b_.postlist_end({}); ++x, ++y) {
      same("docid", *x, *y);
      if (!first_.empty()) return;
      document(*x);
    }
    if ((x != a_.postlist_end({})) != (y != b_.postlist_end({}))) differ("number of documents");
  }

  void document(Xapian::docid docid) {
    const std::string where = fmt::format("document {}", docid);
    same(where + ": length", a_.get_doclength(docid), b_.get_doclength(docid));
    same(where + ": unique terms", a_.get_unique_terms(docid), b_.get_unique_terms(docid));
    const Xapian::Document x = a_.get_document(docid);
    const Xapian::Document y = b_.get_document(docid);
    if (x.get_data() != y.get_data()) differ(where + ": data");
    same(where + ": terms", x.termlist_count(), y.termlist_count());
    same(where + ": values", x.values_count(), y.values_count());
    auto t = x.termlist_begin();
    auto u = y.termlist_begin();
    for (; t != x.termlist_end() && u != y.termlist_end(); ++t, ++u) {
      same(where + ": term", *t, *u);
      same(where + ": wdf", t.get_wdf(), u.get_wdf());
    }
    auto v = x.values_begin();
    auto w = y.values_begin();
    for (; v != x.values_end() && w != y.values_end(); ++v, ++w) {
      same(where + ": slot", v.get_valueno(), w.get_valueno());
      if (*v != *w) differ(where + ": value");
      slots_.insert(v.get_valueno());
    }
  }

  void values() {
    for (const Xapian::valueno slot : slots_) {
      const std::string where = fmt::format("slot {}", slot);
      same(where + ": frequency", a_.get_value_freq(slot), b_.get_value_freq(slot));
      auto v = a_.valuestream_begin(slot);
      auto w = b_.valuestream_begin(slot);
      std::string lowest;
      std::string highest;
      for (; v != a_.valuestream_end(slot) && w != b_.valuestream_end(slot); ++v, ++w) {
        same(where + ": stream", v.get_docid(), w.get_docid());
        if (*v != *w) differ(where + ": value in stream");
        if (lowest.empty() || *v < lowest) lowest = *v;
        if (highest.empty() || *v > highest) highest = *v;
      }
      if ((v != a_.valuestream_end(slot)) != (w != b_.valuestream_end(slot))) differ(where + ": size of stream");
      for (const Xapian::Database* database : {&a_, &b_}) {  // a bound may be loose after documents have gone
        if (database->get_value_lower_bound(slot) > lowest || database->get_value_upper_bound(slot) < highest)
          differ(where + ": bounds");
      }
    }
  }

  Xapian::Database a_;
  Xapian::Database b_;
  Xapian::docid apart_a_;
  Xapian::docid apart_b_;
  std::set<Xapian::valueno> slots_;
  std::string first_;
  std::size_t postings_ = 0;
  std::size_t positions_ = 0;
};

}  // namespace dateline::test

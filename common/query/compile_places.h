// Positional operators that Xapian cannot match, as a posting source beside the query of their words.
#pragma once

#include <xapian.h>

#include <compare>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/query/compile.h"
#include "common/query/spans.h"
#include "common/query/terms.h"
#include "common/store/position_lists.h"

namespace dateline::query {

/// A term, with the prefix of its field, and the languages of the articles in which it counts: of the words that share
/// a stem, those that do so in the article's own language.
struct PlacesTerm {
  std::string term;
  Languages languages = kEveryLanguage;

  friend auto operator<=>(const PlacesTerm&, const PlacesTerm&) = default;
};

/// A test of places, and the terms, sorted, that its numbers mean.
struct PlacesTest {
  SpanTest test;
  std::vector<PlacesTerm> terms;
  std::function<Languages(std::string_view)> language_bit;
  std::string description;
};

/// Matches the documents in which the test holds. Meant as the last part of an AND whose other parts are few documents:
/// position lists are read for those alone. Adds no weight.
[[nodiscard]] Expression places_query(PlacesTest test, std::shared_ptr<Budget> budget);

/// The same test, one document after another of a shard; fastest where they ascend.
class PlacesReader {
 public:
  /// `kept` must outlive the reader.
  PlacesReader(std::shared_ptr<const PlacesTest> test, const Xapian::Database& shard, std::shared_ptr<Budget> budget,
               KeptPositions* kept);
  ~PlacesReader();
  PlacesReader(PlacesReader&&) noexcept;
  PlacesReader& operator=(PlacesReader&&) noexcept;
  [[nodiscard]] bool holds(Xapian::docid document);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same test for one document.
[[nodiscard]] bool holds_in(const PlacesTest& test, const Xapian::Database& db, Xapian::docid document, Budget* budget);

}  // namespace dateline::query

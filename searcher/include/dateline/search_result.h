// What a search asks and what it answers: plain values, without a type of Xapian's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dateline/article.h"
#include "dateline/ranking_parameters.h"

namespace dateline::searcher {

enum class SortOrder : std::uint8_t {
  relevance,  ///< Best first; ties by date, newest first, then identity.
  newest,     ///< Newest first, undated last; ties by identity.
  oldest,     ///< Oldest first, undated last; ties by identity.
};

/// A field must have one of the values. `field` is one of filter_fields(); a date takes what the query's date: takes.
struct Filter {
  std::string field;
  std::vector<std::string> values;
};

/// What a query may cost; what is over a limit is said, as an error or, of expansions, as a warning.
struct SearchLimits {
  std::size_t query_bytes = 16 * 1024;
  std::size_t depth = 64;                    ///< Nested brackets and operators.
  std::size_t words = 256;                   ///< Words and filters.
  std::size_t expansions = 1024;             ///< Index words that one wildcard or fuzzy word stands for.
  std::size_t total_expansions = 8192;       ///< The same for a whole query.
  std::size_t verified = 1000;               ///< Articles of remote shards whose places of words are fetched.
  std::chrono::milliseconds deadline{2000};  ///< From the call to the answer; Error(deadline) if it passes.
};

struct SearchRequest {
  std::string query;            ///< In the query language; "*" finds every article.
  bool any = false;             ///< Words without an operator between them: OR instead of AND.
  bool operators = true;        ///< false: the query is plain text, nothing in it is an operator.
  std::vector<Filter> filters;  ///< All must hold.
  SortOrder sort = SortOrder::relevance;
  std::size_t offset = 0;           ///< Hits passed over.
  std::size_t limit = 10;           ///< Hits returned at most.
  std::vector<std::string> facets;  ///< Of facet_fields(); counted over all matches, whatever the page.
  std::size_t facet_limit = 0;      ///< Values of each facet at most, the first of their order; 0: all.
  std::chrono::seconds recency{0};  ///< Half-life of the bonus that young articles get; 0 for none.
  bool expand = false;              ///< Words typical of the best hits are added to the query (relevance feedback).
  bool explain = false;             ///< Fill SearchResult::tree and Hit::explanation.
  bool articles = true;             ///< false: hits carry id and score only, and `total` may be an estimate.
  /// A facet counts without the filter of its own field: what another value would add. For lists with several choices.
  bool multi_select = false;
  std::vector<std::string> visible_sources;  ///< Nothing else is there for this request; empty: all sources.
  RankingParameters ranking;
  std::size_t snippet_length = 240;  ///< Characters; 0 for no snippet.
  std::size_t context_length = 0;    ///< Characters on each side of a keyword in context; 0 for none.
  std::string zone;                  ///< IANA zone that days of the query are meant in; empty: UTC.
  SearchLimits limits;
};

/// Bytes [begin, end) of a text, on borders of characters.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// A text and the places in it that the query found, in order, without overlap.
struct MarkedText {
  std::string text;
  std::vector<TextRange> marks;
  friend bool operator==(const MarkedText&, const MarkedText&) = default;
};

/// Why a hit ranks: what one part of the query adds to its score.
struct Contribution {
  std::string part;  ///< "sanction*", "recency"
  double score = 0;
  std::uint64_t articles = 0;  ///< Articles that the part matches, before any other part.
};

struct Hit {
  std::size_t rank = 0;  ///< 1 for the first of all matches.
  double score = 0;      ///< Comparable within one answer only.
  Article article;
  MarkedText title;
  MarkedText snippet;                     ///< Passages of the body, joined by " … ".
  std::vector<MarkedText> contexts;       ///< Keywords in context: each with one mark.
  std::vector<Contribution> explanation;  ///< Adds up to `score`.
};

struct FacetValue {
  std::string value;
  std::string kind;  ///< Of an actor: "person", "organisation", "country"; else empty.
  std::uint64_t count = 0;
  friend bool operator==(const FacetValue&, const FacetValue&) = default;
};

/// Counts of one field over all matches. Most frequent first, equal counts by value; a date facet by value.
struct Facet {
  std::string field;
  std::vector<FacetValue> values;
  std::uint64_t missing = 0;   ///< Matches without a value ("undated").
  std::uint64_t distinct = 0;  ///< How many values there are, also beyond the limit.
};

/// A word that no article has, and words of the index that come close, best first.
struct Suggestion {
  std::string word;
  std::vector<std::string> replacements;
};

/// An article as a query found it.
struct MarkedArticle {
  Article article;
  MarkedText title;
  std::vector<MarkedText> body;  ///< Its paragraphs.
};

struct SearchResult {
  std::string query;  ///< As understood.
  SortOrder sort = SortOrder::relevance;
  std::uint64_t total = 0;
  std::size_t offset = 0;
  std::vector<Hit> hits;
  std::vector<Facet> facets;            ///< In the order asked for.
  std::vector<std::string> warnings;    ///< What was narrowed or not found.
  std::vector<std::string> notes;       ///< What is worth knowing: a word that covers other forms.
  std::vector<Suggestion> suggestions;  ///< The warnings say them too, in words.
  std::string state;                    ///< Of the index that answered; see Searcher::state().
  std::string tree;                     ///< The query as parsed, one node a line; with `explain`.
  std::chrono::microseconds took{0};
};

}  // namespace dateline::searcher

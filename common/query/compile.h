// AST -> Xapian::Query: the only place that makes queries.
#pragma once

#include <xapian.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/query/expression.h"
#include "common/query/query.h"

namespace dateline::query {

/// How much work a query may still do. Shared by compiling and matching, checked in both; threads may share one.
class Budget {
 public:
  /// `steps` counts index words looked at, position lists read and spans built.
  explicit Budget(std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max(),
                  std::uint64_t steps = 2'000'000'000)
      : deadline_(deadline), steps_(static_cast<std::int64_t>(steps)) {}
  /// Throws Error(ErrorCode::deadline) once the deadline has passed or the steps are used up.
  void spend(std::uint64_t steps);
  /// Throws once the deadline has passed.
  void check() const;
  /// For an index with remote shards, where no posting source of ours runs: queries are made without, and the places of
  /// words are fetched and compared here. The deadline then holds between the parts of the work only.
  void use_stock_sources() { stock_sources_ = true; }
  [[nodiscard]] bool stock_sources() const { return stock_sources_; }
  [[nodiscard]] bool passed() const { return std::chrono::steady_clock::now() >= deadline_; }

 private:
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<std::int64_t> steps_;
  std::atomic<std::int64_t> since_look_{0};
  bool stock_sources_ = false;
};

/// Who an alias names. The searcher answers from the index's metadata.
struct ActorNames {
  virtual ~ActorNames() = default;
  /// Canonical names for a folded alias (text::fold); more than one if ambiguous, none if unknown.
  [[nodiscard]] virtual std::vector<std::string> canonical(std::string_view folded_alias) const = 0;
  /// Folded names under which articles hold the actor of a folded name: itself and those merged with it; none if the
  /// name is no actor any more.
  [[nodiscard]] virtual std::vector<std::string> held_as(std::string_view folded_name) const {
    return {std::string{folded_name}};
  }
};

struct CompileOptions {
  std::vector<std::string> languages;  ///< Of the articles in the index: a plain word is stemmed in each.
  const ActorNames* actors = nullptr;  ///< Null: actor: knows canonical names only.
  Limits limits;
  double exact_boost = 0.25;   ///< Weight of the very form that was typed, relative to its stem's.
  double accent_boost = 0.25;  ///< Weight of the spelling with the typed accents.
  bool suggest = true;         ///< Look for spellings of words that are in no article.
  /// Terms of the index that are to be as if they were not there: only articles that may not be shown have them.
  const std::unordered_set<std::string>* secret = nullptr;
  std::shared_ptr<Budget> budget;  ///< Null: unbounded.
  bool ranks = true;               ///< Its weights count; otherwise it only says what is found.
  /// Filters that the query is used with: what they leave out need not be looked at. Empty: none.
  Xapian::Query scope;
};

/// A word of the query that an answer should show and that ranks: marked in snippets wherever a token's term is in
/// `terms` or its stem, in the article's language, is in `stems`.
struct HighlightWord {
  std::string text;                ///< As typed.
  std::vector<std::string> terms;  ///< Bare, sorted.
  std::vector<std::string> stems;  ///< Stem terms without a field, sorted.
  bool title_only = false;
};

/// Words that count only next to each other: per place the bare terms that may stand there, sorted.
struct HighlightPhrase {
  std::vector<std::vector<std::string>> places;
  bool title_only = false;
};

struct Compiled {
  Xapian::Query query;
  Expression expression;             ///< The query, for a matcher of our own.
  bool ranks = false;                ///< False: only filters, every hit weighs the same; sort by date.
  std::vector<HighlightWord> words;  ///< In the order of the query, nothing that was negated.
  std::vector<HighlightPhrase> phrases;
  std::vector<Warning> warnings;
};

/// The same query, its matching ended by the deadline: Xapian's own time limit is not looked at inside operators. The
/// clock is looked at every `stride` documents that the query finds.
[[nodiscard]] Xapian::Query guarded(const Xapian::Query& query, const std::shared_ptr<Budget>& budget,
                                    unsigned stride = 256);

/// Throws Error(query) for what cannot be asked, Error(deadline) from the budget; Xapian::Error passes through.
[[nodiscard]] Compiled compile(const Node& node, const Xapian::Database& db, const CompileOptions& options);

}  // namespace dateline::query

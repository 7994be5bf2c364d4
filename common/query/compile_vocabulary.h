// The words of an index: what a term set stands for there, and what may have been meant.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/query/compile.h"
#include "common/query/terms.h"

namespace dateline::query {

class Vocabulary {
 public:
  Vocabulary(const Xapian::Database& db, const CompileOptions& options, std::vector<Warning>& warnings);

  /// Terms of the index in the set, with the prefix of their field, sorted. The most frequent, with a warning about
  /// `subject`, if they exceed the limits.
  [[nodiscard]] std::vector<std::string> expand(const TermSet& set, std::string_view prefix, const Node& subject);
  /// Values of a name field that match a folded pattern, with prefix.
  [[nodiscard]] std::vector<std::string> expand_names(std::string_view pattern, std::string_view prefix,
                                                      const Node& subject);

  enum class Overlap : std::uint8_t {
    none,       ///< An article has one of the terms at most.
    by_chance,  ///< As many have several as would if the terms knew nothing of each other.
  };
  /// Terms as one word, as rare as all of them together; where an article has several, they share its weight. Every
  /// figure in it is one of the whole index: OP_SYNONYM is estimated by each shard from what it has, and OP_MAX reads
  /// freed memory over several shards (1.4.22). The empty expression, which matches nothing, if there are no terms.
  [[nodiscard]] Expression one_of(const std::vector<std::string>& terms, Overlap overlap) const;

  [[nodiscard]] bool has(const std::string& term) const { return db_.term_exists(term) && !is_secret(term); }

  /// Words of the field near a folded word, best first, at most three. Only the first unknown words of a query get
  /// some, and none when the vocabulary is too large for that.
  [[nodiscard]] std::vector<std::string> similar_words(std::string_view word, std::string_view prefix);
  /// Values of a name field near or around a folded value.
  [[nodiscard]] std::vector<std::string> similar_names(std::string_view value, std::string_view prefix);

  void spend(std::uint64_t steps) const {
    if (options_.budget) options_.budget->spend(steps);
  }
  [[nodiscard]] TermMatcher& matcher() const { return *shared_matcher(); }
  [[nodiscard]] const std::shared_ptr<TermMatcher>& shared_matcher() const;
  /// While set (behind NOT), an expansion that would be cut is an error: leaving words out would find too much.
  void set_complete(bool complete) { complete_ = complete; }

 private:
  [[nodiscard]] Xapian::doccount frequency(const std::string& term) const;
  [[nodiscard]] bool is_secret(const std::string& term) const {
    return options_.secret != nullptr && options_.secret->contains(term);
  }
  template <typename F, typename Spend>
  void each_term(std::string_view prefix, std::string_view beginning, bool words, F&& f, Spend&& spend) const;
  template <typename F>
  void each_term(std::string_view prefix, std::string_view beginning, bool words, F&& f) const {
    each_term(prefix, beginning, words, f, [this](std::uint64_t steps) { this->spend(steps); });
  }
  template <typename F>
  [[nodiscard]] std::vector<std::string> suggest(std::string_view prefix, bool words, F&& candidate);
  [[nodiscard]] std::vector<std::string> cut(std::vector<std::string> terms, const Node& subject);

  const Xapian::Database& db_;
  const CompileOptions& options_;
  std::vector<Warning>& warnings_;
  mutable std::shared_ptr<TermMatcher> matcher_;                   // made when it is first asked for
  std::unordered_map<std::string, Xapian::doccount> frequencies_;  // of terms that were expanded
  std::size_t expanded_ = 0;
  std::uint64_t looked_at_ = 0;  // for suggestions
  bool complete_ = false;
};

}  // namespace dateline::query

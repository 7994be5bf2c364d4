// Articles that no search may show now: hidden ones, and those under an embargo. Nothing of them may leak: not through
// hits, counts, facets and snippets, and not through words that only they have.
#pragma once

#include <xapian.h>

#include <chrono>
#include <string>
#include <unordered_set>

#include "common/analyzer.h"

namespace dateline::searcher {

class Concealed {
 public:
  /// As of `now`. Costs nothing when nothing is concealed, else the analysis of each such article.
  Concealed(const Xapian::Database& database, Analyzers& analyzers, std::chrono::sys_seconds now);

  /// False once an embargo has ended, or time went back.
  [[nodiscard]] bool holds(std::chrono::sys_seconds now) const { return now >= from_ && now < until_; }
  [[nodiscard]] bool nothing() const { return nothing_; }
  [[nodiscard]] Xapian::doccount count() const { return count_; }
  /// `query` without what is concealed.
  [[nodiscard]] Xapian::Query without(const Xapian::Query& query) const;
  [[nodiscard]] bool conceals(const Xapian::Document& document) const;
  /// Terms that only concealed articles have; null if there are none.
  [[nodiscard]] const std::unordered_set<std::string>* secret_terms() const {
    return nothing_ ? nullptr : &secret_terms_;
  }

 private:
  bool nothing_ = true;
  Xapian::doccount count_ = 0;
  std::chrono::sys_seconds from_;
  std::chrono::sys_seconds until_;
  Xapian::Query query_;
  std::unordered_set<std::string> secret_terms_;
};

}  // namespace dateline::searcher

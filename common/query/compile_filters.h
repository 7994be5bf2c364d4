// Filters -> Xapian::Query: fields with names, dates, lengths. None of them ranks.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/analyzer.h"
#include "common/query/compile.h"
#include "common/query/compile_vocabulary.h"

namespace dateline::query {

/// `op` over parts; one part stands for itself. `parts` is not empty.
[[nodiscard]] Xapian::Query group(Xapian::Query::op op, const std::vector<Xapian::Query>& parts);
/// `op` over terms; the empty query, which matches nothing, if there are none.
[[nodiscard]] Xapian::Query any_term(Xapian::Query::op op, const std::vector<std::string>& terms);

/// Each function gives the empty query if nothing can match.
class FilterCompiler {
 public:
  FilterCompiler(const Xapian::Database& db, const CompileOptions& options, Vocabulary& vocabulary,
                 std::vector<Warning>& warnings)
      : db_(db), options_(options), vocabulary_(vocabulary), warnings_(warnings) {}

  /// A node of Kind::filter; warns of a value that no article has.
  [[nodiscard]] Xapian::Query name(const Node& node);
  [[nodiscard]] Xapian::Query date(const DateRange& range) const;
  /// A node of Kind::words.
  [[nodiscard]] static Xapian::Query words(const Node& node);

 private:
  Xapian::Query value(const Node& node, const std::string& term, std::string_view suggest_prefix);
  Xapian::Query value_like(const Node& node, std::string_view prefix);
  Xapian::Query actor(const Node& node, std::string_view prefix);
  Xapian::Query author(const Node& node);
  [[nodiscard]] Xapian::Query in_one_name(const std::vector<std::vector<std::string>>& words, const Node& node) const;
  void no_value(const Node& node, std::string_view suggest_prefix);

  const Xapian::Database& db_;
  const CompileOptions& options_;
  Vocabulary& vocabulary_;
  std::vector<Warning>& warnings_;
  Analyzer analyzer_;
};

}  // namespace dateline::query

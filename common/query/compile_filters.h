// Filters -> Expression: fields with names, dates, lengths. None of them ranks.
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
[[nodiscard]] Expression group(Expression::op op, const std::vector<Expression>& parts);
/// `op` over terms; the empty expression, which matches nothing, if there are none.
[[nodiscard]] Expression any_term(Expression::op op, const std::vector<std::string>& terms);

/// Each function gives the empty expression if nothing can match.
class FilterCompiler {
 public:
  FilterCompiler(const Xapian::Database& db, const CompileOptions& options, Vocabulary& vocabulary,
                 std::vector<Warning>& warnings)
      : db_(db), options_(options), vocabulary_(vocabulary), warnings_(warnings) {}

  /// A node of Kind::filter; warns of a value that no article has.
  [[nodiscard]] Expression name(const Node& node);
  [[nodiscard]] Expression date(const DateRange& range) const;
  /// A node of Kind::words.
  [[nodiscard]] static Expression words(const Node& node);

 private:
  Expression value(const Node& node, const std::string& term, std::string_view suggest_prefix);
  Expression value_like(const Node& node, std::string_view prefix);
  Expression actor(const Node& node, std::string_view prefix);
  Expression author(const Node& node);
  [[nodiscard]] Expression in_one_name(const std::vector<std::vector<std::string>>& words, const Node& node) const;
  void no_value(const Node& node, std::string_view suggest_prefix);

  const Xapian::Database& db_;
  const CompileOptions& options_;
  Vocabulary& vocabulary_;
  std::vector<Warning>& warnings_;
  Analyzer analyzer_;
};

}  // namespace dateline::query

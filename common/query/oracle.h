// Whether one article matches a query, decided by looking at its words: no index, no cleverness. Slow and plain, it is
// what the compiled query is tested against, and what selects a few articles without indexing them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/query/compile.h"
#include "common/query/terms.h"
#include "dateline/article.h"

namespace dateline::query {

/// An article laid out as the index would hold it.
struct LaidOutArticle {
  explicit LaidOutArticle(const Article& article);

  struct Place {
    std::string term;
    std::uint32_t position = 0;
    bool title = false;
  };
  Article article;
  std::vector<Place> places;
  std::string stem_language;  ///< Empty: words are their own stems.
  std::set<std::string> stems, title_stems;
  std::vector<std::uint32_t> sentences, paragraphs;  ///< Where they begin.
  std::uint64_t words = 0;
  std::vector<std::set<std::string>> authors;  ///< Words of each name.
};

class Oracle {
 public:
  /// Languages of the index and aliases, as for compile(). The referenced options must outlive the oracle.
  explicit Oracle(const CompileOptions& options) : options_(options), matcher_(options.languages) {}

  [[nodiscard]] bool matches(const Node& node, const LaidOutArticle& article);

 private:
  using Places = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // begin and end

  bool word(const Node& node, const LaidOutArticle& article);
  bool filter(const Node& node, const LaidOutArticle& article);
  bool author(const Node& node, const LaidOutArticle& article);
  Places places(const Node& node, const LaidOutArticle& article, bool last = true);
  Places sequence(const TermSequence& way, bool title, const LaidOutArticle& article);
  static Places one_after_another(const std::vector<Places>& parts);
  Places near(const Node& node, const LaidOutArticle& article);
  Places loose(const Node& node, const LaidOutArticle& article);

  const CompileOptions& options_;
  TermMatcher matcher_;
  Analyzer analyzer_;
};

}  // namespace dateline::query

// Where a text has the words of a query: by exact form, stem or phrase, as the index matched them.
#pragma once

#include <xapian.h>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/analyzer.h"
#include "common/query/compile.h"
#include "searcher/match/snippets.h"

namespace dateline::searcher {

class Highlighter {
 public:
  /// `database` says how rare each word is. `analyzers` must outlive the object: they remember stems, and more than
  /// half of the work is to find these.
  Highlighter(const query::Compiled& compiled, const Xapian::Database& database, Analyzers& analyzers);

  /// Places of the query's words in one paragraph or title of an article in `lang`, in order of position; indices
  /// are those of weights().
  [[nodiscard]] std::vector<WordMatch> find(std::string_view text, std::string_view lang, bool in_title);

  /// How much it says that a word is shown: the rarer, the more.
  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }

 private:
  struct Phrase {
    std::vector<std::vector<std::string>> places;
    bool title_only;
  };

  void mark_words(std::span<const Token> tokens, std::string_view lang, bool in_title, std::vector<WordMatch>& out);
  void mark_phrases(std::span<const Token> tokens, bool in_title, std::vector<WordMatch>& out) const;

  std::unordered_map<std::string, std::vector<std::size_t>> terms_;
  std::unordered_map<std::string, std::vector<std::size_t>> stems_;
  std::vector<bool> title_only_;
  std::vector<Phrase> phrases_;
  std::vector<double> weights_;
  Analyzers& analyzers_;
};

}  // namespace dateline::searcher

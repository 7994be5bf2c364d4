// Search in an index of news, for programs that embed Dateline.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "dateline/search_result.h"

namespace dateline {
struct Clock;
}

namespace dateline::searcher {

/// Fields that SearchRequest::filters knows: source, actor, date, section, lang, author.
[[nodiscard]] const std::vector<std::string>& filter_fields();

/// Fields that SearchRequest::facets knows: source, actors, date, section, lang, authors, and actors:person,
/// actors:organisation, actors:country, date:month, date:year.
[[nodiscard]] const std::vector<std::string>& facet_fields();

/// An index to search. Each call answers from the index as it is at that moment; a call that the writer overtakes is
/// repeated once on a new snapshot. Not safe from several threads at once: give each its own Searcher.
class Searcher {
 public:
  /// Opens the index. `clock` says what "today" is and must outlive the searcher.
  /// Throws Error: index_missing, index_corrupt, index_schema, io.
  Searcher(std::filesystem::path index, const Clock& clock);
  ~Searcher();
  Searcher(const Searcher&) = delete;
  Searcher& operator=(const Searcher&) = delete;

  /// Throws Error(query) with a byte offset into the query, Error(usage) for an unknown field or a value that makes no
  /// sense, and what the constructor throws.
  [[nodiscard]] SearchResult search(const SearchRequest& request);

  /// Number of articles that match, exactly. Takes query and filters of the request. Throws as search().
  /// What was narrowed on the way is added to `warnings`, if given.
  [[nodiscard]] std::uint64_t count(const SearchRequest& request, std::vector<std::string>* warnings = nullptr);

  /// The articles with this public id, newest first: none, one, or several where sources supplied the same id.
  [[nodiscard]] std::vector<Article> articles(std::string_view id);

  /// From now on answers come from the newest state of the index.
  void refresh();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline::searcher

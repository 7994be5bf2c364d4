// Search in an index of news, for programs that embed Dateline.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "dateline/article_versions.h"
#include "dateline/completions.h"
#include "dateline/search_result.h"
#include "dateline/timeline.h"

namespace dateline {
struct Clock;
}

namespace dateline::searcher {

/// Fields that SearchRequest::filters knows: source, actor, date, section, lang, author.
[[nodiscard]] const std::vector<std::string>& filter_fields();

/// Fields that SearchRequest::facets knows: source, actors, date, section, lang, authors, and actors:person,
/// actors:organisation, actors:country, date:month, date:year.
[[nodiscard]] const std::vector<std::string>& facet_fields();

/// The token that Searcher::state() would have for the index as it is on disk now; "" if it is gone. Cheap.
[[nodiscard]] std::string state_of_index(const std::filesystem::path& index);

/// An index to search. Answers come from the state of the index when the searcher was made or last refreshed; only a
/// call that the writer has overtaken (two commits later) moves on to the newest state by itself and is repeated there.
/// Not safe from several threads at once: give each its own Searcher.
class Searcher {
 public:
  /// Opens the index, and its synonyms.txt if it has one. `clock` says what "today" is and must outlive the
  /// searcher. Throws Error: index_missing, index_corrupt, index_schema, io. With `partial`, shards of the index that
  /// do not answer are left out of answers, which then say so in a warning; without it they are an Error(io).
  Searcher(std::filesystem::path index, const Clock& clock, bool partial = false);
  ~Searcher();
  Searcher(const Searcher&) = delete;
  Searcher& operator=(const Searcher&) = delete;

  /// Throws Error(query) with a byte offset into the query, Error(deadline), Error(usage) for an unknown field or a
  /// value that makes no sense, and what the constructor throws.
  [[nodiscard]] SearchResult search(const SearchRequest& request);

  /// Number of articles that match, exactly. Takes query and filters of the request. Throws as search().
  /// What was narrowed on the way is added to `warnings`, if given.
  [[nodiscard]] std::uint64_t count(const SearchRequest& request, std::vector<std::string>* warnings = nullptr);

  /// The articles with this public id, newest first: none, one, or several where sources supplied the same id.
  [[nodiscard]] std::vector<Article> articles(std::string_view id);

  /// Articles like the one with this id, most alike first. Of the request only filters, visible_sources, limit, offset
  /// and snippet_length count. Nothing if there is no such article. Throws as search().
  [[nodiscard]] std::optional<std::vector<Hit>> related(std::string_view id, const SearchRequest& request);

  /// The articles with this id as the request's query marks them; its filters do not matter, its visible_sources do.
  /// Throws as search().
  [[nodiscard]] std::vector<MarkedArticle> marked(std::string_view id, const SearchRequest& request);

  /// How many articles match in each step of time. Throws as search().
  [[nodiscard]] Timeline timeline(const SearchRequest& request, const TimelineRequest& timeline);

  /// Hands every article that matches to `sink`, in the request's order, until it returns false; offset, limit and
  /// facets do not count. Memory: some 40 bytes a match. Articles that a writer removes meanwhile are left out.
  void stream(const SearchRequest& request, const std::function<bool(const Article&)>& sink);

  /// Reads what can be completed: takes seconds on a million articles, so make it once and share it.
  [[nodiscard]] std::shared_ptr<const Completions> completions();

  /// `completions.find`, with the counts of now and without what is gone or not in `visible_sources`.
  [[nodiscard]] std::vector<Completion> complete(const Completions& completions, std::string_view typed,
                                                 std::size_t each,
                                                 const std::vector<std::string>& visible_sources = {});

  /// True if something is hidden or under an embargo now, so that answers may change without a new state.
  [[nodiscard]] bool concealing();

  /// A token for the state of the index that the last call answered from. Equal tokens, equal answers.
  [[nodiscard]] const std::string& state() const;

  /// Of the state that the last call answered from.
  [[nodiscard]] unsigned generation() const;
  [[nodiscard]] std::uint64_t size() const;  ///< Articles in it that may be shown.

  /// The versions of the articles with this public id, each newest first and the present one before the earlier ones;
  /// nothing for an article that may not be shown, or whose source is not among `visible_sources` (empty: all are).
  /// Throws Error(busy) while a job writes down versions of its own.
  [[nodiscard]] std::vector<std::vector<ArticleVersion>> versions(std::string_view id,
                                                                  const std::vector<std::string>& visible_sources = {});

  /// From now on answers come from the newest state of the index, and with its synonyms as they are now.
  void refresh();

  /// Counts facets from what the other has read for it, if both answer from the same state of the index.
  void share_facets(const Searcher& other);

  /// Reads what facets are counted from, so that no request has to; takes seconds where there are millions of articles.
  void read_facets();

  /// Synonyms of another file than the index's; of none for an empty path. Throws Error(io).
  void use_synonyms(const std::filesystem::path& file);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline::searcher

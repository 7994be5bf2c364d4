// Searching from many threads.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "dateline/searcher.h"

namespace dateline::searcher {

/// Searchers of one index for any number of threads. Each request takes one, uses it, and lets it go; it answers from
/// the newest state of the index, published generations included, without a request being lost. Safe from many threads.
class SearcherPool {
 public:
  /// Opens the index once, so that a missing one is said at once. `clock` must outlive the pool. Throws as Searcher.
  SearcherPool(std::filesystem::path index, const Clock& clock);
  ~SearcherPool();
  SearcherPool(const SearcherPool&) = delete;
  SearcherPool& operator=(const SearcherPool&) = delete;

  /// A searcher that is the caller's alone until this goes; it must not outlive the pool.
  class Lease {
   public:
    Lease(SearcherPool& pool, std::unique_ptr<Searcher> searcher);
    ~Lease();
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Searcher& operator*() const { return *searcher_; }
    Searcher* operator->() const { return searcher_.get(); }

   private:
    SearcherPool* pool_;
    std::unique_ptr<Searcher> searcher_;
  };

  /// Takes a searcher of the newest state; with `state` one of that earlier state, or nothing when it is gone (ask
  /// again without): states stay for a minute unless writers have commited twice since. Throws as Searcher.
  [[nodiscard]] Lease take();
  [[nodiscard]] std::unique_ptr<Lease> take_state(std::string_view state);

  /// Has what facets are counted from read in a thread beside, now and whenever there is a newer state.
  void prepare_facets();

  /// Token of the newest state, as Searcher::newest_state().
  [[nodiscard]] std::string newest_state() const;

 private:
  struct Impl;
  void give_back(std::unique_ptr<Searcher> searcher);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline::searcher

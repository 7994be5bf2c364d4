// Answers without a wall: every article that matches, sent while it is read.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "dateline/search_result.h"
#include "dateline/searcher_pool.h"
#include "searcher/http/body_stream.h"

namespace dateline::searcher::http {

enum class ExportFormat { json_lines, csv };

/// Runs each export on a thread of its own, a few at a time, so that slow readers hold up no search.
class Exports {
 public:
  static constexpr int kAtOnce = 8;

  explicit Exports(SearcherPool& pool) : pool_(pool) {}
  /// Waits for those that run; their streams must have been cancelled.
  ~Exports();
  Exports(const Exports&) = delete;
  Exports& operator=(const Exports&) = delete;

  /// The body of an export that has begun; null when too many run already.
  [[nodiscard]] std::shared_ptr<BodyStream> start(SearchRequest request, ExportFormat format);

 private:
  void run(const SearchRequest& request, ExportFormat format, BodyStream& stream);

  SearcherPool& pool_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

}  // namespace dateline::searcher::http

// What a person sees of a job while it runs: one line on a terminal, nothing elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "common/diagnostics.h"
#include "dateline/indexer.h"

namespace dateline::indexer {

struct ConsoleStyle {
  bool quiet = false;
  bool verbose = false;
  bool acknowledge_on_stderr = false;  ///< Where stdout is for the report alone.
};

/// Writes refusals and progress to stderr and acknowledgements ("committed N") to stdout.
class Console final : public Diagnostics, public JobObserver {
 public:
  explicit Console(ConsoleStyle style);
  ~Console() override;
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void warn(std::string_view line) override;
  void note(std::string_view line) override;
  void committed(std::size_t articles) override;
  void progress(const IndexReport& so_far, std::uint64_t bytes, std::uint64_t total_bytes) override;

 private:
  void clear_bar();

  ConsoleStyle style_;
  bool terminal_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point last_;
};

/// "indexed 24,559 articles from 3 files in 41 s (1 refused, 0 unchanged) → archive, generation 1"
[[nodiscard]] std::string summary_line(const IndexReport& report, const IndexOptions& options);
/// The report as one JSON object (docs/json-output.md).
[[nodiscard]] std::string report_json(const IndexReport& report, const IndexOptions& options);

}  // namespace dateline::indexer

// One interface for all forms of an answer.
#pragma once

#include <memory>
#include <ostream>
#include <string_view>

#include "dateline/search_result.h"
#include "searcher/output/terminal.h"

namespace dateline::searcher {

/// Writes one answer to the stream that it was made with: begin, each hit, end; or one article.
struct ResultWriter {
  virtual ~ResultWriter() = default;
  virtual void begin(const SearchResult& result) = 0;
  virtual void hit(const Hit& hit) = 0;
  virtual void end(const SearchResult& result) = 0;
  /// Answer to "show ID".
  virtual void article(const Article& article) = 0;
};

enum class OutputFormat { text, json, json_lines, csv, trec };

struct OutputSettings {
  Terminal terminal;                ///< Text only.
  std::size_t facet_limit = 0;      ///< Values of a facet at most; 0 for all (text: as many as fit well).
  std::string_view query_id = "1";  ///< trec only; must outlive the writer.
};

/// `out` must outlive the writer.
[[nodiscard]] std::unique_ptr<ResultWriter> make_writer(OutputFormat format, std::ostream& out,
                                                        const OutputSettings& settings);

void write(const SearchResult& result, ResultWriter& writer);

[[nodiscard]] std::unique_ptr<ResultWriter> make_text_writer(std::ostream& out, const OutputSettings& settings);
[[nodiscard]] std::unique_ptr<ResultWriter> make_json_writer(std::ostream& out, const OutputSettings& settings);
[[nodiscard]] std::unique_ptr<ResultWriter> make_json_lines_writer(std::ostream& out);
[[nodiscard]] std::unique_ptr<ResultWriter> make_csv_writer(std::ostream& out);
[[nodiscard]] std::unique_ptr<ResultWriter> make_trec_writer(std::ostream& out, const OutputSettings& settings);

}  // namespace dateline::searcher

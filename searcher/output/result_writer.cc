#include "searcher/output/result_writer.h"

namespace dateline::searcher {

std::unique_ptr<ResultWriter> make_writer(OutputFormat format, std::ostream& out, const OutputSettings& settings) {
  switch (format) {
    case OutputFormat::text:
      break;
    case OutputFormat::json:
      return make_json_writer(out, settings);
    case OutputFormat::json_lines:
      return make_json_lines_writer(out);
    case OutputFormat::csv:
      return make_csv_writer(out);
    case OutputFormat::trec:
      return make_trec_writer(out, settings);
  }
  return make_text_writer(out, settings);
}

void write(const SearchResult& result, ResultWriter& writer) {
  writer.begin(result);
  for (const Hit& hit : result.hits) writer.hit(hit);
  writer.end(result);
}

}  // namespace dateline::searcher

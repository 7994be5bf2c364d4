#include "searcher/http/exports.h"

#include <exception>
#include <sstream>
#include <thread>
#include <utility>

#include "searcher/output/json_values.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher::http {

Exports::~Exports() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return running_ == 0; });
}

std::shared_ptr<BodyStream> Exports::start(SearchRequest request, ExportFormat format) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ == kAtOnce) return nullptr;
    ++running_;
  }
  auto stream = std::make_shared<BodyStream>();
  std::thread([this, stream, format, request = std::move(request)] {
    try {
      run(request, format, *stream);
      stream->finish(true);
    } catch (const std::exception&) {
      stream->finish(false);  // The transfer breaks off, which a client sees; the status has gone out already.
    }
    const std::lock_guard lock(mutex_);
    --running_;
    ended_.notify_all();
  }).detach();
  return stream;
}

void Exports::run(const SearchRequest& request, ExportFormat format, BodyStream& stream) {
  std::ostringstream out;
  const std::unique_ptr<ResultWriter> csv = make_writer(OutputFormat::csv, out, {});
  if (format == ExportFormat::csv) csv->begin({});
  std::size_t rank = 0;
  pool_.take()->stream(request, [&](const Article& article) {
    if (format == ExportFormat::csv) {
      Hit hit{.rank = ++rank, .article = article};
      for (const std::string& paragraph : article.body) {
        hit.snippet.text += (hit.snippet.text.empty() ? "" : " ") + paragraph;
      }
      csv->hit(hit);
    } else {
      JsonPrinter json(out);
      write_article(json, article);
      out << '\n';
    }
    const bool read = stream.write(out.str());
    out.str({});
    return read;
  });
  if (!out.str().empty()) stream.write(out.str());
}

}  // namespace dateline::searcher::http

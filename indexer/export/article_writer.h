// Articles out again, in formats that others read.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "dateline/article.h"

namespace dateline::indexer {

enum class ExportFormat { json_lines, ninjs, csv, atom, warc };

class ArticleWriter {
 public:
  virtual ~ArticleWriter() = default;
  virtual void begin() {}
  virtual void write(const Article& article) = 0;
  virtual void end() {}
};

/// Writes as it is told, without keeping articles. `title` heads an Atom feed. The clock dates Atom and WARC.
///
/// JSON lines are the canonical form: docs/article.schema.json with fields in its order, unknown fields behind them;
/// indexing them and exporting again gives the same bytes. ninjs is version 3.0, one item a line. WARC holds each
/// article as a page that says in metadata what it is.
[[nodiscard]] std::unique_ptr<ArticleWriter> make_article_writer(ExportFormat format, std::ostream& out,
                                                                 const Clock& clock, std::string title);

}  // namespace dateline::indexer

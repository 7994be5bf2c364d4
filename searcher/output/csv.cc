// Comma-separated values as RFC 4180 has them, one row a hit, and TREC run files, one line a hit.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "common/date.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher {
namespace {

/// A field between quotes where it needs them. A spreadsheet runs a cell that begins with = + - or @ as a formula, and
/// titles come from strangers (https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe makes it text.
std::string field(std::string_view value) {
  std::string text = printable(value);
  if (!text.empty() && std::string_view{"=+-@"}.find(text.front()) != std::string_view::npos) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string{"\"\""} : std::string{c};
  return out + '"';
}

class CsvWriter final : public ResultWriter {
 public:
  explicit CsvWriter(std::ostream& out) : out_(out) {}

  void begin(const SearchResult& /*result*/) override {
    out_ << "rank,id,title,source,date,authors,actors,url,score,snippet\r\n";
  }
  void hit(const Hit& hit) override {
    out_ << fmt::format("{},{},{},{},{:.6g},{}\r\n", hit.rank, row_start(hit.article), names(hit.article),
                        field(hit.article.url), hit.score, field(hit.snippet.text));
  }
  void end(const SearchResult& /*result*/) override {}
  void article(const Article& article) override {
    std::string text;
    for (const std::string& paragraph : article.body) text += (text.empty() ? "" : " ") + paragraph;
    out_ << "id,title,source,date,authors,actors,url,text\r\n"
         << row_start(article) << ',' << names(article) << ',' << field(article.url) << ',' << field(text) << "\r\n";
  }

 private:
  static std::string row_start(const Article& article) {
    return fmt::format("{},{},{},{}", field(article.id), field(article.title), field(article.source),
                       article.published ? format_day(*article.published) : "");
  }
  static std::string names(const Article& article) {
    std::vector<std::string> actors;
    for (const Actor& actor : article.actors) actors.push_back(actor.name);
    return fmt::format("{},{}", field(fmt::format("{}", fmt::join(article.authors, "; "))),
                       field(fmt::format("{}", fmt::join(actors, "; "))));
  }

  std::ostream& out_;
};

class TrecWriter final : public ResultWriter {
 public:
  TrecWriter(std::ostream& out, std::string_view query_id) : out_(out), query_id_(query_id) {}

  void begin(const SearchResult& result) override {
    by_date_ = result.sort != SortOrder::relevance;
    last_ = 0;
    first_ = true;
  }
  /// Scorers order by score, and break ties in their own way: scores fall strictly, so that theirs is our order.
  void hit(const Hit& hit) override {
    double score = by_date_ ? -static_cast<double>(hit.rank) : hit.score;
    if (!first_) score = std::min(score, last_ - kStep);
    first_ = false;
    last_ = score;
    out_ << fmt::format("{} Q0 {} {} {:.6f} dateline\n", column(query_id_), column(hit.article.id), hit.rank, score);
  }
  void end(const SearchResult& /*result*/) override {}
  void article(const Article& /*article*/) override {}

 private:
  static constexpr double kStep = 2e-6;  // Survives rounding to six places.

  /// Columns are parted by white space; an id with a space keeps to one column.
  static std::string column(std::string_view s) {
    std::string out;
    for (const char c : printable(s)) out += c == ' ' ? std::string{"%20"} : std::string{c};
    return out.empty() ? "-" : out;
  }

  std::ostream& out_;
  std::string query_id_;
  bool by_date_ = false;
  bool first_ = true;
  double last_ = 0;
};

}  // namespace

std::unique_ptr<ResultWriter> make_csv_writer(std::ostream& out) {
  return std::make_unique<CsvWriter>(out);
}

std::unique_ptr<ResultWriter> make_trec_writer(std::ostream& out, const OutputSettings& settings) {
  return std::make_unique<TrecWriter>(out, settings.query_id);
}

}  // namespace dateline::searcher

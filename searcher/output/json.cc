// docs/json-output.md describes what this writes; a change there and here goes together.
#include "searcher/output/json_printer.h"
#include "searcher/output/json_values.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher {
namespace {

class JsonWriter final : public ResultWriter {
 public:
  JsonWriter(std::ostream& out, std::size_t facet_limit) : out_(out), json_(out, 2), facet_limit_(facet_limit) {}

  void begin(const SearchResult& result) override {
    json_.begin_object();
    write_summary(json_, result);
    json_.key("hits");
    json_.begin_array();
  }

  void hit(const Hit& hit) override { write_hit(json_, hit); }

  void end(const SearchResult& result) override {
    json_.end_array();
    json_.key("facets");
    write_facets(json_, result.facets, facet_limit_);
    json_.end_object();
    out_ << '\n';
  }

  void article(const Article& article) override {
    write_article(json_, article);
    out_ << '\n';
  }

 private:
  std::ostream& out_;
  JsonPrinter json_;
  std::size_t facet_limit_;
};

class JsonLinesWriter final : public ResultWriter {
 public:
  explicit JsonLinesWriter(std::ostream& out) : out_(out) {}

  void begin(const SearchResult& /*result*/) override {}
  void hit(const Hit& hit) override {
    JsonPrinter json(out_);
    write_hit(json, hit);
    out_ << '\n';
  }
  void end(const SearchResult& /*result*/) override {}
  void article(const Article& article) override {
    JsonPrinter json(out_);
    write_article(json, article);
    out_ << '\n';
  }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ResultWriter> make_json_writer(std::ostream& out, const OutputSettings& settings) {
  return std::make_unique<JsonWriter>(out, settings.facet_limit);
}

std::unique_ptr<ResultWriter> make_json_lines_writer(std::ostream& out) {
  return std::make_unique<JsonLinesWriter>(out);
}

}  // namespace dateline::searcher

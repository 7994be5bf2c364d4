// bench_queries INDEX < QUERIES: Dateline's searcher in one process, index open.
#include <fmt/format.h>

#include "common/clock.h"
#include "dateline/searcher.h"
#include "tests/bench/timing.h"

namespace {

using dateline::searcher::SearchRequest;
using dateline::searcher::SortOrder;

SearchRequest request_of(const nlohmann::json& query) {
  const std::string what = query["class"];
  const std::vector<std::string> words = query["words"];
  SearchRequest request;
  request.articles = false;
  request.snippet_length = 0;
  if (what == "phrase") {
    request.query = "\"" + words[0] + " " + words[1] + "\"";
  } else if (what == "near") {
    request.query = "=" + words[0] + " NEAR/5 =" + words[1];
  } else if (what == "wildcard") {
    request.query = words[0] + "*";
  } else if (what == "actor") {
    request.query = "*";
  } else {
    for (const std::string& word : words)
      request.query += (request.query.empty() ? "=" : what.starts_with("or") ? " OR =" : " =") + word;
  }
  if (query.contains("source")) request.filters.push_back({"source", {query["source"]}});
  if (query.contains("since")) {
    request.filters.push_back({"date", {query["since"].get<std::string>() + ".." + query["until"].get<std::string>()}});
  }
  if (query.contains("actor")) request.filters.push_back({"actor", {query["actor"]}});
  if (what == "facets") {
    request.facets = {"source", "section", "actors"};
    request.facet_limit = 10;
  }
  if (what == "plain") request.query = words[0];
  if (what == "newest") request.sort = SortOrder::newest;
  if (what == "page100") request.offset = 990;
  if (what == "snippets") {
    request.articles = true;
    request.snippet_length = 240;
  }
  return request;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  const dateline::SystemClock clock;
  dateline::searcher::Searcher searcher(argv[1], clock);
  dateline::bench::time_queries([&](const auto& query) { (void)searcher.search(request_of(query)); },
                                [&](const auto& query) { return searcher.count(request_of(query)); });
}

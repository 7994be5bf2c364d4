// Dateline inside a program of a newsroom's own: searches from several threads, and serves the page beside them.
//   newsroom INDEX QUERY
#include <dateline/clock.h>
#include <dateline/error.h>
#include <dateline/http_server.h>
#include <dateline/searcher_pool.h>

#include <atomic>
#include <iostream>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: newsroom INDEX QUERY\n";
    return 2;
  }
  try {
    const dateline::SystemClock clock;
    dateline::searcher::SearcherPool pool(argv[1], clock);
    dateline::searcher::HttpServerOptions page;
    page.port = 0;
    const dateline::searcher::HttpServer server(argv[1], page);

    dateline::searcher::SearchRequest request;
    request.query = argv[2];
    request.facets = {"source"};
    const auto result = pool.take()->search(request);
    std::cout << result.total << " articles, page on port " << (server.port() > 0 ? "open" : "closed") << '\n';
    for (const auto& hit : result.hits) std::cout << hit.article.source << ": " << hit.article.title << '\n';

    std::atomic<int> same{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { same += pool.take()->search(request).total == result.total ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    std::cout << same << " threads found the same\n";
  } catch (const dateline::Error& error) {
    std::cerr << error.what() << '\n';
    return error.code() == dateline::ErrorCode::query ? 1 : 3;
  }
}

// Generations swapped, and batches committed, under querying threads. DATELINE_SWAPS makes it longer.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "common/clock.h"
#include "dateline/error.h"
#include "dateline/indexer.h"
#include "dateline/searcher.h"
#include "tests/support/quiet.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(swap_test)

BOOST_AUTO_TEST_CASE(no_query_fails_while_generations_are_swapped_and_batches_committed) {
  constexpr int kThreads = 8;
  constexpr int kArticles = 60;
  const char* given = std::getenv("DATELINE_SWAPS");
  const int swaps = given != nullptr ? std::stoi(given) : 10;
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  test::Quiet quiet;
  const SystemClock clock;
  const std::atomic<bool> never{false};
  IndexOptions options;
  options.index = index;
  options.actors = false;
  options.batch = 10;
  options.paths = {(folder.path() / "in").string()};
  const auto run = [&](int edition, bool rebuild) {
    std::string lines;
    for (int i = 0; i < kArticles; ++i) {
      lines += R"({"id":")" + std::to_string(i) + R"(","title":"Article","body":"harbour edition)" +
               std::to_string(edition) + " word" + std::to_string(i * 7 + edition) + "\"}\n";
    }
    folder.write("in/a.jsonl", lines);
    options.rebuild = rebuild;
    (void)run_index_job(options, quiet, quiet, clock, never);
  };
  run(0, false);

  std::atomic<bool> stop{false};
  std::atomic<long> queries{0};
  std::mutex mutex;
  std::vector<std::string> failures;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      try {
        searcher::Searcher searcher(index, clock);
        searcher::SearchRequest request;
        request.query = "harbour";
        request.facets = {"date", "source"};
        while (!stop) {
          // Half of the readers hold on to what they have for as long as they may.
          if (i % 2 == 0) searcher.refresh();
          const searcher::SearchResult result = searcher.search(request);
          ++queries;
          if (result.total == kArticles && result.hits.size() == 10) continue;
          const std::lock_guard hold(mutex);
          failures.push_back(std::to_string(result.total) + " articles found");
        }
      } catch (const std::exception& error) {
        const std::lock_guard hold(mutex);
        failures.emplace_back(error.what());
      }
    });
  }
  for (int i = 1; i <= swaps; ++i) {
    run(2 * i, true);
    run(2 * i + 1, false);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(failures.empty());
  if (!failures.empty()) BOOST_TEST_MESSAGE(failures.front());
  BOOST_TEST(queries > swaps);
  BOOST_TEST_MESSAGE("swap: " << swaps << " swaps and " << swaps * 6 << " batches under " << kThreads << " threads, "
                              << queries << " queries, " << failures.size() << " failed");
}

BOOST_AUTO_TEST_SUITE_END()

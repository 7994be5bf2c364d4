// bench_extract FILE…
//
// Milliseconds a page on one thread: gumbo's parse alone, our tree, the whole extraction. The best of three rounds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "common/encoding.h"
#include "indexer/extract/page.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/training/labelled_pages.h"

int main(int argc, char** argv) {
  using namespace dateline;
  using namespace dateline::indexer;
  std::vector<std::string> pages;
  std::vector<std::string> utf8;
  for (int i = 1; i < argc; ++i) {
    pages.push_back(training::read_file(argv[i]));
    utf8.push_back(to_utf8(pages.back()));
  }
  if (pages.empty()) return 1;
  const auto measure = [&](const auto& work) {
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (std::size_t i = 0; i < pages.size(); ++i) work(i);
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
      best = std::min(best, took.count() / static_cast<double>(pages.size()));
    }
    return best;
  };
  std::size_t found = 0;
  const double bare = measure([&](std::size_t i) { parse_with_bare_gumbo(utf8[i]); });
  const double tree = measure([&](std::size_t i) { found += HtmlTree(guard_html(utf8[i]).html).size(); });
  const double parsed = measure([&](std::size_t i) { found += parse_page(pages[i], {}, {}).list.blocks.size(); });
  const double whole = measure([&](std::size_t i) { found += extract_page(pages[i]).article.body.size(); });
  fmt::print(
      "ms a page over {} pages: gumbo alone {:.2f}, guarded tree {:.2f}, with blocks and metadata {:.2f}, whole "
      "extraction {:.2f} ({:.2f} x gumbo alone)\n",
      pages.size(), bare, tree, parsed, whole, whole / bare);
  return found == 0 ? 1 : 0;
}

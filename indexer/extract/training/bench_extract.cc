// bench_extract FILE…
//
// Milliseconds of CPU a page on one thread: gumbo's parse of the page as it is, our tree, the whole extraction. The
// four take turns on each page, and of each page the best of three rounds counts, so that a busy machine disturbs all
// alike.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "common/encoding.h"
#include "indexer/extract/page.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/training/labelled_pages.h"

namespace {

double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace dateline;
  using namespace dateline::indexer;
  constexpr int kRounds = 3;
  std::array<double, 4> sum{};
  std::size_t found = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string page = training::read_file(argv[i]);
    const std::string utf8 = to_utf8(page);
    std::array<double, 4> best{};
    best.fill(std::numeric_limits<double>::max());
    for (int round = 0; round < kRounds; ++round) {
      const auto measure = [&](std::size_t k, const auto& work) {
        const double start = thread_milliseconds();
        work();
        best[k] = std::min(best[k], thread_milliseconds() - start);
      };
      measure(0, [&] { parse_with_bare_gumbo(utf8); });
      measure(1, [&] { found += HtmlTree(guard_html(utf8)).size(); });
      measure(2, [&] { found += parse_page(page, {}, {}).list.blocks.size(); });
      measure(3, [&] { found += extract_page(page).article.body.size(); });
    }
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += best[k];
  }
  if (found == 0) return 1;
  const auto mean = [&](std::size_t k) { return sum[k] / (argc - 1); };
  fmt::print(
      "ms a page over {} pages: gumbo alone {:.2f}, guarded tree {:.2f}, with blocks and metadata {:.2f}, whole "
      "extraction {:.2f} ({:.2f} x gumbo alone)\n",
      argc - 1, mean(0), mean(1), mean(2), mean(3), mean(3) / mean(0));
  return 0;
}

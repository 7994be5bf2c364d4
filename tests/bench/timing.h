// Reads the queries of scripts/lib/bench/queries.py, times them, prints a line of JSON each.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dateline::bench {

inline std::int64_t thread_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// `ask(query)` runs a query once, `count(query)` gives its number of matches. Each is asked seven times; the median
/// counts. The first time, when nothing of it is in memory, is told apart.
template <typename Ask, typename Count>
void time_queries(const Ask& ask, const Count& count) {
  for (std::string line; std::getline(std::cin, line);) {
    nlohmann::json query = nlohmann::json::parse(line);
    std::vector<std::int64_t> times;
    for (int i = 0; i < 7; ++i) {
      const std::int64_t begin = thread_nanoseconds();
      ask(query);
      times.push_back(thread_nanoseconds() - begin);
    }
    query["first_ns"] = times.front();
    std::sort(times.begin(), times.end());
    query["ns"] = times[times.size() / 2];
    query["matches"] = count(query);
    std::cout << query.dump() << '\n';
  }
}

}  // namespace dateline::bench

// Counters in the text format that Prometheus reads.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace dateline::searcher::http {

struct Gauges {
  std::size_t connections = 0;
  std::size_t queued = 0;
  std::uint64_t articles = 0;
  unsigned generation = 0;
};

class Metrics {
 public:
  /// `route` is one of the service's own, never what a client typed.
  void served(const std::string& route, int status, std::uint64_t bytes, std::chrono::microseconds took);
  [[nodiscard]] std::string text(const Gauges& gauges) const;

 private:
  static constexpr std::array<double, 10> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
  struct Latency {
    std::array<std::uint64_t, kBounds.size()> below{};
    std::uint64_t count = 0;
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Latency> latencies_;
  std::uint64_t bytes_ = 0;
};

}  // namespace dateline::searcher::http

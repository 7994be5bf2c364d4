#include "searcher/http/metrics.h"

#include <fmt/format.h>

#include "dateline/version.h"

namespace dateline::searcher::http {

void Metrics::served(const std::string& route, int status, std::uint64_t bytes, std::chrono::microseconds took) {
  const double seconds = static_cast<double>(took.count()) / 1e6;
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  bytes_ += bytes;
  Latency& latency = latencies_[route];
  ++latency.count;
  latency.seconds += seconds;
  for (std::size_t i = 0; i < kBounds.size(); ++i) latency.below[i] += seconds <= kBounds[i] ? 1U : 0U;
}

std::string Metrics::text(const Gauges& gauges) const {
  std::string out;
  const auto metric = [&](std::string_view name, std::string_view type, std::string_view help) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  };
  metric("dateline_info", "gauge", "Version of the program.");
  out += fmt::format("dateline_info{{version=\"{}\"}} 1\n", kVersion);
  metric("dateline_articles", "gauge", "Articles in the index.");
  out += fmt::format("dateline_articles {}\n", gauges.articles);
  metric("dateline_generation", "gauge", "Generation of the index.");
  out += fmt::format("dateline_generation {}\n", gauges.generation);
  metric("dateline_connections", "gauge", "Open connections.");
  out += fmt::format("dateline_connections {}\n", gauges.connections);
  metric("dateline_queued_requests", "gauge", "Requests that wait for a worker.");
  out += fmt::format("dateline_queued_requests {}\n", gauges.queued);
  const std::lock_guard lock(mutex_);
  metric("dateline_sent_bytes_total", "counter", "Bytes of bodies sent.");
  out += fmt::format("dateline_sent_bytes_total {}\n", bytes_);
  metric("dateline_requests_total", "counter", "Requests answered.");
  for (const auto& [key, count] : requests_) {
    out += fmt::format("dateline_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  }
  metric("dateline_request_seconds", "histogram", "From the request line to the last byte.");
  for (const auto& [route, latency] : latencies_) {
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      out += fmt::format("dateline_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, kBounds[i],
                         latency.below[i]);
    }
    out += fmt::format("dateline_request_seconds_bucket{{route=\"{}\",le=\"+Inf\"}} {}\n", route, latency.count);
    out += fmt::format("dateline_request_seconds_sum{{route=\"{}\"}} {:.6f}\n", route, latency.seconds);
    out += fmt::format("dateline_request_seconds_count{{route=\"{}\"}} {}\n", route, latency.count);
  }
  return out;
}

}  // namespace dateline::searcher::http

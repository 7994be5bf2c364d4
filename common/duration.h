// Spans of time as people write them.
#pragma once

#include <chrono>
#include <string>

namespace dateline {

/// "7d", "36h", "2w", "3m" (months), "1y". Throws Error(usage).
[[nodiscard]] std::chrono::seconds parse_duration(const std::string& text);

}  // namespace dateline

// The time, so that tests can hold it still.
#pragma once

#include <chrono>

namespace dateline {

struct Clock {
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::sys_seconds now() const = 0;
};

struct SystemClock final : Clock {
  [[nodiscard]] std::chrono::sys_seconds now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

struct FixedClock final : Clock {
  explicit FixedClock(std::chrono::sys_seconds t) : time(t) {}
  [[nodiscard]] std::chrono::sys_seconds now() const override { return time; }
  std::chrono::sys_seconds time;
};

}  // namespace dateline

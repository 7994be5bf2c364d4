#include "common/run_tasks.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace dateline {

void run_tasks(unsigned threads, std::span<const std::function<void()>> tasks) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> errors(tasks.size());
  const auto work = [&] {
    for (std::size_t at = next++; at < tasks.size(); at = next++) {
      try {
        tasks[at]();
      } catch (...) {  // thrown again when all threads are done
        errors[at] = std::current_exception();
        next = tasks.size();
      }
    }
  };
  std::vector<std::thread> others;
  try {
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, tasks.size()); ++i) others.emplace_back(work);
  } catch (const std::system_error&) {
    // Those that there are do it all.
  }
  work();
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace dateline

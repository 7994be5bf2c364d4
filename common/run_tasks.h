// A few large tasks on a few threads.
#pragma once

#include <functional>
#include <span>

namespace dateline {

/// Does all tasks on up to `threads` threads, the caller's among them. Each takes the next in the order given: put the
/// largest first. Throws what a task threw, that of the first in the order that did; those after it may then be left
/// out.
void run_tasks(unsigned threads, std::span<const std::function<void()>> tasks);

}  // namespace dateline

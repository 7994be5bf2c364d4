// Work on many threads whose results are taken in the order in which it was given.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dateline::indexer {

/// Belongs to the thread that made it, which counts as one of `threads` and works, too, when it would have to wait.
/// With one thread there are no others: everything happens at once, in add().
class OrderedWork {
 public:
  /// Runs on any of the threads, beside others; `thread` is below `threads`.
  using Work = std::function<void(unsigned thread)>;
  /// Runs on the owner's thread, in order, from inside add(), then() or drain(). What a Work threw is thrown there,
  /// too.
  using Then = std::function<void()>;

  /// `most_bytes`: of the work that is under way. `beside`: what the other threads do before each piece of work, for it
  /// must not keep the owner from giving them more; throws nothing.
  OrderedWork(unsigned threads, std::size_t most_bytes, std::function<void()> beside = {});
  /// Drops what has not begun.
  ~OrderedWork();
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  /// `bytes`: roughly what the work holds in memory. Returns at once, unless too much is under way.
  void add(std::size_t bytes, Work work, Then then);
  /// A step that needs no work before it.
  void then(Then step);
  /// Returns when all has been done.
  void drain();

 private:
  struct Item {
    std::size_t bytes = 0;
    Work work;
    Then then;
    std::exception_ptr error;
    bool done = false;
  };

  void run_worker(unsigned thread);
  void run(Item& item, unsigned thread, std::unique_lock<std::mutex>& lock);
  /// Takes what is done at the front, and waits for more only while more than this is under way.
  void advance(std::size_t most_items, std::size_t most_bytes);

  unsigned threads_;
  std::size_t most_bytes_;
  std::function<void()> beside_;
  std::size_t bytes_ = 0;                     // of window_
  std::deque<std::shared_ptr<Item>> window_;  // in order; the owner's alone
  std::mutex mutex_;
  std::condition_variable changed_;  // something to do, something done, or the end
  std::deque<std::shared_ptr<Item>> waiting_;
  bool end_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace dateline::indexer

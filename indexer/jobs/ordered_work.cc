#include "indexer/jobs/ordered_work.h"

#include <algorithm>

namespace dateline::indexer {
namespace {

/// Enough that no thread waits for a slow article, or while the owner writes to the ledger.
constexpr std::size_t kItemsPerThread = 256;

}  // namespace

OrderedWork::OrderedWork(unsigned threads, std::size_t most_bytes, std::function<void()> beside)
    : threads_(std::max(threads, 1U)), most_bytes_(most_bytes), beside_(std::move(beside)) {
  for (unsigned thread = 1; thread < threads_; ++thread) workers_.emplace_back([this, thread] { run_worker(thread); });
}

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void OrderedWork::add(std::size_t bytes, Work work, Then then) {
  if (threads_ == 1) {
    work(0);
    then();
    return;
  }
  auto item = std::make_shared<Item>();
  item->bytes = bytes;
  item->work = std::move(work);
  item->then = std::move(then);
  window_.push_back(item);
  bytes_ += bytes;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(item));
  }
  changed_.notify_one();
  advance(kItemsPerThread * threads_, most_bytes_);
}

void OrderedWork::then(Then step) {
  if (window_.empty()) return step();
  auto item = std::make_shared<Item>();
  item->then = std::move(step);
  item->done = true;
  window_.push_back(std::move(item));
  advance(kItemsPerThread * threads_, most_bytes_);
}

void OrderedWork::drain() {
  advance(0, 0);
}

void OrderedWork::advance(std::size_t most_items, std::size_t most_bytes) {
  while (!window_.empty()) {
    {
      std::unique_lock lock(mutex_);
      while (!window_.front()->done) {
        if (window_.size() <= most_items && bytes_ <= most_bytes) return;
        if (waiting_.empty()) {
          changed_.wait(lock);
          continue;
        }
        const std::shared_ptr<Item> item = std::move(waiting_.front());
        waiting_.pop_front();
        run(*item, 0, lock);
      }
    }
    const std::shared_ptr<Item> front = std::move(window_.front());
    window_.pop_front();
    bytes_ -= front->bytes;
    if (front->error) std::rethrow_exception(front->error);
    front->then();
  }
}

void OrderedWork::run(Item& item, unsigned thread, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::exception_ptr error;
  try {
    item.work(thread);
  } catch (...) {  // thrown again where the result is taken
    error = std::current_exception();
  }
  lock.lock();
  item.error = error;
  item.done = true;
}

void OrderedWork::run_worker(unsigned thread) {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (waiting_.empty() && !end_) changed_.wait(lock);
    if (end_) return;
    if (beside_) {
      lock.unlock();
      beside_();
      lock.lock();
      if (waiting_.empty()) continue;  // others took it
    }
    const std::shared_ptr<Item> item = std::move(waiting_.front());
    waiting_.pop_front();
    run(*item, thread, lock);
    changed_.notify_all();
  }
}

}  // namespace dateline::indexer

// A body that is made while it is sent, without more than a few pages of it in memory.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace dateline::searcher::http {

class BodyStream {
 public:
  static constexpr std::size_t kCapacity = 256U * 1024U;

  /// Producer: waits for room. False once nobody reads any more.
  bool write(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return cancelled_ || buffer_.size() < kCapacity; });
    if (cancelled_) return false;
    buffer_.append(bytes);
    wake();
    return true;
  }

  /// Producer: that was all; `whole` is false when it broke off, so that the client sees a broken transfer.
  void finish(bool whole) {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    whole_ = whole;
    wake();
  }

  enum class End : ssize_t { later = 0, done = -1, broken = -2 };

  /// Server: takes up to `size` bytes. Nothing there yet: calls `suspend` under the lock and returns later;
  /// `resume` is called when it is worth asking again.
  ssize_t read(char* to, std::size_t size, const std::function<void()>& suspend, std::function<void()> resume) {
    const std::lock_guard lock(mutex_);
    const std::size_t there = buffer_.size() - taken_;
    if (there == 0) {
      if (finished_) return static_cast<ssize_t>(whole_ ? End::done : End::broken);
      if (cancelled_) return static_cast<ssize_t>(End::broken);
      suspend();
      resume_ = std::move(resume);
      return static_cast<ssize_t>(End::later);
    }
    const std::size_t count = there < size ? there : size;
    buffer_.copy(to, count, taken_);
    taken_ += count;
    if (taken_ == buffer_.size()) {
      buffer_.clear();
      taken_ = 0;
      room_.notify_one();
    }
    return static_cast<ssize_t>(count);
  }

  /// Server: nobody reads any more.
  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    room_.notify_one();
    wake();
  }

 private:
  void wake() {
    if (!resume_) return;
    resume_();
    resume_ = nullptr;
  }

  std::mutex mutex_;
  std::condition_variable room_;
  std::string buffer_;
  std::size_t taken_ = 0;
  bool finished_ = false;
  bool whole_ = false;
  bool cancelled_ = false;
  std::function<void()> resume_;
};

}  // namespace dateline::searcher::http

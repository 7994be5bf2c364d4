#include "dateline/searcher_pool.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace dateline::searcher {
namespace {

using Time = std::chrono::steady_clock;

/// How long a state that is no longer the newest stays for who pages through it.
constexpr std::chrono::seconds kOldStateStays{60};
constexpr std::size_t kIdleAtMost = 64;

}  // namespace

struct SearcherPool::Impl {
  struct Idle {
    std::unique_ptr<Searcher> searcher;
    Time::time_point since;
  };

  Impl(std::filesystem::path folder, const Clock& c) : index(std::move(folder)), clock(c) {}

  /// One that has what an earlier one of the same state has read for facets.
  std::unique_ptr<Searcher> make() {
    auto made = std::make_unique<Searcher>(index, clock);
    const std::lock_guard lock(mutex);
    if (!first || first->state() != made->state()) {
      first = std::make_shared<Searcher>(index, clock);
      if (preparer.joinable()) prepare_first();
    }
    made->share_facets(*first);
    return made;
  }

  /// With `mutex` held.
  void prepare_first() {
    unprepared = first;
    wake.notify_one();
  }

  void prepare(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (wake.wait(lock, stop, [&] { return unprepared != nullptr; })) {
      const std::shared_ptr<Searcher> searcher = std::move(unprepared);
      lock.unlock();
      try {
        searcher->read_facets();
      } catch (const std::exception&) {
        // What cannot be read is told to the requests that count it.
      }
      lock.lock();
    }
  }

  std::unique_ptr<Searcher> idle_of(std::string_view state) {
    const std::lock_guard lock(mutex);
    const auto found =
        std::find_if(idle.rbegin(), idle.rend(), [&](const Idle& i) { return i.searcher->state() == state; });
    if (found == idle.rend()) return nullptr;
    std::unique_ptr<Searcher> searcher = std::move(found->searcher);
    idle.erase(std::next(found).base());
    return searcher;
  }

  std::filesystem::path index;
  const Clock& clock;
  std::mutex mutex;
  std::shared_ptr<Searcher> first;  ///< Of the newest state; answers nothing.
  std::vector<Idle> idle;           ///< The one that came back last is the last.
  std::shared_ptr<Searcher> unprepared;
  std::condition_variable_any wake;
  std::jthread preparer;  ///< The last member: it uses the others.
};

SearcherPool::SearcherPool(std::filesystem::path index, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(index), clock)) {
  give_back(impl_->make());
}

SearcherPool::~SearcherPool() = default;

SearcherPool::Lease::Lease(SearcherPool& pool, std::unique_ptr<Searcher> searcher)
    : pool_(&pool), searcher_(std::move(searcher)) {}

SearcherPool::Lease::~Lease() {
  if (searcher_) pool_->give_back(std::move(searcher_));
}

SearcherPool::Lease SearcherPool::take() {
  std::unique_ptr<Searcher> searcher = impl_->idle_of(newest_state());
  if (!searcher) searcher = impl_->make();
  return {*this, std::move(searcher)};
}

std::unique_ptr<SearcherPool::Lease> SearcherPool::take_state(std::string_view state) {
  std::unique_ptr<Searcher> searcher = impl_->idle_of(state);
  if (!searcher && state == newest_state()) searcher = impl_->make();
  return searcher ? std::make_unique<Lease>(*this, std::move(searcher)) : nullptr;
}

void SearcherPool::prepare_facets() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->preparer.joinable()) return;
  impl_->preparer = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->prepare(stop); });
  impl_->prepare_first();
}

std::string SearcherPool::newest_state() const {
  return state_of_index(impl_->index);
}

void SearcherPool::give_back(std::unique_ptr<Searcher> searcher) {
  const Time::time_point now = Time::now();
  std::vector<Impl::Idle> gone;  // closed outside the lock
  const std::lock_guard lock(impl_->mutex);
  impl_->idle.push_back({std::move(searcher), now});
  const std::string& state = impl_->idle.back().searcher->state();
  const bool mixed =
      std::any_of(impl_->idle.begin(), impl_->idle.end(), [&](const auto& i) { return i.searcher->state() != state; });
  // Of one state all stay: the first request that sees a newer one mixes them.
  const std::string newest = mixed ? newest_state() : state;
  const auto old = [&](const Impl::Idle& i) { return i.searcher->state() != newest && now - i.since > kOldStateStays; };
  const auto keep =
      std::stable_partition(impl_->idle.begin(), impl_->idle.end(), [&](const auto& i) { return !old(i); });
  gone.assign(std::make_move_iterator(keep), std::make_move_iterator(impl_->idle.end()));
  impl_->idle.erase(keep, impl_->idle.end());
  if (impl_->idle.size() > kIdleAtMost) {
    gone.push_back(std::move(impl_->idle.front()));
    impl_->idle.erase(impl_->idle.begin());
  }
}

}  // namespace dateline::searcher

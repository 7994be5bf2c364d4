// An HTTP client for what an operator asks for by address: bounded in time, bytes and redirects, and kept to http and
// https and to public addresses. It asks again only for what has changed, and not while a server wants to be left
// alone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dateline::indexer {

/// What is remembered of an address from one asking to the next.
struct FetchState {
  std::string etag;             ///< As the server gave it; empty: none.
  std::string last_modified;    ///< As the server gave it; empty: none.
  std::int64_t not_before = 0;  ///< UTC seconds before which it is not asked again.
  std::int64_t failures = 0;    ///< Times in a row that the server wanted to be left alone.

  friend bool operator==(const FetchState&, const FetchState&) = default;
};

struct FetchLimits {
  std::size_t bytes = std::size_t{64} << 20;  ///< Of an answer, unpacked.
  long redirects = 5;
  std::chrono::seconds connect{10};
  std::chrono::seconds total{120};
  /// Less than 100 bytes a second for so long ends it.
  std::chrono::seconds stalled{30};
};

struct FetchAnswer {
  enum class Kind : std::uint8_t {
    content,    ///< `body`.
    unchanged,  ///< The server says that nothing has changed since `FetchState`.
    failed,     ///< `reason`.
    stopped,
  };
  Kind kind = Kind::failed;
  std::string body;
  std::string reason;
  FetchState state;  ///< To be remembered; of `content` only once that has been read.
};

class Fetcher {
 public:
  /// `private_addresses`: also from this machine and its networks, and through the proxies that the environment names,
  /// behind which an address cannot be judged.
  Fetcher(bool private_addresses, const std::atomic<bool>& stop, FetchLimits limits = {});
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// Asks once. `now` in UTC seconds.
  [[nodiscard]] FetchAnswer get(const std::string& url, const FetchState& before, std::int64_t now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Why an address is not one to fetch from; empty if it is.
[[nodiscard]] std::string unfetchable(const std::string& url);

/// Seconds that a server wants to be left alone: by its Retry-After (seconds, or a date), else a minute that doubles
/// with each failure; from a minute to a day.
[[nodiscard]] std::int64_t back_off(std::string_view retry_after, std::int64_t failures, std::int64_t now);

}  // namespace dateline::indexer

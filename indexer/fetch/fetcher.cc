#include "indexer/fetch/fetcher.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <stdexcept>

#include "common/date.h"
#include "common/text.h"
#include "common/url.h"
#include "dateline/version.h"
#include "indexer/fetch/public_address.h"

namespace dateline::indexer {
namespace {

constexpr long kNotModified = 304;
constexpr long kTooManyRequests = 429;
constexpr long kUnavailable = 503;
constexpr std::int64_t kShortestBackOff = 60;
constexpr std::int64_t kLongestBackOff = std::int64_t{24} * 60 * 60;

/// One asking: what libcurl's callbacks need and leave.
struct Transfer {
  const FetchLimits& limits;
  const std::atomic<bool>& stop;
  bool private_addresses;
  bool too_long = false;
  bool refused_address = false;
  std::string body;
  // Of the last answer of a chain of redirects.
  std::string etag;
  std::string last_modified;
  std::string retry_after;
};

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.body.size() + size > transfer.limits.bytes) {
    transfer.too_long = true;
    return 0;
  }
  transfer.body.append(data, size);
  return size;
}

std::size_t take_header(const char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {  // another answer begins
    transfer.etag.clear();
    transfer.last_modified.clear();
    transfer.retry_after.clear();
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  const std::string name = text::ascii_lower(line.substr(0, colon));
  const std::string value = text::clean_line(line.substr(colon + 1));
  if (name == "etag") transfer.etag = value;
  if (name == "last-modified") transfer.last_modified = value;
  if (name == "retry-after") transfer.retry_after = value;
  return size;
}

int ask_whether_to_stop(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->stop ? 1 : 0;
}

/// Judges the address that was resolved, so that neither a name nor a redirect can lead elsewhere.
curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.private_addresses && !is_public_address(address->addr)) {
    transfer.refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

struct HeaderList {
  ~HeaderList() { curl_slist_free_all(list); }
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
  curl_slist* list = nullptr;
};

std::string status_text(long status) {
  switch (status) {
    case 401:
      return "401, it wants a password";
    case 403:
      return "403, it is not for us";
    case 404:
      return "404, it is not there";
    case 410:
      return "410, it is gone for good";
    case kTooManyRequests:
      return "429, it was asked too often";
    case kUnavailable:
      return "503, it is out of service";
    default:
      return std::to_string(status);
  }
}

}  // namespace

std::string unfetchable(const std::string& url) {
  if (!is_http_url(url)) return "want an address that begins with http:// or https://";
  const std::size_t begin = url.find("//") + 2;
  const std::string_view authority = std::string_view{url}.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (authority.find('@') != std::string_view::npos)
    return "want no name and password in an address, which is shown and remembered";
  return {};
}

std::int64_t back_off(std::string_view retry_after, std::int64_t failures, std::int64_t now) {
  std::int64_t wait = kShortestBackOff << std::min<std::int64_t>(failures, 11);
  if (std::int64_t seconds = 0;
      std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds).ec == std::errc{}) {
    wait = seconds;
  } else if (const auto at = parse_date(retry_after)) {
    wait = at->utc - now;
  }
  return std::clamp(wait, kShortestBackOff, kLongestBackOff);
}

struct Fetcher::Impl {
  Impl(bool private_addresses_, const std::atomic<bool>& stop_, FetchLimits limits_)
      : private_addresses(private_addresses_), stop(stop_), limits(limits_) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle = global == CURLE_OK ? curl_easy_init() : nullptr;
    if (handle == nullptr) throw std::runtime_error("libcurl cannot be started");
  }
  ~Impl() { curl_easy_cleanup(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle, option, value) != CURLE_OK)
      throw std::runtime_error(fmt::format("libcurl lacks option {}", static_cast<int>(option)));
  }

  void prepare(const std::string& url, Transfer& transfer, const HeaderList& headers, char* error) {
    curl_easy_reset(handle);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, limits.redirects);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect.count()));
    set(CURLOPT_TIMEOUT, static_cast<long>(limits.total.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 100L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stalled.count()));
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.bytes));
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_USERAGENT, fmt::format("Dateline/{}", kVersion).c_str());
    set(CURLOPT_HTTPHEADER, headers.list);
    if (!private_addresses) set(CURLOPT_PROXY, "");
    set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(CURLOPT_OPENSOCKETDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_XFERINFOFUNCTION, ask_whether_to_stop);
    set(CURLOPT_XFERINFODATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_ERRORBUFFER, error);
  }

  [[nodiscard]] std::string why(CURLcode code, const Transfer& transfer, const char* error) const {
    if (transfer.too_long || code == CURLE_FILESIZE_EXCEEDED)
      return fmt::format("longer than {} MiB", limits.bytes >> 20);
    if (transfer.refused_address)
      return "it leads to an address of this machine or its networks; --fetch-private would allow it";
    if (code == CURLE_UNSUPPORTED_PROTOCOL) return "it leads to an address that is neither http nor https";
    return text::clean_line(*error != '\0' ? error : curl_easy_strerror(code));
  }

  bool private_addresses;
  const std::atomic<bool>& stop;
  FetchLimits limits;
  CURL* handle = nullptr;
};

Fetcher::Fetcher(bool private_addresses, const std::atomic<bool>& stop, FetchLimits limits)
    : impl_(std::make_unique<Impl>(private_addresses, stop, limits)) {}

Fetcher::~Fetcher() = default;

FetchAnswer Fetcher::get(const std::string& url, const FetchState& before, std::int64_t now) {
  using Kind = FetchAnswer::Kind;
  if (std::string reason = unfetchable(url); !reason.empty()) return {.reason = std::move(reason), .state = before};
  Transfer transfer{.limits = impl_->limits, .stop = impl_->stop, .private_addresses = impl_->private_addresses};
  HeaderList headers;
  if (!before.etag.empty()) headers.add("If-None-Match: " + before.etag);
  if (!before.last_modified.empty()) headers.add("If-Modified-Since: " + before.last_modified);
  std::string error(CURL_ERROR_SIZE, '\0');
  impl_->prepare(url, transfer, headers, error.data());
  const CURLcode code = curl_easy_perform(impl_->handle);
  long status = 0;
  curl_easy_getinfo(impl_->handle, CURLINFO_RESPONSE_CODE, &status);

  FetchAnswer answer{.state = before};
  if (code == CURLE_ABORTED_BY_CALLBACK && impl_->stop) {
    answer.kind = Kind::stopped;
  } else if (code != CURLE_OK) {
    answer.reason = impl_->why(code, transfer, error.c_str());
  } else if (status == kNotModified) {
    answer.kind = Kind::unchanged;
    answer.state.failures = 0;
  } else if (status == kTooManyRequests || status == kUnavailable) {
    const std::int64_t wait = back_off(transfer.retry_after, before.failures, now);
    ++answer.state.failures;
    answer.state.not_before = now + wait;
    answer.reason = fmt::format("answered {}; it is not asked again for {} s", status_text(status), wait);
  } else if (status != 200) {
    answer.reason = "answered " + status_text(status);
  } else {
    answer.kind = Kind::content;
    answer.body = std::move(transfer.body);
    answer.state = {.etag = std::move(transfer.etag), .last_modified = std::move(transfer.last_modified)};
  }
  return answer;
}

}  // namespace dateline::indexer

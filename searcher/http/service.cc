#include "searcher/http/service.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

#include "common/date.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/version.h"
#include "embedded.h"
#include "searcher/http/api.h"
#include "searcher/http/compress.h"
#include "searcher/http/feeds.h"
#include "searcher/http/page.h"
#include "searcher/http/problem.h"
#include "searcher/output/json_printer.h"

namespace dateline::searcher::http {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::size_t kWorthCompressing = 1024;
/// Completions are read again at most so often, and never for more than a tenth of the time.
constexpr std::chrono::seconds kCompletionsPause{15};
constexpr const char* kPolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

struct Route {
  std::string_view path;
  Response (*handler)(Context&);
  bool html = false;
  bool post = false;
  bool cached = true;  ///< Has an ETag by the state of the index and what is asked.
};

constexpr std::array kRoutes = {
    Route{.path = "/", .handler = page_start, .html = true},
    Route{.path = "/search", .handler = page_search, .html = true},
    Route{.path = "/article", .handler = page_article, .html = true},
    Route{.path = "/help", .handler = page_help, .html = true},
    Route{.path = "/feed.atom", .handler = atom_feed},
    Route{.path = "/feed.json", .handler = json_feed},
    Route{.path = "/opensearch.xml", .handler = opensearch_description},
    Route{.path = "/v1/search", .handler = api_search},
    Route{.path = "/v1/article", .handler = api_article},
    Route{.path = "/v1/versions", .handler = api_versions},
    Route{.path = "/v1/related", .handler = api_related},
    Route{.path = "/v1/cite", .handler = api_cite},
    Route{.path = "/v1/suggest", .handler = api_suggest, .cached = false},
    Route{.path = "/v1/timeline", .handler = api_timeline},
    Route{.path = "/v1/export", .handler = api_export, .cached = false},
    Route{.path = "/v1/batch", .handler = api_batch, .post = true, .cached = false},
};

struct Asset {
  std::string_view path;
  std::string_view file;
  const char* type;
};

constexpr std::array kAssets = {
    Asset{"/dateline.css", "dateline.css", "text/css; charset=utf-8"},
    Asset{"/dateline.js", "dateline.js", "text/javascript; charset=utf-8"},
    Asset{"/dateline-search.js", "dateline-search.js", "text/javascript; charset=utf-8"},
    Asset{"/icon.svg", "icon.svg", "image/svg+xml"},
    Asset{"/openapi.json", "openapi.json", "application/json"},
};

const Route* route_of(std::string_view path) {
  const auto found = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& r) { return r.path == path; });
  return found == kRoutes.end() ? nullptr : &*found;
}

const Asset* asset_of(std::string_view path) {
  const auto found = std::find_if(kAssets.begin(), kAssets.end(), [&](const Asset& a) { return a.path == path; });
  return found == kAssets.end() ? nullptr : &*found;
}

bool is_probe(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/metrics";
}

/// For counters: paths of ours by name, all others as one.
std::string route_name(std::string_view path) {
  if (route_of(path) != nullptr || asset_of(path) != nullptr || is_probe(path)) return std::string{path};
  return "other";
}

bool loopback_name(std::string_view host) {
  return text::ascii_iequals(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  for (const std::string_view part : text::split(if_none_match, ',')) {
    const std::string_view one = text::trim(part);
    if (one == "*" || one == etag || (etag.starts_with("W/") && one == etag.substr(2))) return true;
  }
  return false;
}

std::string allowed_methods(const Route* route) {
  return route != nullptr && route->post ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

Response asset_response(const Asset& asset) {
  Response response{.type = asset.type, .body = std::string{embedded(asset.file)}};
  response.headers.emplace_back("ETag",
                                fmt::format("\"{:016x}\"", XXH3_64bits(response.body.data(), response.body.size())));
  response.headers.emplace_back("Cache-Control", "public, max-age=3600");
  // A page of another origin may load the component; nothing of these files is private.
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  return response;
}

}  // namespace

Service::Service(ServiceOptions options, SearcherPool& pool, const Clock& clock,
                 std::function<void(std::string_view)> log)
    : options_(std::move(options)), pool_(pool), clock_(clock), log_(std::move(log)), exports_(pool) {
  completions_thread_ = std::thread([this] { keep_completions(); });
}

Service::~Service() {
  {
    const std::lock_guard lock(completions_mutex_);
    stop_ = true;
  }
  completions_wake_.notify_all();
  completions_thread_.join();
}

ServerHooks Service::hooks() {
  return {
      .handle = [this](Request& r) { return handle(r); },
      .admit = [this](Request& r) { return admit(r); },
      .refuse = [this](const Request& r, int status, const std::string& detail) { return refuse(r, status, detail); },
      .served = [this](const Served& s) { served(s); }};
}

void Service::keep_completions() {
  std::string read_state;
  std::unique_lock lock(completions_mutex_);
  while (!stop_) {
    lock.unlock();
    Time::duration took{};
    try {
      if (const std::string newest = pool_.newest_state(); newest != read_state && !newest.empty()) {
        const Time::time_point start = Time::now();
        // A searcher of its own: reading takes long, and closing its files must not wait for the pool.
        std::shared_ptr<const Completions> read = pool_.take()->completions();
        took = Time::now() - start;
        read_state = newest;
        const std::lock_guard swap(completions_mutex_);
        completions_ = std::move(read);
      }
    } catch (const Error&) {
      // The index is gone or being changed: requests say so, and this tries again.
    }
    lock.lock();
    const auto pause =
        std::max<Time::duration>(took * 9, completions_ ? Time::duration{kCompletionsPause} : std::chrono::seconds{1});
    completions_wake_.wait_for(lock, pause, [&] { return stop_; });
  }
}

bool Service::allowed_host(std::string_view host) const {
  const std::string_view name = without_port(host);
  return loopback_name(name) || std::any_of(options_.hosts.begin(), options_.hosts.end(), [&](const std::string& h) {
           return text::ascii_iequals(h, name) || text::ascii_iequals(h, host);
         });
}

Response Service::admit(Request& request) {
  // A page of elsewhere may point a name of its own at this machine (DNS rebinding): only known names are answered.
  if (!allowed_host(request.header("host")))
    return refuse(request, 421, "not served under this name; --allow-host names others");
  const bool open = request.path == "/healthz" || request.path == "/readyz" || request.method == "OPTIONS";
  if (options_.tokens.required() && !open) {
    const Tokens::Holder* holder = options_.tokens.holder(request.header("authorization"));
    if (holder == nullptr) {
      Response refused = refuse(request, 401, "send Authorization: Bearer TOKEN");
      refused.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Dateline\"");
      refused.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Dateline\", charset=\"UTF-8\"");
      return refused;
    }
    request.client = holder->name;
    request.visible_sources = holder->sources;
  }
  const Route* route = route_of(request.path);
  const bool post = route != nullptr && route->post;
  const bool known = request.method == "OPTIONS" ||
                     (post ? request.method == "POST" : request.method == "GET" || request.method == "HEAD");
  if (!known) {
    Response refused = refuse(request, 405, "use " + allowed_methods(route));
    refused.headers.emplace_back("Allow", allowed_methods(route));
    return refused;
  }
  Response pass;
  pass.status = 0;
  return pass;
}

Response Service::refuse(const Request& request, int status, const std::string& detail) const {
  Response response = problem_response(problem_of_status(status, detail), request);
  finish(request, response);
  return response;
}

Response Service::handle(Request& request) {
  Response response = answer(request);
  finish(request, response);
  return response;
}

std::string Service::etag(const Request& request) const {
  // Relative dates ("since:7d") change with the day; when an embargo may end, every second is another answer.
  const std::chrono::sys_seconds now = clock_.now();
  const SearcherPool::Lease searcher = pool_.take();
  const std::string day = searcher->concealing() ? fmt::format("{}", now.time_since_epoch().count())
                                                 : format_day(std::chrono::floor<std::chrono::days>(now));
  std::uint64_t asked = fingerprint(request);
  for (const auto& [name, value] : request.parameters) {
    if (name == "cursor") asked ^= XXH3_64bits(value.data(), value.size());
  }
  return fmt::format("W/\"{}-{:016x}-{}-{}\"", searcher->state(), asked, day, kVersion);
}

Response Service::answer(Request& request) {
  if (is_probe(request.path)) return probe(request);
  const Route* route = route_of(request.path);
  if (request.method == "OPTIONS") {
    Response response{.status = 204, .type = ""};
    response.headers.emplace_back("Allow", allowed_methods(route));
    return response;
  }
  if (const Asset* asset = asset_of(request.path)) {
    Response response = asset_response(*asset);
    if (etag_matches(request.header("if-none-match"), response.headers.front().second)) {
      response.status = 304;
      response.body.clear();
    }
    return response;
  }
  if (route == nullptr) {
    return request.path.starts_with("/v1/") ? problem_response(problem_of_status(404, "no such address"), request)
                                            : page_missing(request);
  }
  std::string tag;
  if (route->cached) {
    try {
      tag = etag(request);
    } catch (const Error&) {
      // The index cannot be read: the handler says so.
    }
    if (!tag.empty() && etag_matches(request.header("if-none-match"), tag)) {
      Response same{.status = 304, .type = ""};
      same.headers.emplace_back("ETag", tag);
      same.headers.emplace_back("Cache-Control", "private, no-cache");
      return same;
    }
  }
  std::shared_ptr<const Completions> completions;
  {
    const std::lock_guard lock(completions_mutex_);
    completions = completions_;
  }
  const std::string_view forwarded = request.header("x-forwarded-proto");
  Context context{.request = request,
                  .parameters = Parameters(request.parameters),
                  .pool = pool_,
                  .clock = clock_,
                  .completions = std::move(completions),
                  .exports = exports_,
                  .deadline = request.arrived + options_.deadline,
                  .base = fmt::format("{}://{}", forwarded == "https" ? "https" : "http", request.header("host"))};
  Response response;
  try {
    response = route->handler(context);
  } catch (const Error& error) {
    const Problem problem = problem_of(error, context.parameters.text("q"));
    response = route->html ? page_problem(context, problem, error) : problem_response(problem, request);
    response.note = error.code() == ErrorCode::query ? "query" : error.what();
  }
  if (response.status == 200) {
    if (!tag.empty()) response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control", "private, no-cache");
  } else {
    response.headers.emplace_back("Cache-Control", "no-store");
  }
  return response;
}

Response Service::probe(const Request& request) {
  const std::string type = "text/plain; charset=utf-8";
  const auto plain = [&](int status, std::string body) {
    Response response{.status = status, .type = type, .body = std::move(body)};
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  };
  if (request.path == "/healthz") return plain(200, "ok\n");
  try {
    const SearcherPool::Lease searcher = pool_.take();
    if (request.path == "/readyz") {
      const std::lock_guard lock(completions_mutex_);
      if (draining_) return plain(503, "stopping\n");
      // Remote shards have no state to go by and give no completions.
      const bool waits = !completions_ && !pool_.newest_state().empty();
      return waits ? plain(503, "reading completions\n") : plain(200, "ready\n");
    }
    Gauges gauges{.articles = searcher->size(), .generation = searcher->generation()};
    if (const Server* server = server_) {
      gauges.connections = server->connections();
      gauges.queued = server->queued();
    }
    Response response = plain(200, metrics_.text(gauges));
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
  } catch (const Error& error) {
    Response response = plain(503, "the index cannot be read\n");
    response.note = error.what();
    return response;
  }
}

void Service::finish(const Request& request, Response& response) const {
  auto& headers = response.headers;
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Content-Security-Policy", kPolicy);
  headers.emplace_back("X-Frame-Options", "DENY");
  headers.emplace_back("Vary", "Accept-Encoding, Authorization, Origin");
  const std::string origin{request.header("origin")};
  if (!origin.empty() &&
      std::find(options_.origins.begin(), options_.origins.end(), origin) != options_.origins.end()) {
    headers.emplace_back("Access-Control-Allow-Origin", origin);
    headers.emplace_back("Access-Control-Expose-Headers", "ETag, X-Request-Id, Retry-After");
    if (request.method == "OPTIONS") {
      headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST");
      headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, X-Request-Id");
      headers.emplace_back("Access-Control-Max-Age", "600");
    }
  }
  const bool compressible = !response.stream && response.body.size() >= kWorthCompressing && response.status != 304 &&
                            takes_gzip(request.header("accept-encoding"));
  if (!compressible) return;
  if (std::string smaller = gzip(response.body); !smaller.empty() && smaller.size() < response.body.size()) {
    response.body = std::move(smaller);
    headers.emplace_back("Content-Encoding", "gzip");
  }
}

void Service::served(const Served& served) {
  const Request& request = served.request;
  const std::string route = route_name(request.path);
  metrics_.served(route, served.status, served.bytes, served.took);
  std::ostringstream out;
  JsonPrinter json(out);
  json.begin_object();
  json.field("time", format_rfc3339({.utc = clock_.now().time_since_epoch().count()}));
  json.field("id", request.id);
  json.field("method", request.method);
  json.field("route", route);
  json.field("status", served.status);
  json.field("bytes", served.bytes);
  json.field("ms", static_cast<double>(served.took.count()) / 1000);
  if (!request.client.empty()) json.field("client", request.client);
  // What is searched for is nobody's business unless the operator says so.
  if (options_.log_queries) {
    json.key("parameters");
    json.begin_object();
    for (const auto& [name, value] : request.parameters) json.field(name, value);
    json.end_object();
  }
  if (!served.note.empty() && (options_.log_queries || served.status >= 500)) json.field("note", served.note);
  json.end_object();
  log_(out.str());
}

}  // namespace dateline::searcher::http

#include "dateline.h"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "dateline/clock.h"
#include "dateline/error.h"
#include "dateline/searcher_pool.h"
#include "dateline/version.h"
#include "searcher/http/api.h"
#include "searcher/http/exports.h"
#include "searcher/http/problem.h"

namespace {

namespace searcher = dateline::searcher;
namespace http = dateline::searcher::http;

constexpr std::chrono::seconds kDeadline{10};

char* copy(const std::string& text) {
  auto* out = static_cast<char*>(std::malloc(text.size() + 1));
  if (out != nullptr) std::memcpy(out, text.c_str(), text.size() + 1);
  return out;
}

int status_of(int http_status) {
  switch (http_status) {
    case 200:
      return DATELINE_OK;
    case 400:
      return DATELINE_BAD_REQUEST;
    case 404:
      return DATELINE_NOT_FOUND;
    case 410:
      return DATELINE_GONE;
    case 503:
      return DATELINE_INDEX;
    case 504:
      return DATELINE_DEADLINE;
    default:
      return DATELINE_INTERNAL;
  }
}

int internal(const char* what, char** answer) {
  if (answer != nullptr)
    *answer = copy(http::problem_response(http::problem_of_status(500, what), http::Request{}).body);
  return DATELINE_INTERNAL;
}

}  // namespace

struct dateline_index {
  explicit dateline_index(const char* folder) : pool(folder, clock), exports(pool) {}

  /// Read anew when the index has changed.
  std::shared_ptr<const searcher::Completions> completions() {
    const std::lock_guard lock(mutex);
    const std::string newest = pool.newest_state();
    if (!read || newest != read_state) {
      read = pool.take()->completions();
      read_state = newest;
    }
    return read;
  }

  dateline::SystemClock clock;
  searcher::SearcherPool pool;
  http::Exports exports;
  std::mutex mutex;
  std::shared_ptr<const searcher::Completions> read;
  std::string read_state;
};

namespace {

int ask(dateline_index* index, const char* what, http::Response (*handler)(http::Context&), const char* json,
        char** answer) {
  if (answer == nullptr) return DATELINE_BAD_REQUEST;
  *answer = nullptr;
  try {
    http::Request request;
    http::Response response;
    request.path = what;
    request.arrived = std::chrono::steady_clock::now();
    std::string query;
    try {
      if (index == nullptr || json == nullptr)
        throw dateline::Error(dateline::ErrorCode::usage, "request", "is missing");
      request.parameters = http::json_parameters(nlohmann::json::parse(json, nullptr, false));
      http::Context context{.request = request,
                            .parameters = http::Parameters(request.parameters),
                            .pool = index->pool,
                            .clock = index->clock,
                            .completions = handler == http::api_suggest ? index->completions() : nullptr,
                            .exports = index->exports,
                            .deadline = std::chrono::steady_clock::now() + kDeadline,
                            .base = {}};
      query = context.parameters.text("q");
      response = handler(context);
    } catch (const dateline::Error& error) {
      response = http::problem_response(http::problem_of(error, query), request);
    }
    *answer = copy(response.body);
    return *answer != nullptr ? status_of(response.status) : DATELINE_INTERNAL;
  } catch (const std::exception& error) {
    return internal(error.what(), answer);
  } catch (...) {
    return internal("unknown", answer);
  }
}

}  // namespace

int dateline_open(const char* folder, dateline_index** out, char** answer) {
  if (answer != nullptr) *answer = nullptr;
  if (out == nullptr || folder == nullptr) return DATELINE_BAD_REQUEST;
  *out = nullptr;
  try {
    *out = new dateline_index(folder);
    return DATELINE_OK;
  } catch (const dateline::Error& error) {
    http::Problem problem = http::problem_of(error, {});
    problem.detail = error.what();  // whoever opens a folder may be told which
    if (answer != nullptr) *answer = copy(http::problem_response(problem, http::Request{}).body);
    return DATELINE_INDEX;
  } catch (const std::exception& error) {
    return internal(error.what(), answer);
  } catch (...) {
    return internal("unknown", answer);
  }
}

void dateline_close(dateline_index* index) {
  delete index;
}

int dateline_search(dateline_index* index, const char* request, char** answer) {
  return ask(index, "search", http::api_search, request, answer);
}
int dateline_article(dateline_index* index, const char* request, char** answer) {
  return ask(index, "article", http::api_article, request, answer);
}
int dateline_related(dateline_index* index, const char* request, char** answer) {
  return ask(index, "related", http::api_related, request, answer);
}
int dateline_timeline(dateline_index* index, const char* request, char** answer) {
  return ask(index, "timeline", http::api_timeline, request, answer);
}
int dateline_cite(dateline_index* index, const char* request, char** answer) {
  return ask(index, "cite", http::api_cite, request, answer);
}
int dateline_suggest(dateline_index* index, const char* request, char** answer) {
  return ask(index, "suggest", http::api_suggest, request, answer);
}

void dateline_free(char* answer) {
  std::free(answer);
}

const char* dateline_version() {
  return dateline::kVersion;
}

#include "searcher/http/problem.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "searcher/output/json_printer.h"

namespace dateline::searcher::http {
namespace {

struct Kind {
  int status;
  std::string_view name;
  std::string_view title;
};

Kind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return {400, "parameter", "A parameter makes no sense"};
    case ErrorCode::query:
      return {400, "query", "The query cannot be understood"};
    case ErrorCode::deadline:
      return {504, "deadline", "The search took too long"};
    case ErrorCode::busy:
      return {503, "busy", "Try again in a moment"};
    case ErrorCode::index_missing:
    case ErrorCode::index_corrupt:
    case ErrorCode::index_schema:
    case ErrorCode::io:
      break;
  }
  return {503, "index", "The index cannot be read"};
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string_view status_title(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "A token is needed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 410:
      return "Gone";
    case 413:
      return "The body is too large";
    case 415:
      return "Unsupported media type";
    case 421:
      return "Not served under this name";
    case 431:
      return "Request line and headers are too large";
    case 500:
      return "An error of ours";
    case 503:
      return "Try again in a moment";
    default:
      return "Error";
  }
}

std::string message_of(const Error& error) {
  const std::string_view all = error.what();
  const std::string head = error.subject() + ": ";
  return std::string{all.substr(all.starts_with(head) ? head.size() : 0)};
}

Problem problem_of(const Error& error, std::string_view query) {
  const Kind kind = kind_of(error.code());
  Problem problem{.status = kind.status,
                  .name = std::string{kind.name},
                  .title = std::string{kind.title},
                  .detail = message_of(error)};
  if (error.code() == ErrorCode::usage) problem.parameter = error.subject();
  if (error.code() == ErrorCode::query) problem.parameter = "q";
  if (error.position()) problem.position = characters(query.substr(0, *error.position()));
  // Paths of the server are not the client's business.
  if (kind.name == "index") problem.detail = "the index cannot be read at the moment";
  if (kind.name == "busy") problem.detail = "the index is being changed; try again";
  return problem;
}

Problem problem_of_status(int status, std::string detail) {
  return {.status = status,
          .name = std::to_string(status),
          .title = std::string{status_title(status)},
          .detail = std::move(detail)};
}

Response problem_response(const Problem& problem, const Request& request) {
  std::ostringstream out;
  JsonPrinter json(out);
  json.begin_object();
  json.field("type", "urn:dateline:problem:" + problem.name);
  json.field("title", problem.title);
  json.field("status", problem.status);
  json.field("detail", problem.detail);
  json.field("instance", "urn:dateline:request:" + request.id);
  if (!problem.parameter.empty()) json.field("parameter", problem.parameter);
  if (problem.position) json.field("position", std::uint64_t{*problem.position});
  json.end_object();
  Response response{.status = problem.status, .type = "application/problem+json", .body = out.str() + "\n"};
  if (problem.status == 503 || problem.status == 504) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace dateline::searcher::http

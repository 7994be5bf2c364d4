#include "searcher/output/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "common/date.h"
#include "searcher/output/json_values.h"
#include "searcher/output/terminal.h"

namespace dateline::searcher {
namespace {

using Lines = std::vector<std::string>;

/// Most pairs of lines that are compared: 2 MiB of them.
constexpr std::size_t kMostPairs = 1'000'000;

/// Longest common subsequence: what is not in it went or came.
void compare(const Lines& a, const Lines& b, std::vector<LineChange>& out) {
  const auto went = [&](const std::string& line) { out.push_back({LineChange::Kind::went, line}); };
  const auto came = [&](const std::string& line) { out.push_back({LineChange::Kind::came, line}); };
  if (a.size() * b.size() > kMostPairs || a.size() > UINT16_MAX || b.size() > UINT16_MAX) {
    std::for_each(a.begin(), a.end(), went);
    std::for_each(b.begin(), b.end(), came);
    return;
  }
  const std::size_t row = b.size() + 1;
  std::vector<std::uint16_t> common((a.size() + 1) * row);
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i * row + j] = a[i] == b[j] ? static_cast<std::uint16_t>(common[(i + 1) * row + j + 1] + 1)
                                         : std::max(common[(i + 1) * row + j], common[i * row + j + 1]);
    }
  }
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({LineChange::Kind::same, a[i]});
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && common[(i + 1) * row + j] >= common[i * row + j + 1])) {
      went(a[i++]);
    } else {
      came(b[j++]);
    }
  }
}

std::string moment(std::int64_t utc) {
  return utc == 0 ? std::string{"undated"} : format_rfc3339({.utc = utc});
}

void moment_or_null(JsonPrinter& json, std::string_view key, std::int64_t utc) {
  text_or_null(json, key, utc == 0 ? std::string{} : moment(utc));
}

}  // namespace

std::vector<LineChange> changes(const ArticleVersion& older, const ArticleVersion& newer) {
  std::vector<LineChange> out;
  compare({older.title}, {newer.title}, out);
  const Lines& a = older.body;
  const Lines& b = newer.body;
  // Most of an article stays: only what lies between its common beginning and end is compared.
  const auto [a_differs, b_differs] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  for (auto line = a.begin(); line != a_differs; ++line) out.push_back({LineChange::Kind::same, *line});
  auto a_end = a.end();
  auto b_end = b.end();
  while (a_end != a_differs && b_end != b_differs && *(a_end - 1) == *(b_end - 1)) --a_end, --b_end;
  compare({a_differs, a_end}, {b_differs, b_end}, out);
  for (auto line = a_end; line != a.end(); ++line) out.push_back({LineChange::Kind::same, *line});
  return out;
}

std::string versions_text(const std::vector<ArticleVersion>& versions, bool diff) {
  std::string out;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const ArticleVersion& version = versions[i];
    out += fmt::format("{}  {}  {}  {}\n", moment(version.version_at), version.hash,
                       version.replaced_at == 0 ? "present" : "replaced " + moment(version.replaced_at),
                       printable(version.title));
    if (!diff || i + 1 == versions.size()) continue;
    for (const LineChange& change : changes(versions[i + 1], version)) {
      if (change.kind == LineChange::Kind::same) continue;
      out += fmt::format("  {} {}\n", change.kind == LineChange::Kind::came ? '+' : '-', printable(change.text));
    }
  }
  return out;
}

void write_versions(JsonPrinter& json, const std::vector<ArticleVersion>& versions, bool diff) {
  json.begin_object();
  json.field("format_version", kFormatVersion);
  json.field("id", versions.empty() ? std::string{} : versions.front().id);
  json.key("versions");
  json.begin_array();
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const ArticleVersion& version = versions[i];
    json.begin_object();
    json.field("hash", version.hash);
    json.field("title", version.title);
    texts(json, "body", version.body);
    moment_or_null(json, "version_at", version.version_at);
    moment_or_null(json, "replaced_at", version.replaced_at);
    if (diff && i + 1 < versions.size()) {
      std::vector<std::string> went;
      std::vector<std::string> came;
      for (LineChange& change : changes(versions[i + 1], version)) {
        if (change.kind == LineChange::Kind::went) went.push_back(std::move(change.text));
        if (change.kind == LineChange::Kind::came) came.push_back(std::move(change.text));
      }
      texts(json, "went", went);
      texts(json, "came", came);
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace dateline::searcher

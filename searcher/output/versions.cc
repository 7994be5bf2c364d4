#include "searcher/output/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "searcher/output/terminal.h"

namespace dateline::searcher {
namespace {

struct Change {
  bool came = false;
  std::string text;
};

std::vector<std::string> lines_of(const ArticleVersion& version) {
  std::vector<std::string> lines{version.title};
  lines.insert(lines.end(), version.body.begin(), version.body.end());
  return lines;
}

/// Longest common subsequence of paragraphs: what is not in it went or came.
std::vector<Change> changes(const ArticleVersion& older, const ArticleVersion& newer) {
  const std::vector<std::string> a = lines_of(older);
  const std::vector<std::string> b = lines_of(newer);
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::vector<Change> out;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({false, a[i++]});
    } else {
      out.push_back({true, b[j++]});
    }
  }
  return out;
}

std::string moment(std::int64_t utc) {
  return utc == 0 ? std::string{"undated"} : format_rfc3339({.utc = utc});
}

}  // namespace

std::string versions_text(const std::vector<ArticleVersion>& versions, bool diff) {
  std::string out;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const ArticleVersion& version = versions[i];
    out += fmt::format("{}  {}  {}  {}\n", moment(version.version_at), version.hash,
                       version.replaced_at == 0 ? "present" : "replaced " + moment(version.replaced_at),
                       printable(version.title));
    if (!diff || i + 1 == versions.size()) continue;
    for (const Change& change : changes(versions[i + 1], version))
      out += fmt::format("  {} {}\n", change.came ? '+' : '-', printable(change.text));
  }
  return out;
}

std::string versions_json(const std::vector<ArticleVersion>& versions, bool diff) {
  nlohmann::ordered_json json = {{"format_version", 1},
                                 {"id", versions.empty() ? std::string{} : versions.front().id},
                                 {"versions", nlohmann::ordered_json::array()}};
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const ArticleVersion& version = versions[i];
    nlohmann::ordered_json entry = {{"hash", version.hash}, {"title", version.title}, {"body", version.body}};
    entry["version_at"] = nullptr;
    entry["replaced_at"] = nullptr;
    if (version.version_at != 0) entry["version_at"] = moment(version.version_at);
    if (version.replaced_at != 0) entry["replaced_at"] = moment(version.replaced_at);
    if (diff && i + 1 < versions.size()) {
      entry["went"] = nlohmann::ordered_json::array();
      entry["came"] = nlohmann::ordered_json::array();
      for (const Change& change : changes(versions[i + 1], version))
        entry[change.came ? "came" : "went"].push_back(change.text);
    }
    json["versions"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dateline::searcher

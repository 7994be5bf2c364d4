#include "searcher/http/page_versions.h"

#include <algorithm>
#include <string_view>

#include "common/text.h"
#include "searcher/http/server.h"
#include "searcher/output/versions.h"

namespace dateline::searcher::http {
namespace {

using Kind = LineChange::Kind;
using Words = std::vector<std::string_view>;

/// The register keeps seconds: midnight is a day without a time.
std::string moment(std::int64_t utc) {
  constexpr std::int64_t kDay = 86'400;
  if (utc == 0) return "undated";
  return long_moment({.utc = utc, .precision = utc % kDay == 0 ? Precision::day : Precision::second});
}

void write_words(Markup& out, Words::const_iterator from, Words::const_iterator to) {
  for (auto word = from; word != to; ++word) {
    if (word != from) out << " ";
    out.text(*word);
  }
}

/// A paragraph of which a part was rewritten, that part alone being marked. False where little is left of it.
bool write_rewritten(Markup& out, std::string_view went, std::string_view came) {
  const Words a = text::split(went, ' ');
  const Words b = text::split(came, ' ');
  const auto [a_from, b_from] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto a_to = a.end();
  auto b_to = b.end();
  while (a_to != a_from && b_to != b_from && *(a_to - 1) == *(b_to - 1)) --a_to, --b_to;
  const auto changed = std::max(a_to - a_from, b_to - b_from);
  if (static_cast<std::size_t>(changed) * 2 > std::max(a.size(), b.size())) return false;
  write_words(out, a.begin(), a_from);
  if (a_from != a.begin()) out << " ";
  if (a_from != a_to) {
    out << "<del>";
    write_words(out, a_from, a_to);
    out << "</del>";
    if (b_from != b_to) out << " ";
  }
  if (b_from != b_to) {
    out << "<ins>";
    write_words(out, b_from, b_to);
    out << "</ins>";
  }
  if (a_to != a.end()) out << " ";
  write_words(out, a_to, a.end());
  return true;
}

void write_line(Markup& out, const LineChange& line) {
  if (line.kind == Kind::went) out << "<del>";
  if (line.kind == Kind::came) out << "<ins>";
  out.text(line.text);
  if (line.kind == Kind::went) out << "</del>";
  if (line.kind == Kind::came) out << "</ins>";
}

/// Lines from `begin` on that went, and those that came after them.
struct Change {
  std::size_t went_end;
  std::size_t came_end;
};
Change change_at(const std::vector<LineChange>& lines, std::size_t begin) {
  const auto run = [&](std::size_t from, Kind kind) {
    while (from < lines.size() && lines[from].kind == kind) ++from;
    return from;
  };
  const std::size_t went_end = run(begin, Kind::went);
  return {went_end, run(went_end, Kind::came)};
}

void write_lines(Markup& out, const std::vector<LineChange>& lines) {
  for (std::size_t i = 0; i < lines.size();) {
    const auto [went_end, came_end] = change_at(lines, i);
    if (came_end == i) {
      out << "<p>";
      write_line(out, lines[i++]);
      out << "</p>";
      continue;
    }
    // The first that went with the first that came, and so on: an editor changes paragraphs in their places.
    std::size_t came = went_end;
    for (; i < went_end; ++i) {
      out << "<p>";
      if (came < came_end && write_rewritten(out, lines[i].text, lines[came].text)) {
        ++came;
      } else {
        write_line(out, lines[i]);
      }
      out << "</p>";
    }
    for (; came < came_end; ++came) {
      out << "<p>";
      write_line(out, lines[came]);
      out << "</p>";
    }
    i = came_end;
  }
}

}  // namespace

std::size_t version_named(const std::vector<ArticleVersion>& versions, std::string_view hash) {
  const auto found = std::find_if(versions.begin(), versions.end(), [&](const auto& v) { return v.hash == hash; });
  return static_cast<std::size_t>(found - versions.begin());
}

void write_version_list(Markup& out, const std::vector<ArticleVersion>& versions, std::size_t shown,
                        const PageQuery& query) {
  if (versions.size() < 2) return;
  out << "<section class=\"versions\"><h2>Versions</h2><ul>";
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const ArticleVersion& version = versions[i];
    out << "<li><a href=\"/article?id=";
    out.text(percent_encoded(version.id));
    if (i > 0) {
      out << "&amp;version=";
      out.text(version.hash);
    }
    if (const std::string rest = query.address(""); rest.size() > 1) {
      out << "&amp;";
      out.text(rest.substr(1));
    }
    out << "\"";
    if (i == shown) out << " aria-current=\"page\"";
    out << ">";
    out.text(moment(version.version_at)) << "</a> <span class=\"kind\">";
    if (i == 0) {
      out << "present";
    } else {
      out << "until ";
      out.text(moment(version.replaced_at));
    }
    out << "</span></li>";
  }
  out << "</ul></section>";
}

void write_earlier_version(Markup& out, const std::vector<ArticleVersion>& versions, std::size_t shown,
                           const std::string& lang) {
  const ArticleVersion& older = versions[shown];
  std::vector<LineChange> lines = changes(older, versions[shown - 1]);
  out << "<p class=\"earlier\">What this article said until ";
  out.text(moment(older.replaced_at)) << ", when another version took its place. <del>Struck out</del>: what went. "
                                         "<ins>Underlined</ins>: what came. <a href=\"/article?id=";
  out.text(percent_encoded(older.id)) << "\">The article as it is</a></p><p class=\"meta\">";
  out.text(moment(older.version_at)) << "</p><h1";
  language_attribute(out, lang);
  out << ">";
  const bool same_headline = lines.front().kind == Kind::same;
  if (same_headline) {
    out.text(older.title);
  } else if (!write_rewritten(out, lines[0].text, lines[1].text)) {
    write_line(out, lines[0]);
    out << " ";
    write_line(out, lines[1]);
  }
  lines.erase(lines.begin(), lines.begin() + (same_headline ? 1 : 2));
  out << "</h1><div class=\"text\"";
  language_attribute(out, lang);
  out << ">";
  write_lines(out, lines);
  out << "</div>";
}

}  // namespace dateline::searcher::http

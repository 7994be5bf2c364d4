#include "searcher/http/cite.h"

#include <fmt/format.h>

#include <string_view>

#include "common/date.h"
#include "common/text.h"
#include "common/url.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kKeyLength = 40;

std::string tex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '{':
      case '}':
      case '$':
      case '&':
      case '%':
      case '#':
      case '_':
        out += '\\';
        out += c;
        break;
      default:
        out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

/// Letters and digits only: what every BibTeX takes in a key.
std::string key(const Article& article) {
  std::string out;
  const std::string year = article.published ? format_day(*article.published).substr(0, 4) : "";
  for (const char c : text::fold(article.source) + year + article.id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain && out.size() < kKeyLength) out += c;
  }
  return out.empty() ? "article" : out;
}

/// One line: a value with a line end would begin a new tag.
std::string line(std::string_view text) {
  return text::clean_line(text);
}

}  // namespace

std::string bibtex(const Article& article) {
  std::string out = fmt::format("@article{{{},\n", key(article));
  const auto field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("  {} = {{{}}},\n", name, value);
  };
  std::string authors;
  for (const std::string& author : article.authors) {
    // Braces keep "and" and commas inside a name from parting it.
    authors += (authors.empty() ? "{" : " and {") + tex(author) + "}";
  }
  field("author", authors);
  field("title", "{" + tex(article.title) + "}");
  field("journal", tex(article.source));
  if (article.published) {
    const std::string day = format_day(*article.published);
    field("year", day.substr(0, 4));
    if (day.size() >= 7) field("month", day.substr(5, 2));
    field("date", day);
  }
  if (is_http_url(article.url)) field("url", article.url.find_first_of("{}\\") == std::string::npos ? article.url : "");
  field("language", article.lang);
  return out + "}\n";
}

std::string ris(const Article& article) {
  std::string out = "TY  - NEWS\r\n";
  const auto tag = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}  - {}\r\n", name, value);
  };
  for (const std::string& author : article.authors) tag("AU", line(author));
  tag("TI", line(article.title));
  tag("JO", line(article.source));
  if (article.published) {
    const std::string day = format_day(*article.published);
    tag("PY", day.substr(0, 4));
    std::string slashed = day;
    for (char& c : slashed) c = c == '-' ? '/' : c;
    tag("DA", slashed);
  }
  tag("SP", line(article.section));
  if (is_http_url(article.url)) tag("UR", line(article.url));
  tag("LA", article.lang);
  tag("ID", line(article.id));
  return out + "ER  - \r\n";
}

}  // namespace dateline::searcher::http

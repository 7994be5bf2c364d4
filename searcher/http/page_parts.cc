#include "searcher/http/page_parts.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/date.h"
#include "dateline/version.h"
#include "embedded.h"
#include "searcher/http/server.h"

namespace dateline::searcher::http {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 6> kOthers = {"q", "any", "sort", "offset", "all", "zone"};

std::string_view month_name(std::string_view digits) {
  unsigned month = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), month);
  return month >= 1 && month <= kMonths.size() ? kMonths[month - 1] : digits;
}

/// Day, month and year of an ISO day as far as it goes.
std::string day_text(std::string_view iso, std::size_t month_letters) {
  if (iso.size() < 7) return std::string{iso};
  const std::string_view month = month_name(iso.substr(5, 2)).substr(0, month_letters);
  if (iso.size() < 10) return fmt::format("{} {}", month, iso.substr(0, 4));
  const std::string_view day = iso.substr(iso[8] == '0' ? 9 : 8, iso[8] == '0' ? 1 : 2);
  return fmt::format("{} {} {}", day, month, iso.substr(0, 4));
}

void hidden_inputs(Markup& out, const PageQuery& query) {
  for (const auto& [name, value] : query.pairs()) {
    if (name == "q" || name == "offset" || name == "all") continue;
    out << "<input type=\"hidden\" name=\"";
    out.text(name) << "\" value=\"";
    out.text(value) << "\">";
  }
}

/// Changes with the files, so that a browser never mixes a new page with old styles.
const std::string& asset_version() {
  static const std::string version = [] {
    const std::string all = std::string{embedded("dateline.css")} + std::string{embedded("dateline.js")};
    return fmt::format("{:08x}", XXH3_64bits(all.data(), all.size()) & 0xFFFFFFFFU);
  }();
  return version;
}

void head(Markup& out, const Frame& frame) {
  out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\"><title>";
  if (!frame.title.empty()) out.text(frame.title) << " · ";
  out << "Dateline</title><meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" type=\"image/svg+xml\" "
         "href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/dateline.css?v=";
  out.text(asset_version())
      << "\"><link rel=\"search\" type=\"application/opensearchdescription+xml\" title=\"Dateline\" "
         "href=\"/opensearch.xml\">";
  if (!frame.indexed) out << "<meta name=\"robots\" content=\"noindex\">";
  if (frame.feeds) {
    const PageQuery query = frame.query.without("offset").without("all").without("sort");
    out << "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Atom feed of this search\" href=\"";
    out.text(query.address("/feed.atom")) << "\"><link rel=\"alternate\" type=\"application/feed+json\" href=\"";
    out.text(query.address("/feed.json")) << "\">";
  }
  out << "<script src=\"/dateline.js?v=";
  out.text(asset_version()) << "\" defer></script></head>";
}

void banner(Markup& out, const Frame& frame) {
  out << "<body><a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"top\"><div class=\"wrap\">"
         "<a class=\"word\" href=\"/\">Dateline</a>"
         "<form class=\"ask\" role=\"search\" action=\"/search\"><div class=\"field\"><input id=\"q\" name=\"q\" "
         "type=\"search\" "
         "aria-label=\"Search the archive\" placeholder=\"Search the archive\" autocomplete=\"off\" "
         "autocapitalize=\"off\" "
         "spellcheck=\"false\" maxlength=\"4096\" value=\"";
  out.text(frame.query.text("q")) << "\"></div>";
  hidden_inputs(out, frame.query);
  out << "<button>Search</button></form><nav aria-label=\"Tools\">";
  if (frame.feeds) {
    const PageQuery query = frame.query.without("offset").without("all").without("sort");
    out << "<a href=\"";
    out.text(query.address("/feed.atom")) << "\">Feed</a><a href=\"";
    out.text(frame.query.without("offset").without("all").address("/v1/export")) << "\" download>Export</a>";
  }
  out << "<a href=\"/help\">Query help</a></nav></div></header>\n";
}

}  // namespace

const std::vector<std::string>& page_filters() {
  static const std::vector<std::string> names = {"date", "and_actor", "actor", "source", "section", "lang", "author"};
  return names;
}

PageQuery::PageQuery(const Pairs& parameters) {
  for (const auto& [name, value] : parameters) {
    const bool known = std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end() ||
                       std::find(page_filters().begin(), page_filters().end(), name) != page_filters().end();
    if (known && !value.empty()) pairs_.emplace_back(name, value);
  }
}

std::string PageQuery::text(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> PageQuery::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : pairs_) {
    if (key == name) out.push_back(value);
  }
  return out;
}

bool PageQuery::has(std::string_view name, std::string_view value) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const auto& p) { return p.first == name && p.second == value; });
}

bool PageQuery::filtered() const {
  return std::any_of(page_filters().begin(), page_filters().end(), [&](const auto& n) { return !text(n).empty(); });
}

PageQuery PageQuery::with(const std::string& name, const std::string& value) const {
  PageQuery out = without(name);
  if (!value.empty()) out.pairs_.emplace_back(name, value);
  return out;
}

PageQuery PageQuery::plus(const std::string& name, const std::string& value) const {
  PageQuery out = without("offset");
  if (!has(name, value)) out.pairs_.emplace_back(name, value);
  return out;
}

PageQuery PageQuery::without(const std::string& name, const std::string& value) const {
  PageQuery out = without("offset");
  std::erase_if(out.pairs_, [&](const auto& p) { return p.first == name && p.second == value; });
  return out;
}

PageQuery PageQuery::without(const std::string& name) const {
  PageQuery out = *this;
  std::erase_if(out.pairs_, [&](const auto& p) { return p.first == name || p.first == "offset"; });
  return out;
}

PageQuery PageQuery::without_filters() const {
  PageQuery out = *this;
  for (const std::string& name : page_filters()) out = out.without(name);
  return out;
}

std::string PageQuery::address(std::string_view path) const {
  std::string out{path};
  char joint = '?';
  for (const auto& [name, value] : pairs_) {
    out += joint + percent_encoded(name) + '=' + percent_encoded(value);
    joint = '&';
  }
  return out;
}

Response page(const Frame& frame, const Markup& main) {
  Markup out;
  head(out, frame);
  banner(out, frame);
  out.append(main);
  out << "<footer class=\"foot\"><div class=\"wrap\"><p><a href=\"/help\">Query help</a> · <a "
         "href=\"/openapi.json\">API</a>"
         "<span class=\"keys\"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>?</kbd> "
         "keys</span></p><p>Dateline ";
  out.text(kVersion) << "</p></div></footer></body></html>\n";
  return {.status = frame.status, .type = "text/html; charset=utf-8", .body = out.take()};
}

std::string short_day(const Timestamp& time) {
  return shown_day(format_day(time));
}

std::string long_moment(const Timestamp& time) {
  const std::string day = day_text(format_day(time), std::string_view::npos);
  const std::string written = format_rfc3339(time);
  // Up to the minute, as written, if there is a time of day.
  return time.precision >= Precision::minute && written.size() >= 16 ? day + ", " + written.substr(11, 5) : day;
}

std::string shown_day(std::string_view iso) {
  return day_text(iso, 3);
}

std::string shown_range(std::string_view range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) return shown_day(range);
  const std::string from = shown_day(range.substr(0, dots));
  const std::string to = shown_day(range.substr(dots + 2));
  if (from.empty()) return "until " + to;
  return to.empty() ? "from " + from : from + " – " + to;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

void language_attribute(Markup& out, const std::string& lang) {
  const bool plain = !lang.empty() && lang.size() <= 8 &&
                     std::all_of(lang.begin(), lang.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!plain) return;
  out << " lang=\"";
  out.text(lang) << "\"";
}

}  // namespace dateline::searcher::http

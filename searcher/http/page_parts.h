// What the pages share: frame, addresses, dates.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "dateline/search_result.h"
#include "searcher/http/html.h"
#include "searcher/http/message.h"

namespace dateline::searcher::http {

/// The parameters of a page's address, and addresses near it. Parameters that pages do not know are dropped.
class PageQuery {
 public:
  explicit PageQuery(const Pairs& parameters);

  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name, std::string_view value) const;
  [[nodiscard]] bool filtered() const;
  [[nodiscard]] const Pairs& pairs() const { return pairs_; }

  /// Copies that differ in one thing; the page number goes, since the answer is another one.
  [[nodiscard]] PageQuery with(const std::string& name, const std::string& value) const;  ///< The only one of its name.
  [[nodiscard]] PageQuery plus(const std::string& name, const std::string& value) const;
  [[nodiscard]] PageQuery without(const std::string& name, const std::string& value) const;
  [[nodiscard]] PageQuery without(const std::string& name) const;
  [[nodiscard]] PageQuery without_filters() const;

  /// "/search?q=…"
  [[nodiscard]] std::string address(std::string_view path = "/search") const;

 private:
  Pairs pairs_;
};

/// Names of the filters that a page has, in the order in which it lists them.
[[nodiscard]] const std::vector<std::string>& page_filters();

struct Frame {
  std::string title;  ///< Before " · Dateline"; empty: the name alone.
  PageQuery query;    ///< What the search box and the feeds are of.
  int status = 200;
  bool feeds = false;
  bool indexed = true;  ///< False asks crawlers to stay away.
};

/// A whole page around `main`, which brings its own <main>.
[[nodiscard]] Response page(const Frame& frame, const Markup& main);

/// "30 Dec 2021", "Dec 2021", "2021"; long: "30 December 2021, 14:05". In the article's own zone.
[[nodiscard]] std::string short_day(const Timestamp& time);
[[nodiscard]] std::string long_moment(const Timestamp& time);
/// "2021-12-30" -> "30 Dec 2021"; "2021-12" -> "Dec 2021".
[[nodiscard]] std::string shown_day(std::string_view iso);
/// "2021-12-01..2022-01-15" -> "1 Dec 2021 – 15 Jan 2022".
[[nodiscard]] std::string shown_range(std::string_view range);

/// "1 article", "2,041 articles".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

/// lang="…" of a text, if it is a plain language tag.
void language_attribute(Markup& out, const std::string& lang);

}  // namespace dateline::searcher::http

#include "indexer/extract/field_fingerprint.h"

#include <xxhash.h>

#include <chrono>
#include <cmath>
#include <string>
#include <string_view>

#include "indexer/extract/authors.h"
#include "indexer/extract/dates.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/title.h"

namespace dateline::indexer {
namespace {

// Something of each sort of signal.
constexpr std::string_view kPage = R"(<html lang="en"><head>
<title>Harbour closed after storm - News | The Harbour Post</title>
<link rel="canonical" href="https://harbourpost.example/2021/12/30/harbour-closed">
<meta property="og:title" content="Storm closes the harbour"><meta property="og:site_name" content="The Harbour Post">
<meta property="og:image" content="https://harbourpost.example/pictures/2021/12/storm.jpg">
<meta name="twitter:title" content="Harbour closed"><meta name="dc.title" content="Harbour closed after storm">
<meta property="article:published_time" content="2021-12-30T23:05:00Z"><meta name="author" content="Jane Doe">
<meta property="article:modified_time" content="2022-01-02T08:00:00+01:00"><meta name="dc.date" content="01/02/2022">
<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="John Roe">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour closed after the storm","name":"Harbour",
"datePublished":"2021-12-31T00:05:00+01:00","dateModified":"2022-01-02T08:00:00+01:00",
"author":[{"@type":"Person","name":"Jane Doe"},{"@type":"Organization","name":"The Agency"}]}</script>
<script>state = {"createdAt":"2021-12-29T10:00:00Z"};</script></head><body>
<nav><a href="/">The Harbour Post</a></nav><main><article><h1 class="headline">Harbour closed after storm</h1>
<h2>Harbour closed</h2><p class="byline">By <a rel="author" href="/author/jane-doe">Jane Doe</a> and
<span itemprop="author">John Roe</span></p>
<p class="dateline">Published: <time datetime="2021-12-31T00:05:00+01:00">31 December 2021</time>, updated 2 January
2022</p><p>The harbour was closed on Thursday after a storm had torn two ships from their moorings and thrown a crane
across the quay, the port said; nobody was hurt, and ferries will sail from the northern basin until Monday.</p>
<p>Engineers look at the quay, which was built in 1923 and was last repaired on 3 March 2009, and at the cranes.</p>
<p><b>John Roe</b></p></article></main><aside class="related"><h3>Ferry late again</h3><time>28 December 2021</time>
</aside><div class="comments"><p class="comment">Ann, 1 January 2022: well written.</p></div>
<footer>© 2 January 2022 The Harbour Post</footer></body></html>)";

void append(const ValueTable& table, std::string& all) {
  for (const std::string& key : table.keys) all += key + '\n';
  all += std::to_string(table.features.columns()) + '\n';
  // Not to the last bit, which may depend on the compiler.
  for (std::size_t v = 0; v < table.keys.size(); ++v) {
    for (const float value : table.features.row(v))
      all += std::to_string(std::lround(static_cast<double>(value) * 100)) + ' ';
  }
}

}  // namespace

std::uint32_t field_fingerprint() {
  constexpr std::chrono::sys_seconds kLatest = std::chrono::sys_days{std::chrono::year{2022} / 6 / 1};
  const ParsedPage page = parse_page(kPage, {}, {});
  const auto title_block = find_title_block(page.list, "Harbour closed after storm");
  std::string all;
  append(title_values(page.tree, page.list, page.metadata), all);
  append(published_values(page.tree, page.list, page.metadata, page.guarded.scripts, title_block, {}, kLatest), all);
  append(author_values(page.tree, page.list, page.metadata, title_block), all);
  return XXH32(all.data(), all.size(), 0);
}

}  // namespace dateline::indexer

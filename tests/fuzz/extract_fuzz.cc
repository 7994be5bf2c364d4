// Page -> article under libFuzzer. The first byte chooses a declared encoding.
// Sources: indexer/extract/*.cc common/{text,date,double_encoding,encoding,language,url}.cc
// Libraries: -lgumbo -luchardet -licuuc -licui18n -lfmt -lxxhash -lcld2 -lsimdjson
//   -D'DATELINE_EXTRACT_MODELS="indexer/extract/models.bin"'
// Seeds: tests/data/extract/*/input.html
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/text.h"
#include "indexer/extract/page.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dateline::indexer;
  static constexpr std::array<std::string_view, 4> kCharsets{"", "windows-1252", "shift_jis", "utf-16le"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  ExtractOptions options;
  options.explain = true;
  options.outline = true;
  const PageHints hints{.url = "https://paper.example/2021/12/30/story",
                        .charset = kCharsets[data[0] % kCharsets.size()]};
  const ExtractedPage page = extract_page(bytes, hints, options);
  // What an article promises: clean text, no empty paragraph.
  const auto require_clean = [](std::string_view s) {
    if (dateline::text::clean(s) != s) std::abort();
  };
  require_clean(page.article.title);
  for (const std::string& paragraph : page.article.body) {
    if (paragraph.empty()) std::abort();
    require_clean(paragraph);
  }
  for (const std::string& author : page.article.authors) require_clean(author);
  SiteLearner learner;
  for (std::uint64_t n = 1; n <= SiteLearner::kFewestPages; ++n) {
    PageOutline outline = page.outline;
    outline.title = std::to_string(n);
    learner.learn(n, outline);
  }
  for (const auto& [host, site] : learner.templates()) {
    const auto again = parse_site_template(serialise(site));
    if (!again || serialise(*again) != serialise(site)) std::abort();
  }
  teach(learner, bytes, {}, options);
  return 0;
}

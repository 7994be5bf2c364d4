// Each folder of tests/data/extract holds a page that we wrote, input.html, and what is read from it, expected.json.
// DATELINE_UPDATE_EXPECTED=1 rewrites the latter; read the diff.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "common/date.h"
#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::string extracted(const std::string& html) {
  const ExtractedPage page = extract_page(html);
  nlohmann::ordered_json json;
  json["title"] = page.article.title;
  json["body"] = page.article.body;
  json["published"] = page.article.published ? format_rfc3339(*page.article.published) : "";
  json["modified"] = page.article.modified ? format_rfc3339(*page.article.modified) : "";
  json["authors"] = page.article.authors;
  json["url"] = page.article.url;
  json["site"] = page.site;
  json["lang"] = page.article.lang;
  json["section"] = page.article.section;
  json["keywords"] = page.article.keywords;
  for (const Signal& s : page.signals) json["signals"][s.field] = s.signal;
  return json.dump(2) + "\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden_test)

BOOST_AUTO_TEST_CASE(pages_are_read_as_expected) {
  const char* update = std::getenv("DATELINE_UPDATE_EXPECTED");
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(DATELINE_TEST_DATA) / "extract"))
    cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  BOOST_TEST(cases.size() >= 8U);
  for (const fs::path& folder : cases) {
    const std::string got = extracted(read(folder / "input.html"));
    if (update != nullptr) std::ofstream(folder / "expected.json", std::ios::binary) << got;
    BOOST_TEST_CONTEXT(folder.filename().string()) BOOST_TEST(got == read(folder / "expected.json"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

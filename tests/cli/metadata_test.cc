// What others say about an article (GKG rows) and the article itself become one, in whatever order they come and go.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
namespace fs = std::filesystem;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(metadata_test)

namespace {

const std::string kArticle =
    R"({"title":"Council opens bridge","body":"The council of Porto opened the bridge.","url":"https://paper.example/bridge",)"
    R"("published":"2021-03-01","authors":["Ann Lee"],"slug":"bridge"})"
    "\n";

std::string row(const std::string& url, const std::string& themes) {
  std::vector<std::string> columns(27);
  columns[0] = "20210301120000-7";
  columns[1] = "20210301120000";
  columns[2] = "1";
  columns[3] = "paper.example";
  columns[4] = url;
  columns[7] = themes;
  columns[11] = "rui moreira";
  columns[15] = "1.5,3,1";
  columns[26] = "<PAGE_TITLE>Bridge</PAGE_TITLE>";
  std::string line;
  for (const std::string& column : columns) line += (line.empty() ? "" : "\t") + column;
  return line + "\n";
}

struct Place {
  [[nodiscard]] Finished index(const std::string& options, const std::string& paths) const {
    return run({"sh", "-c",
                "cd " + folder.path().string() + " && " + DATELINE_INDEX_PROGRAM + " -d index --no-actors " + options +
                    " " + paths});
  }
  [[nodiscard]] std::string exported() const {
    return run({DATELINE_INDEX_PROGRAM, "export", "-d", (folder.path() / "index").string(), "--format", "jsonl"}).out;
  }
  TemporaryFolder folder;
};

}  // namespace

BOOST_AUTO_TEST_CASE(rows_are_added_to_the_article_in_any_order) {
  const std::string rows = row("https://paper.example/bridge", "TRANSPORT;LEADER");
  std::string expected;
  for (const char* order : {"a.jsonl z.gkg", "z.gkg a.jsonl", "a.jsonl|z.gkg", "z.gkg|a.jsonl"}) {
    const Place place;
    place.folder.write("a.jsonl", kArticle);
    place.folder.write("z.gkg", rows);
    std::string paths = order;
    if (const std::size_t bar = paths.find('|'); bar != std::string::npos) {
      BOOST_TEST(place.index("-q", paths.substr(0, bar)).status == 0);
      paths.erase(0, bar + 1);
    }
    BOOST_TEST(place.index("-q", paths).status == 0);
    const std::string found = place.exported();
    if (expected.empty()) expected = found;
    BOOST_TEST(found == expected, order);
    BOOST_TEST(place.index("-q --rebuild", ".").status == 0);
    BOOST_TEST(place.exported() == expected, order << " rebuilt");
  }
  const json article = json::parse(expected);
  BOOST_TEST(article.at("title").get<std::string>() == "Council opens bridge");
  BOOST_TEST(article.at("authors").dump() == R"(["Ann Lee"])");
  BOOST_TEST(article.at("subjects").dump() == R"([{"code":"gkg:TRANSPORT"},{"code":"gkg:LEADER"}])");
  BOOST_TEST(article.at("actors").at(0).at("name").get<std::string>() == "Rui Moreira");
  BOOST_TEST(article.dump().find("\"slug\":\"bridge\"") != std::string::npos);
  BOOST_TEST(article.dump().find("\"tone\":\"1.5\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_row_added_goes_and_changes_with_it) {
  const Place place;
  place.folder.write("in/a.jsonl", kArticle);
  BOOST_TEST(place.index("-q", "in").status == 0);
  const std::string alone = place.exported();
  place.folder.write("in/z.gkg", row("https://paper.example/bridge", "TRANSPORT"));
  BOOST_TEST(place.index("-q", "in").status == 0);
  BOOST_TEST(place.exported().find("gkg:TRANSPORT") != std::string::npos);
  place.folder.write("in/z.gkg", row("https://paper.example/bridge", "WATER_SECURITY"));
  BOOST_TEST(place.index("-q", "in").status == 0);
  BOOST_TEST(place.exported().find("gkg:TRANSPORT") == std::string::npos);
  BOOST_TEST(place.exported().find("gkg:WATER_SECURITY") != std::string::npos);
  fs::remove(place.folder.path() / "in" / "z.gkg");
  BOOST_TEST(place.index("-q --prune", "in").status == 0);
  BOOST_TEST(place.exported() == alone);
}

BOOST_AUTO_TEST_CASE(a_row_without_its_article_stands_for_it_until_it_comes_and_again_when_it_goes) {
  const Place place;
  place.folder.write("in/z.gkg", row("https://paper.example/bridge", "TRANSPORT"));
  BOOST_TEST(place.index("-q", "in").status == 0);
  const std::string stand_in = place.exported();
  BOOST_TEST(json::parse(stand_in).at("title").get<std::string>() == "Bridge");
  place.folder.write("in/a.jsonl", kArticle);
  BOOST_TEST(place.index("-q", "in").status == 0);
  BOOST_TEST(json::parse(place.exported()).at("title").get<std::string>() == "Council opens bridge");
  fs::remove(place.folder.path() / "in" / "a.jsonl");
  BOOST_TEST(place.index("-q --prune", "in").status == 0);
  BOOST_TEST(place.exported() == stand_in);
}

BOOST_AUTO_TEST_CASE(an_article_that_is_taken_down_leaves_no_metadata_behind) {
  const Place place;
  place.folder.write("in/a.jsonl", kArticle);
  place.folder.write("in/z.gkg", row("https://paper.example/bridge", "TRANSPORT"));
  BOOST_TEST(place.index("-q", "in").status == 0);
  const Finished removed = run({"sh", "-c",
                                "cd " + place.folder.path().string() + " && " + DATELINE_INDEX_PROGRAM +
                                    " remove -d index --url https://paper.example/bridge --yes"});
  BOOST_TEST(removed.status == 0, removed.err);
  BOOST_TEST(place.index("-q", "in").status == 0);
  BOOST_TEST(place.exported().empty());
  BOOST_TEST(run({"grep", "-rqi", "moreira", (place.folder.path() / "index").string()}).status == 1);
}

BOOST_AUTO_TEST_SUITE_END()

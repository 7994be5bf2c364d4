// The formats, out and in again through the real program.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(formats_command_test)

namespace {

struct Index {
  TemporaryFolder folder;
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }
  Finished add(std::vector<std::string> arguments, const std::string& index = "index") const {
    std::vector<std::string> command{DATELINE_INDEX_PROGRAM, "-q", "--no-actors", "-d", path(index)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  Finished export_as(std::vector<std::string> arguments, const std::string& index = "index") const {
    std::vector<std::string> command{DATELINE_INDEX_PROGRAM, "export", "-d", path(index)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
  }
};

const std::string kArticles =
    R"({"id":"a1","title":"Talks \"resume\"","published":"2022-02-24T12:00:00+02:00","modified":"2022-02-24","source":"The Paper","url":"https://paper.example/1","authors":["Jane Doe","Li Wei"],"lang":"en","section":"World","place":"Geneva","keywords":["talks"],"actors":[{"name":"Carla Moretti","kind":"person","mentions":2}],"version":3,"summary":"In short","subjects":[{"code":"medtop:11000000","name":"politics"}],"body":["Delegations sat down on Thursday for the first time in a year, and nobody in the hall expected a quick result.","The hosts, with an ünïcode accent, said that talks would go on until Sunday if both sides wished so."],"paywall":true,"metrics":{"shares":12,"ratio":0.5},"tags_internal":["x",null]})"
    "\n"
    R"({"id":"a2","title":"Second","source":"The Paper","lang":"en","body":["Ships sail again from the harbour after a week of storm, the harbour master said on Friday morning."]})"
    "\n";

}  // namespace

BOOST_AUTO_TEST_CASE(json_lines_come_out_as_they_went_in_with_unknown_fields) {
  const Index index;
  index.write("in.jsonl", kArticles);
  BOOST_TEST(index.add({index.path("in.jsonl")}).status == 0);
  const Finished first = index.export_as({});
  BOOST_TEST(first.status == 0, first.err);
  BOOST_TEST(first.out == kArticles);
  index.write("again.jsonl", first.out);
  BOOST_TEST(index.add({index.path("again.jsonl")}, "second").status == 0);
  BOOST_TEST(index.export_as({}, "second").out == first.out);
}

BOOST_AUTO_TEST_CASE(a_query_chooses_and_a_wrong_one_writes_nothing) {
  const Index index;
  index.write("in.jsonl", kArticles);
  BOOST_TEST(index.add({index.path("in.jsonl")}).status == 0);
  const Finished chosen = index.export_as({"ships", "OR", "boats"});
  BOOST_TEST(json::parse(chosen.out).at("id") == "a2");
  BOOST_TEST(index.export_as({"nothingofthekind"}).out.empty());
  const Finished wrong = index.export_as({"--format", "atom", "(talks"});
  BOOST_TEST(wrong.status == 1);
  BOOST_TEST(wrong.out.empty());
}

BOOST_AUTO_TEST_CASE(every_export_is_read_again) {
  const Index index;
  index.write("in.jsonl", kArticles);
  BOOST_TEST(index.add({index.path("in.jsonl")}).status == 0);
  for (const char* format : {"ninjs", "csv", "atom", "warc"}) {
    const Finished out = index.export_as({"--format", format});
    BOOST_TEST(out.status == 0);
    index.write(format, out.out);
    BOOST_TEST(index.add({index.path(format)}, std::string{"from-"} + format).status == 0, format);
    std::istringstream lines(index.export_as({}, std::string{"from-"} + format).out);
    std::string line;
    std::size_t articles = 0;
    while (std::getline(lines, line)) {
      const json article = json::parse(line);
      ++articles;
      if (article.at("title") != "Talks \"resume\"") continue;
      BOOST_TEST(article.at("body").size() == 2U, format << ": " << line);
      BOOST_TEST(article.at("url").get<std::string>() == "https://paper.example/1", format);
      BOOST_TEST(article.at("authors").size() == 2U, format << ": " << line);
      BOOST_TEST(article.at("source").get<std::string>() == "The Paper", format);
      BOOST_TEST(article.at("published").get<std::string>().substr(0, 10) == "2022-02-24", format);
    }
    BOOST_TEST(articles == 2U, format);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_for_readers_is_not_exported_unless_asked_for) {
  const Index index;
  index.write(
      "in.jsonl",
      "{\"id\":\"e\",\"title\":\"Later\",\"body\":\"x\",\"embargo_until\":\"2190-01-01T00:00:00Z\"}\n" + kArticles);
  BOOST_TEST(index.add({index.path("in.jsonl")}).status == 0);
  const Finished out = index.export_as({});
  BOOST_TEST(out.out.find("Later") == std::string::npos);
  BOOST_TEST(out.err.find("1 articles left out") != std::string::npos);
  BOOST_TEST(index.export_as({"--withheld"}).out.find("Later") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_article_wins_over_its_feed_entry_whichever_came_first) {
  for (const bool feed_first : {true, false}) {
    const Index index;
    index.write(
        "feed.xml",
        "<rss><channel><title>The "
        "Paper</title><item><title>Entry</title><link>https://paper.example/1?utm_source=rss</link>"
        "<description>Teaser</description><pubDate>Sun, 01 Jan 2040 00:00:00 GMT</pubDate></item></channel></rss>");
    index.write("full.jsonl", "{\"title\":\"Whole\",\"body\":\"All of it.\",\"url\":\"http://www.paper.example/1\"}\n");
    BOOST_TEST(index.add({index.path(feed_first ? "feed.xml" : "full.jsonl")}).status == 0);
    BOOST_TEST(index.add({index.path(feed_first ? "full.jsonl" : "feed.xml")}).status == 0);
    const json article = json::parse(index.export_as({}).out);
    BOOST_TEST(article.at("title") == "Whole");
  }
}

BOOST_AUTO_TEST_CASE(a_filter_reads_what_the_operator_says_within_its_limits) {
  const Index index;
  index.write("a.shout", "title of it\n\nthe body says so");
  index.write("b.bad", "x");
  const Finished done = index.add({"--filter", "shout=tr a-z A-Z", "--filter", "bad=echo no good >&2; exit 3",
                                   index.path("a.shout"), index.path("b.bad")});
  BOOST_TEST(done.status == 2);
  BOOST_TEST(done.err.find("its filter failed (status 3): no good") != std::string::npos, done.err);
  const json article = json::parse(index.export_as({}).out);
  BOOST_TEST(article.at("title") == "TITLE OF IT");
  BOOST_TEST(index.add({"--filter", "nonsense", index.path("a.shout")}).status == 1);
}

BOOST_AUTO_TEST_CASE(formats_lists_what_is_read_and_reads_files_without_an_index) {
  const Finished listed = run({DATELINE_INDEX_PROGRAM, "formats"});
  BOOST_TEST(listed.status == 0);
  for (const char* name : {"warc", "feed", "newsml-g2", "nitf", "jsonl", "mbox", "csv"})
    BOOST_TEST(listed.out.find(std::string{"\n"} + name) != std::string::npos, name);
  const Index index;
  index.write("in.jsonl", kArticles + "{broken\n");
  const Finished told = run({DATELINE_INDEX_PROGRAM, "formats", index.path("in.jsonl")});
  BOOST_TEST(told.status == 2);
  BOOST_TEST(told.out == index.path("in.jsonl") + ": jsonl, 2 articles, 1 refused\n");
}

BOOST_AUTO_TEST_SUITE_END()

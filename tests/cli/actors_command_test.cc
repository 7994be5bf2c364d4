// dateline-index actors, and what dateline-search makes of it.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(actors_command_test)

namespace {

std::string article(const std::string& id, const std::string& actors) {
  return R"({"id":")" + id + R"(","title":"Talks )" + id + R"(","body":"They met.","actors":[)" + actors + "]}\n";
}
std::string person(const std::string& name, double salience = 0.6) {
  return R"({"name":")" + name + R"(","kind":"person","salience":)" + std::to_string(salience) + "}";
}

/// Four articles that name their actors themselves.
class Index {
 public:
  Index() {
    folder_.write("in/a.jsonl", article("1", person("Ana Ruiz") + "," + person("Bo Li")) +
                                    article("2", person("Anna Ruiz") + "," + person("Tom Hale", 0.1)) +
                                    article("3", person("Ana Ruiz") + "," + person("Anna Ruiz")) +
                                    article("4", person("Tom Hale")));
    BOOST_TEST(index({"-q", (folder_.path() / "in").string()}).status == 0);
  }

  Finished index(std::vector<std::string> arguments) const {
    return run(with_index(DATELINE_INDEX_PROGRAM, std::move(arguments), 0));
  }
  Finished actors(std::vector<std::string> arguments) const {
    return run(with_index(DATELINE_INDEX_PROGRAM, std::move(arguments), 1));
  }
  json search(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--format", "json", "--facet", "actors"});
    const Finished done = run(with_index(DATELINE_SEARCH_PROGRAM, std::move(arguments), 0));
    BOOST_TEST(done.status == 0, done.err);
    return json::parse(done.out);
  }
  std::size_t count(const std::string& query) const { return search({query}).at("total").get<std::size_t>(); }
  /// "Ana Ruiz 2; Bo Li 1"
  std::string facet(const std::string& query = "has:actor") const {
    std::string out;
    const json answer = search({query});
    for (const json& value : answer.at("facets").at("actors"))
      out += value.at("value").get<std::string>() + " " + std::to_string(value.at("count").get<int>()) + "; ";
    return out;
  }
  [[nodiscard]] std::string input() const { return (folder_.path() / "in").string(); }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  std::vector<std::string> with_index(const char* program, std::vector<std::string> arguments, int commands) const {
    if (commands > 0) arguments.insert(arguments.begin(), "actors");
    const auto behind = arguments.begin() + (commands > 0 ? 2 : 0);
    arguments.insert(behind, {"-d", (folder_.path() / "index").string()});
    arguments.insert(arguments.begin(), program);
    return arguments;
  }
  TemporaryFolder folder_;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_merge_counts_at_once_everywhere_and_is_taken_back) {
  const Index in;
  BOOST_TEST(in.facet() == "Ana Ruiz 2; Anna Ruiz 2; Tom Hale 2; Bo Li 1; ");
  BOOST_TEST(in.count("actor:\"Anna Ruiz\"") == 2U);
  const Finished merged = in.actors({"merge", "anna ruiz", "ana ruiz"});
  BOOST_TEST(merged.status == 0, merged.err);
  BOOST_TEST(merged.out == "Anna Ruiz is now Ana Ruiz: 3 articles\n");
  BOOST_TEST(in.facet() == "Ana Ruiz 3; Tom Hale 2; Bo Li 1; ");
  for (const char* query : {"actor:\"Anna Ruiz\"", "actor:\"ana ruiz\"", "actor:anna*", "actor!:\"Anna Ruiz\""})
    BOOST_TEST(in.count(query) == 3U, query);
  BOOST_TEST(in.search({"--actor", "Anna Ruiz", "talks"}).at("total").get<int>() == 3);
  const json third = in.search({"id:3"}).at("hits").at(0).at("actors");
  BOOST_REQUIRE_EQUAL(third.size(), 1U);
  BOOST_TEST(third[0].get<std::string>() == "Ana Ruiz");
  BOOST_TEST(in.search({"id:3"}).at("warnings").empty());

  BOOST_TEST(in.actors({"split", "Anna Ruiz"}).out == "Anna Ruiz is now an actor of its own: 2 articles\n");
  BOOST_TEST(in.facet() == "Ana Ruiz 2; Anna Ruiz 2; Tom Hale 2; Bo Li 1; ");
  BOOST_TEST(in.count("actor:\"Ana Ruiz\"") == 2U);
}

BOOST_AUTO_TEST_CASE(a_rebuild_keeps_what_was_decided) {
  const Index in;
  BOOST_TEST(in.actors({"merge", "Anna Ruiz", "Ana Ruiz"}).status == 0);
  BOOST_TEST(in.index({"-q", "--rebuild", in.input()}).status == 0);
  BOOST_TEST(in.facet() == "Ana Ruiz 3; Tom Hale 2; Bo Li 1; ");
}

BOOST_AUTO_TEST_CASE(a_new_article_follows_a_merge) {
  const Index in;
  BOOST_TEST(in.actors({"merge", "Anna Ruiz", "Ana Ruiz"}).status == 0);
  in.folder().write("in/b.jsonl", article("5", person("Anna Ruiz")));
  BOOST_TEST(in.index({"-q", in.input()}).status == 0);
  BOOST_TEST(in.count("actor:\"Ana Ruiz\"") == 4U);
}

BOOST_AUTO_TEST_CASE(the_name_shown_can_be_changed_and_changed_back) {
  const Index in;
  BOOST_TEST(in.actors({"merge", "Anna Ruiz", "Ana Ruiz"}).status == 0);
  BOOST_TEST(in.actors({"merge", "Ana Ruiz", "Anna Ruiz"}).status == 0);
  BOOST_TEST(in.facet() == "Anna Ruiz 3; Tom Hale 2; Bo Li 1; ");
  const Finished unknown = in.actors({"merge", "Anna Ruiz", "Ana María Ruiz"});
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(contains(unknown.err, "Ana María Ruiz: no article has an actor of this name"));
  BOOST_TEST(in.facet() == "Anna Ruiz 3; Tom Hale 2; Bo Li 1; ");
  BOOST_TEST(in.actors({"merge", "--new-name", "Anna Ruiz", "Ana María Ruiz"}).status == 0);
  BOOST_TEST(in.facet() == "Ana María Ruiz 3; Tom Hale 2; Bo Li 1; ");
  BOOST_TEST(in.count("actor:\"ana maria ruiz\"") == 3U);
  BOOST_TEST(in.actors({"merge", "Bo Li", "Ana María Ruiz"}).status == 0);  // which is one of the index now
  BOOST_TEST(in.count("actor:\"ana maria ruiz\"") == 3U);
}

BOOST_AUTO_TEST_CASE(actors_are_listed_and_shown) {
  const Index in;
  BOOST_TEST(in.actors({"merge", "Anna Ruiz", "Ana Ruiz"}).status == 0);
  const Finished listed = in.actors({"list", "--format", "jsonl", "--limit", "2"});
  BOOST_TEST(listed.out ==
             "{\"name\":\"Ana Ruiz\",\"kind\":\"person\",\"articles\":3}\n"
             "{\"name\":\"Tom Hale\",\"kind\":\"person\",\"articles\":2}\n");
  BOOST_TEST(in.actors({"list", "--kind", "country"}).out.empty());
  BOOST_TEST(contains(in.actors({"list", "hale"}).out, "Tom Hale"));
  const Finished shown = in.actors({"show", "anna ruiz"});
  BOOST_TEST(contains(shown.out, "Ana Ruiz (person), 3 articles\n"));
  BOOST_TEST(contains(shown.out, "Anna Ruiz  (merged)\n"));
}

BOOST_AUTO_TEST_CASE(overrides_win_and_are_followed_at_the_next_job) {
  const Index in;
  in.folder().write("overrides.tsv", "merge\tBo Li\tTom Hale\ndrop\tAnna Ruiz\n");
  const std::string file = (in.folder().path() / "overrides.tsv").string();
  BOOST_TEST(in.index({"-q", "--actors-file", file, in.input()}).status == 0);
  BOOST_TEST(in.facet() == "Tom Hale 3; Ana Ruiz 2; ");
  BOOST_TEST(in.count("actor:\"Bo Li\"") == 3U);
  BOOST_TEST(in.count("actor:\"Anna Ruiz\"") == 0U);
  const Finished refused = in.actors({"split", "Bo Li"});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, "overrides.tsv has a line about this name"));
  BOOST_TEST(in.index({"-q", in.input()}).status == 0);
  BOOST_TEST(in.facet() == "Ana Ruiz 2; Anna Ruiz 2; Tom Hale 2; Bo Li 1; ");
}

BOOST_AUTO_TEST_CASE(help_and_manual_name_the_commands_of_a_command) {
  const std::string help = run({DATELINE_INDEX_PROGRAM, "actors", "--help"}).out;
  const std::string manual = run({DATELINE_INDEX_PROGRAM, "--man"}).out;
  for (const std::string name : {"extract", "list", "show", "merge", "split"}) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(contains(help, "\n  " + name + " "));
      BOOST_TEST(contains(manual, ".Ss Options of actors " + name + "\n"));
    }
  }
  BOOST_TEST(contains(manual, ".Ss Commands of actors\n"));
  BOOST_TEST(contains(run({DATELINE_INDEX_PROGRAM, "actors", "merge", "--help"}).out,
                      "dateline-index actors merge [OPTIONS]"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_said) {
  const Index in;
  const Finished unknown = in.actors({"merge", "Nobody Here", "Ana Ruiz"});
  BOOST_TEST(unknown.status == 1);
  BOOST_TEST(contains(unknown.err, "Nobody Here: no article has an actor of this name"));
  const Finished alias = in.actors({"merge", "Putin", "Ana Ruiz"});
  BOOST_TEST(alias.status == 1);
  BOOST_TEST(contains(alias.err, "Putin: another name of Vladimir Putin; give that one"));
  BOOST_TEST(in.actors({"merge", "Ana Ruiz", "ANA RUIZ"}).status == 1);
  BOOST_TEST(in.actors({"show", "Nobody Here"}).status == 1);
  const TemporaryFolder none;
  const std::string missing = (none.path() / "none").string();
  const Finished no_index = run({DATELINE_INDEX_PROGRAM, "actors", "merge", "-d", missing, "A", "B"});
  BOOST_TEST(no_index.status == 3);
  BOOST_TEST(!std::filesystem::exists(missing));
}

BOOST_AUTO_TEST_SUITE_END()

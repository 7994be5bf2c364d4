// An index in an operator's hands: rolled back, backed up, articles taken down, hidden, under an embargo. Through the
// programs, as operators meet them.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

using namespace dateline::test;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(operate_test)

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string line(const std::string& id, const std::string& title, const std::string& body,
                 const std::string& more = "") {
  return R"({"id":")" + id + R"(","source":"Desk","title":")" + title + R"(","body":")" + body +
         R"(","url":"https://desk.example/)" + id + "\"" + more + "}\n";
}

/// An index of a hundred articles, one of them with words that no other has.
class Desk {
 public:
  Desk() {
    for (int i = 0; i < 100; ++i) {
      const std::string n = std::to_string(i);
      lines +=
          line("story-" + n, "Harbour story " + n, "The harbour council met on item " + n + " of its long agenda.");
    }
    lines += line("quuxington-affair", "Quuxington affair widens",
                  "Baron Quuxington of Zanthorpe denied everything to our reporter on the pier. " +
                      std::string(3000, 'x') + " Nobody else uses the word flibbertwocket in print.");
    folder.write("in/a.jsonl", lines);
    BOOST_REQUIRE_EQUAL(index({"add", in()}).status, 0);
  }
  [[nodiscard]] std::string in() const { return (folder.path() / "in").string(); }
  [[nodiscard]] fs::path where() const { return folder.path() / "index"; }
  [[nodiscard]] Finished index(std::vector<std::string> arguments, const RunOptions& options = {}) const {
    const std::string command = arguments.front();
    arguments.erase(arguments.begin());
    arguments.insert(arguments.begin(), {DATELINE_INDEX_PROGRAM, command, "-d", where().string()});
    return run(arguments, options);
  }
  [[nodiscard]] Finished search(std::vector<std::string> arguments, const RunOptions& options = {}) const {
    arguments.insert(arguments.begin(), {DATELINE_SEARCH_PROGRAM, "-d", where().string()});
    return run(arguments, options);
  }
  [[nodiscard]] std::string count(const std::string& query) const { return search({"--count", query}).out; }
  [[nodiscard]] bool whole() const {
    const Finished done = index({"check", "--deep"});
    if (done.status != 0) BOOST_TEST_MESSAGE(done.out + done.err);
    return done.status == 0;
  }

  TemporaryFolder folder;
  std::string lines;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_takedown_leaves_nothing_and_keeps_the_article_out) {
  const Desk desk;
  BOOST_TEST(desk.index({"backup", (desk.folder.path() / "backup").string()}).status == 0);
  BOOST_TEST(desk.index({"compact"}).status == 0);  // so that there is an old generation, too
  BOOST_TEST(desk.count("flibbertwocket") == "1\n");
  const Finished done =
      desk.index({"remove", "--id", "quuxington-affair", "--verify", "--json", "--reason", "court order 7"});
  BOOST_TEST(done.status == 0);
  const auto receipt = nlohmann::json::parse(done.out);
  BOOST_TEST(receipt.at("articles").size() == 1U);
  BOOST_TEST(receipt.at("pieces").get<int>() > 8);
  BOOST_TEST(receipt.at("pieces_found_before").get<int>() == receipt.at("pieces").get<int>());
  BOOST_TEST(receipt.at("pieces_found_after").get<int>() == 0);
  BOOST_TEST(receipt.at("generations_rewritten").get<int>() == 2);
  BOOST_TEST(receipt.at("backups_purged").size() == 1U);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(desk.whole());

  // Neither a job, nor a rebuild, nor a rollback, nor the backup brings it back.
  desk.folder.write("in/b.jsonl", R"({"id":"other-id","title":"Again","body":"flibbertwocket",)"
                                  R"("url":"https://desk.example/quuxington-affair"})");
  BOOST_TEST(contains(desk.index({"add", desk.in()}).out, "withheld"));
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(desk.index({"add", "--rebuild", desk.in()}).status == 0);
  BOOST_TEST(desk.count("zanthorpe") == "0\n");
  BOOST_TEST(desk.index({"rollback"}).status == 0);
  BOOST_TEST(desk.count("zanthorpe") == "0\n");
  BOOST_TEST(desk.index({"restore", (desk.folder.path() / "backup").string()}).status == 0);
  BOOST_TEST(desk.count("zanthorpe") == "0\n");
  BOOST_TEST(desk.whole());

  BOOST_TEST(desk.index({"readmit", "--id", "quuxington-affair"}).status == 0);
  BOOST_TEST(desk.index({"add", desk.in()}).status == 0);
  BOOST_TEST(desk.count("zanthorpe") == "1\n");
}

BOOST_AUTO_TEST_CASE(a_takedown_is_proved_again_later) {
  const Desk desk;
  BOOST_TEST(desk.index({"remove", "--id", "quuxington-affair"}).status == 0);
  const std::vector<std::string> by_id = {"remove", "--id", "quuxington-affair", "--verify", "--json"};
  const Finished done = desk.index(by_id);
  BOOST_TEST(done.status == 0);
  const auto receipt = nlohmann::json::parse(done.out);
  BOOST_TEST(receipt.at("articles").size() == 1U);
  BOOST_TEST(receipt.at("pieces").get<int>() > 3);
  BOOST_TEST(receipt.at("pieces_found_after").get<int>() == 0);
  BOOST_TEST(receipt.contains("taken_down_at"));
  BOOST_TEST(receipt.at("files_scanned").get<int>() > 5);
  const std::string address = "https://desk.example/quuxington-affair";
  BOOST_TEST(contains(desk.index({"remove", "--url", address, "--verify"}).out, "looked for once more"));
  BOOST_TEST(desk.index({"remove", "--id", "nobody-ever-had-it", "--verify"}).status == 1);
  BOOST_TEST(desk.index({"remove", "--id", "quuxington-affair"}).status == 1);  // nothing is left to do

  // Found by its fingerprints: nobody knows its text any more.
  const fs::path planted = desk.where() / "register-planted";
  const std::string text =
      "Baron Quuxington of Zanthorpe denied everything to our reporter on the pier. " + std::string(20, 'x');
  BOOST_TEST(run({"sh", "-c", "gzip -c > " + planted.string()}, {.input = text}).status == 0);
  const Finished again = desk.index({"remove", "--id", "quuxington-affair", "--verify"});
  BOOST_TEST(again.status == 3);
  BOOST_TEST(contains(again.out, "LEFT: a piece of its text in " + planted.string() + ", packed"));
  fs::remove(planted);

  // What another article says as well proves nothing.
  desk.folder.write("in/b.jsonl", line("other", "Elsewhere", text));
  fs::remove(desk.folder.path() / "in/a.jsonl");
  BOOST_TEST(desk.index({"add", desk.in()}).status == 0);
  BOOST_TEST(desk.index(by_id).status == 0);
  // Nor is anything kept of what may come back.
  BOOST_TEST(desk.index({"readmit", "--id", "quuxington-affair"}).status == 0);
  BOOST_TEST(desk.index(by_id).status == 1);
}

BOOST_AUTO_TEST_CASE(a_planted_remnant_is_found) {
  // A file of the index that no purge rewrites: the scan must see it, also when it is packed.
  for (const bool packed : {false, true}) {
    const Desk other;
    const fs::path planted = other.where() / "register-planted";
    const std::string text = "Baron Quuxington of Zanthorpe denied everything to our reporter on the pier. ";
    if (packed) {
      BOOST_TEST(run({"sh", "-c", "gzip -c > " + planted.string()}, {.input = text}).status == 0);
    } else {
      std::ofstream(planted) << "bytes before " << text;
    }
    const Finished done = other.index({"remove", "--url", "https://desk.example/quuxington-affair", "--verify"});
    BOOST_TEST(done.status == 3);
    BOOST_TEST(contains(done.out, "LEFT: a piece of its text in " + planted.string()));
    BOOST_TEST(contains(done.out, packed ? "packed" : "as it is"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_hidden_is_nowhere_to_be_seen_until_it_is_shown_again) {
  const Desk desk;
  BOOST_TEST(desk.index({"hide", "--query", "flibbertwocket"}).status == 1);  // asks, and nobody answers
  BOOST_TEST(desk.index({"hide", "--query", "flibbertwocket", "--yes"}).status == 0);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(desk.count("*") == "100\n");
  BOOST_TEST(desk.search({"show", "quuxington-affair"}).status == 1);
  const Finished near_miss = desk.search({"flibbertwockit"});
  BOOST_TEST(!contains(near_miss.out + near_miss.err, "flibbertwocket"));
  const std::string answer = desk.search({"--format", "json", "--facet", "source,actors", "quuxington OR harbour"}).out;
  BOOST_TEST(!contains(answer, "Quuxington affair"));
  BOOST_TEST(desk.index({"add", "--rebuild", desk.in()}).status == 0);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(desk.index({"unhide", "--id", "quuxington-affair"}).status == 0);
  BOOST_TEST(desk.count("flibbertwocket") == "1\n");
  BOOST_TEST(desk.whole());
}

BOOST_AUTO_TEST_CASE(a_takedown_is_asked_about_at_a_terminal) {
  const Desk desk;
  const auto at_terminal = [&](const std::string& arguments, const std::string& typed) {
    return run(
        {"script", "-qec",
         std::string{DATELINE_INDEX_PROGRAM} + " remove -d " + desk.where().string() + " " + arguments, "/dev/null"},
        {.input = typed});
  };
  const Finished no = at_terminal("--id quuxington-affair", "n\n");
  BOOST_TEST(no.status == 1);
  BOOST_TEST_CONTEXT(no.out) BOOST_TEST(contains(no.out, "Quuxington affair widens"));
  BOOST_TEST_CONTEXT(no.out) BOOST_TEST(contains(no.out, "Take 1 article down for good? [y/N]"));
  BOOST_TEST(contains(no.out, "nothing was done"));
  BOOST_TEST(at_terminal("--id quuxington-affair", "\n").status == 1);
  BOOST_TEST(desk.count("flibbertwocket") == "1\n");
  BOOST_TEST(at_terminal("--id quuxington-affair", "y\n").status == 0);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  const Finished sure = at_terminal("--yes --id story-1", "");
  BOOST_TEST(sure.status == 0);
  BOOST_TEST(!contains(sure.out, "[y/N]"));
  // By query the number is typed, which nobody does by habit.
  BOOST_TEST(at_terminal("--query agenda", "y\n").status == 1);
  BOOST_TEST(desk.index({"remove", "--id", "story-2"}).status == 0);  // a script
  BOOST_TEST(desk.count("*") == "98\n");
}

BOOST_AUTO_TEST_CASE(a_query_that_is_wrong_is_shown_with_its_place) {
  const Desk desk;
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"hide", "--query", "harbour AND (pier"},
                                             {"remove", "--query", "harbour AND (pier"},
                                             {"export", "harbour", "AND (pier"}}) {
    const Finished done = desk.index(arguments);
    BOOST_TEST(done.status == 1);
    BOOST_TEST(done.out == "");
    BOOST_TEST_CONTEXT(done.err) BOOST_TEST(done.err.starts_with("dateline-index: query, column 13: "));
    BOOST_TEST_CONTEXT(done.err) BOOST_TEST(contains(done.err, "\n  harbour AND (pier\n              ^\n"));
  }
}

BOOST_AUTO_TEST_CASE(an_explanation_does_not_count_what_is_hidden) {
  const Desk desk;
  const auto articles = [&] {
    const auto answer = nlohmann::json::parse(desk.search({"--format", "json", "--explain", "-n", "1", "harbour"}).out);
    return answer.at("hits").at(0).at("explanation").at(0).at("articles").get<int>();
  };
  const int all = articles();
  BOOST_TEST(desk.index({"hide", "--id", "story-7"}).status == 0);
  BOOST_TEST(articles() == all - 1);
}

BOOST_AUTO_TEST_CASE(no_count_tells_of_what_is_not_shown) {
  // One desk never had the article; one hides it, one has it under an embargo. They answer alike.
  const std::string secret =
      R"("source":"Sly Post","section":"Vault","actors":["Xerxes Moldavsky"],"date":"1999-05-05",)"
      R"("title":"Zymurgy at the harbour","body":"The harbour council met Xerxes Moldavsky on zymurgy.")";
  const Desk without;
  const Desk hiding;
  hiding.folder.write("in/s.jsonl", R"({"id":"sly-1",)" + secret + "}\n");
  BOOST_TEST(hiding.index({"add", hiding.in()}).status == 0);
  BOOST_TEST(hiding.index({"hide", "--id", "sly-1"}).status == 0);
  const Desk waiting;
  waiting.folder.write("in/s.jsonl", R"({"id":"sly-1","embargo_until":"2190-01-01T00:00:00Z",)" + secret + "}\n");
  BOOST_TEST(waiting.index({"add", waiting.in()}).status == 0);
  const std::vector<std::vector<std::string>> questions = {
      {"*"},
      {"harbour"},
      {"--explain", "harbour council"},
      {"--explain", "harb* OR zymurgy"},
      {"zymurgy"},
      {"zymurgi"},
      {"zymur*"},
      {"zymurgy~1"},
      {"moldavsky NEAR/5 zymurgy"},
      {"source:\"Sly Post\""},
      {"source:\"Sly Pst\""},
      {"source:Sly*"},
      {"section:Vault"},
      {"actor:\"Xerxes Moldavsky\""},
      {"actor:\"Xerxes Moldavski\""},
      {"date:1999"},
      {"* -zymurgy"},
      {"* XOR zymurgy"},
      {"id:sly-1"},
      {"--expand", "harbour council"},
      {"--recency", "1y", "harbour"},
      {"--sort", "-date", "*"},
  };
  const auto answer = [](const Desk& desk, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format", "json", "--facet", "source,actors,section,date,lang"});
    const Finished done = desk.search(arguments);
    auto json = nlohmann::json::parse(done.out);
    json.erase("took_ms");
    for (auto& hit : json.at("hits")) {  // weights are those of the index
      hit.erase("score");
      if (!hit.contains("explanation")) continue;
      for (auto& part : hit.at("explanation")) part.erase("score");
    }
    return std::to_string(done.status) + done.err + json.dump(1);
  };
  for (const std::vector<std::string>& question : questions) {
    const std::string expected = answer(without, question);
    for (const Desk* desk : {&hiding, &waiting}) {
      BOOST_TEST_CONTEXT(question.back() << (desk == &hiding ? ", hidden" : ", embargo"))
      BOOST_TEST(answer(*desk, question) == expected);
    }
  }
  BOOST_TEST(hiding.search({"show", "sly-1"}).status == 1);
  BOOST_TEST(waiting.search({"versions", "sly-1"}).err == without.search({"versions", "sly-1"}).err);
}

BOOST_AUTO_TEST_CASE(a_note_stands_in_an_articles_place) {
  const Desk desk;
  BOOST_TEST(
      desk.index({"remove", "--id", "quuxington-affair", "--note", "Withdrawn on legal advice.", "--verify"}).status ==
      0);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(contains(desk.search({"show", "quuxington-affair"}).out, "Withdrawn on legal advice."));
  BOOST_TEST(desk.index({"add", "--rebuild", desk.in()}).status == 0);
  BOOST_TEST(contains(desk.search({"show", "quuxington-affair"}).out, "Withdrawn on legal advice."));
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
}

BOOST_AUTO_TEST_CASE(an_embargo_leaks_nothing_and_ends_by_itself) {
  const Desk desk;
  const std::string until = run({"date", "-u", "-d", "+4 seconds", "+%Y-%m-%dT%H:%M:%SZ"}).out.substr(0, 20);
  desk.folder.write("in/e.jsonl", line("secret", "Gloxinia budget", "The gloxinian surplus is announced at noon.",
                                       R"(,"embargo_until":")" + until + "\""));
  BOOST_TEST(desk.index({"add", desk.in()}).status == 0);
  const auto seen = [&] {
    std::string all = desk.count("gloxinian");
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"gloxinian"},
                                               {"gloxinien"},
                                               {"gloxin*"},
                                               {"show", "secret"},
                                               {"--facet", "source", "surplus OR harbour"}}) {
      const Finished done = desk.search(arguments);
      all += done.out + done.err;
    }
    return all;
  };
  const std::string before = seen();
  BOOST_TEST(before.starts_with("0\n"));
  BOOST_TEST(!contains(before, "Gloxinia budget"));
  BOOST_TEST(!contains(before, "surplus is announced"));
  BOOST_TEST(!contains(desk.search({"gloxinien"}).err, "gloxinian"));
  BOOST_TEST(run({"sleep", "4.2"}).status == 0);
  BOOST_TEST(desk.count("gloxinian") == "1\n");
  BOOST_TEST(contains(seen(), "Gloxinia budget"));
}

BOOST_AUTO_TEST_CASE(a_cancelled_article_is_taken_down_by_the_job_that_reads_it) {
  const Desk desk;
  desk.folder.write("in/k.jsonl", line("quuxington-affair", "KILL", "kill", R"(,"status":"canceled")"));
  BOOST_TEST(desk.index({"add", desk.in()}).status == 0);
  BOOST_TEST(desk.count("flibbertwocket") == "0\n");
  BOOST_TEST(run({"grep", "-rc", "Zanthorpe", desk.where().string()}).out.find(":1") == std::string::npos);
  BOOST_TEST(desk.whole());
}

BOOST_AUTO_TEST_CASE(a_rollback_and_its_own_undoing) {
  const Desk desk;
  BOOST_TEST(desk.index({"rollback"}).status == 1);
  desk.folder.write("in/c.jsonl", line("extra", "Extra", "gardenia"));
  BOOST_TEST(desk.index({"add", "--rebuild", desk.in()}).status == 0);
  BOOST_TEST(desk.count("gardenia") == "1\n");
  BOOST_TEST(desk.index({"rollback"}).status == 0);
  BOOST_TEST(desk.count("gardenia") == "0\n");
  BOOST_TEST(desk.index({"rollback", "--to", "2"}).status == 0);
  BOOST_TEST(desk.count("gardenia") == "1\n");
  BOOST_TEST(desk.index({"gc", "--keep", "0"}).status == 0);
  BOOST_TEST(desk.index({"rollback", "--to", "1"}).status == 1);
  const auto status = nlohmann::json::parse(desk.index({"status", "--json"}).out);
  BOOST_TEST(status.at("generation").get<int>() == 2);
  BOOST_TEST(status.at("generations").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_backup_is_verified_and_damage_is_told) {
  const Desk desk;
  const std::string to = (desk.folder.path() / "backup").string();
  BOOST_TEST(desk.index({"backup", desk.in()}).status == 1);  // not empty, no backup
  BOOST_TEST(desk.index({"backup", to}).status == 0);
  BOOST_TEST(desk.index({"backup", to}).status == 0);  // over the older one
  const fs::path elsewhere = desk.folder.path() / "elsewhere";
  BOOST_TEST(run({DATELINE_INDEX_PROGRAM, "restore", "-d", elsewhere.string(), to}).status == 0);
  BOOST_TEST(run({DATELINE_SEARCH_PROGRAM, "-d", elsewhere.string(), "--count", "harbour"}).out == "100\n");
  // One flipped bit.
  const fs::path victim = fs::path{to} / "gen-1/s0/docdata.glass";
  std::fstream file(victim, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(5000);
  const int byte = file.get();
  file.seekp(5000);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  const Finished damaged = run({DATELINE_INDEX_PROGRAM, "restore", "-d", elsewhere.string(), to});
  BOOST_TEST(damaged.status == 3);
  BOOST_TEST(contains(damaged.err, "docdata.glass"));
  BOOST_TEST(run({DATELINE_SEARCH_PROGRAM, "-d", elsewhere.string(), "--count", "harbour"}).out == "100\n");
}

BOOST_AUTO_TEST_CASE(check_finds_what_is_damaged) {
  const Desk desk;
  BOOST_TEST(desk.whole());
  BOOST_TEST(
      run({"sqlite3", (desk.where() / "gen-1/ledger").string(), "UPDATE records SET holder=0 WHERE number=5"}).status ==
      0);
  const Finished done = desk.index({"check"});
  BOOST_TEST(done.status == 3);
  BOOST_TEST(contains(done.out, "101 articles in the index, 100 by the ledger"));
}

BOOST_AUTO_TEST_CASE(an_index_is_split_into_shards_that_answer_as_one) {
  const Desk desk;
  const fs::path split = desk.folder.path() / "split";
  BOOST_TEST(desk.index({"shard", "--by", "hash", "--shards", "3", split.string()}).status == 0);
  const auto search = [](const fs::path& where, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {DATELINE_SEARCH_PROGRAM, "-d", where.string(), "--format", "json"});
    auto answer = nlohmann::json::parse(run(arguments).out);
    answer.erase("took_ms");
    return answer;
  };
  BOOST_TEST(search(split, {"harbour", "--facet", "source"}) == search(desk.where(), {"harbour", "--facet", "source"}));
  BOOST_TEST(search(split, {"flibbertwocket"}).at("total").get<int>() == 1);
  const Finished written = run({DATELINE_INDEX_PROGRAM, "add", "-d", split.string(), desk.in()});
  BOOST_TEST(written.status == 1);
  BOOST_TEST(contains(written.err, "is a list of shards"));
  // Each shard is an index: whole by itself, and one that jobs go on with.
  for (const char* shard : {"s1", "s2", "s3"})
    BOOST_TEST(run({DATELINE_INDEX_PROGRAM, "check", "--deep", "-d", (split / shard).string()}).status == 0);
  desk.folder.write("jobs.toml",
                    "[jobs.second]\nactors = false\nshard = \"hash 2/3\"\npaths = [\"" + desk.in() + "\"]\n");
  desk.folder.write("in/new.jsonl", line("n1", "New", "periwinkle") + line("n2", "New", "periwinkle") +
                                        line("n3", "New", "periwinkle") + line("n4", "New", "periwinkle") +
                                        line("n5", "New", "periwinkle") + line("n6", "New", "periwinkle"));
  const std::string config = (desk.folder.path() / "jobs.toml").string();
  const Finished job = run({DATELINE_INDEX_PROGRAM, "run", "-d", (split / "s2").string(), "-c", config});
  BOOST_TEST(job.status == 0);
  const int added = search(split, {"periwinkle"}).at("total").get<int>();
  BOOST_TEST(added > 0);
  BOOST_TEST(added < 6);
  BOOST_TEST(search(split, {"harbour"}).at("total").get<int>() == 100);  // none doubled
  fs::remove_all(split / "s3");
  BOOST_TEST(run({DATELINE_SEARCH_PROGRAM, "-d", split.string(), "harbour"}).status != 0);
  const auto partial = search(split, {"--partial", "harbour"});
  BOOST_TEST(partial.at("total").get<int>() < 100);
  BOOST_TEST(contains(partial.at("warnings").dump(), "partial answer"));
}

BOOST_AUTO_TEST_CASE(articles_and_queries_leave_for_opensearch) {
  const Desk desk;
  const fs::path out = desk.folder.path() / "out";
  BOOST_TEST(desk.index({"hide", "--id", "story-7"}).status == 0);
  BOOST_TEST(desk.index({"export", "--to", "opensearch", out.string()}).status == 0);
  const std::string lines = run({"cat", (out / "articles-0001.ndjson").string()}).out;
  BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 200);  // two a visible article
  BOOST_TEST(nlohmann::json::parse(run({"cat", (out / "mapping.json").string()}).out).contains("mappings"));
  BOOST_TEST(desk.index({"export", "--to", "opensearch", out.string()}).status == 1);  // not empty
  const Finished body = desk.search({"translate", "--to", "opensearch", "\"harbour council\" source:Desk"});
  BOOST_TEST(body.status == 0);
  BOOST_TEST(nlohmann::json::parse(body.out).at("query").contains("bool"));
  const Finished refused = desk.search({"translate", "--to", "opensearch", "atleast3 harbour"});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.err, "cannot be said to OpenSearch exactly"));
}

BOOST_AUTO_TEST_CASE(stats_say_what_each_room_takes) {
  const Desk desk;
  const auto stats = nlohmann::json::parse(desk.index({"stats", "--json"}).out);
  BOOST_TEST(stats.at("articles").get<int>() == 101);
  for (const char* room : {"postlist", "position", "docdata", "termlist", "ledger"})
    BOOST_TEST(stats.at("rooms").at(room).get<int>() > 0);
  const std::string text = desk.index({"stats"}).out;
  BOOST_TEST(contains(text, "articles as they are shown"));
  BOOST_TEST(contains(text, "bytes an article"));
  BOOST_TEST(!contains(text, "postlist"));
  BOOST_TEST(contains(desk.index({"status"}).out, "no job of a configuration has run yet"));
}

BOOST_AUTO_TEST_SUITE_END()

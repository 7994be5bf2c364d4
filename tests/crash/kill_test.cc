// Kills the indexer at random instants and looks at what is left. DATELINE_TEST_SEED repeats a run, DATELINE_KILLS
// makes it longer.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "common/store.h"
#include "common/stored.h"
#include "tests/support/process.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(kill_test)

namespace {

constexpr int kArticles = 600;

/// How long the program takes on this machine at this time: kills fall within, however busy it is.
std::chrono::milliseconds time_of(const std::vector<std::string>& command) {
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(test::run(command).status == 0);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

/// An instant within `whole`.
std::chrono::milliseconds some_time(std::mt19937& random, std::chrono::milliseconds whole) {
  return std::chrono::milliseconds{1 + random() % static_cast<unsigned>(std::max<long>(whole.count(), 1))};
}

/// Two files; the words differ so that every batch touches many terms.
void write_archive(const test::TemporaryFolder& folder, int edition) {
  for (const int half : {0, 1}) {
    std::string lines;
    for (int i = half; i < kArticles; i += 2) {
      lines += R"({"id":")" + std::to_string(i) + R"(","source":"S","title":"Article )" + std::to_string(i) +
               R"(","body":"edition )" + std::to_string(edition);
      for (int w = 0; w < 60; ++w) lines += " word" + std::to_string((i * 31 + w * 7 + edition) % 5000);
      lines += "\"}\n";
    }
    folder.write("in/" + std::to_string(half) + ".jsonl", lines);
  }
}

/// The number in the last "committed N".
int acknowledged(const std::string& out) {
  const std::size_t at = out.rfind("committed ");
  if (at == std::string::npos || out.find('\n', at) == std::string::npos) return 0;
  return std::stoi(out.substr(at + 10));
}

/// id -> first paragraph; fails on a doubled article or a database that Xapian's own check complains of.
std::map<int, std::string> articles(const fs::path& index) {
  std::map<int, std::string> found;
  const Snapshot snapshot = open_snapshot(index);
  const fs::path shard = index / ("gen-" + std::to_string(snapshot.generation)) / "s0";
  BOOST_TEST(Xapian::Database::check(shard.string()) == 0U);
  for (auto it = snapshot.database.postlist_begin(""); it != snapshot.database.postlist_end(""); ++it) {
    const Article article = decode_article(snapshot.database.get_document(*it).get_data());
    BOOST_TEST(found.emplace(std::stoi(article.id), article.body.at(0)).second);
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_killed_job_loses_nothing_that_it_acknowledged_and_the_next_completes_it) {
  const unsigned long seed = test::setting("DATELINE_TEST_SEED", 20220224);
  const unsigned long wanted = test::setting("DATELINE_KILLS", 12);
  std::mt19937 random(static_cast<unsigned>(seed));
  unsigned long kills = 0;
  unsigned long kills_between_commits = 0;
  std::chrono::milliseconds whole{400};
  for (int round = 0; kills < wanted && round < 200; ++round) {
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
      const test::TemporaryFolder folder;
      const fs::path index = folder.path() / "index";
      const std::vector<std::string> command = {
          DATELINE_INDEX_PROGRAM,         "-d", index.string(), "--batch", "20", "--no-actors",
          (folder.path() / "in").string()};
      write_archive(folder, 0);
      // First build or, every other round, an update of a whole index.
      const bool update = round % 2 == 1;
      if (update) {
        whole = time_of(command);
        write_archive(folder, 1);
      }
      const std::string now = update ? "edition 1" : "edition 0";
      const test::Finished killed =
          test::run(command, {.input = {}, .environment = {}, .kill_after = some_time(random, whole)});
      if (killed.status != 137) continue;
      ++kills;
      const int promised = acknowledged(killed.out);
      if (promised > 0) ++kills_between_commits;
      std::map<int, std::string> left;
      if (fs::exists(index / "XAPIANDB")) left = articles(index);
      // Acknowledged articles are the first of the walk: the even ones, then the odd ones.
      for (int n = 0; n < promised; ++n) {
        const int id = n < kArticles / 2 ? 2 * n : 2 * (n - kArticles / 2) + 1;
        BOOST_REQUIRE(left.contains(id));
        BOOST_TEST(left[id].starts_with(now));
      }
      if (update) BOOST_TEST(left.size() == static_cast<std::size_t>(kArticles));
      BOOST_TEST(test::run(command).status == 0);
      const std::map<int, std::string> completed = articles(index);
      BOOST_TEST(completed.size() == static_cast<std::size_t>(kArticles));
      for (const auto& [id, body] : completed) BOOST_TEST(body.starts_with(now));
    }
  }
  BOOST_TEST(kills == wanted);                     // else this proved nothing
  BOOST_TEST(kills_between_commits * 4 >= kills);  // and so would kills before the first commit alone
}

// A rebuild writes its database in one go: until it is published the index is what it was, afterwards it is the new
// one.
BOOST_AUTO_TEST_CASE(a_killed_rebuild_leaves_the_old_index_or_the_new_one) {
  const unsigned long seed = test::setting("DATELINE_TEST_SEED", 20220224);
  const unsigned long wanted = test::setting("DATELINE_KILLS", 12);
  std::mt19937 random(static_cast<unsigned>(seed));
  unsigned long kills = 0;
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  const std::string in = (folder.path() / "in").string();
  write_archive(folder, 0);
  const auto whole = time_of({DATELINE_INDEX_PROGRAM, "-d", index.string(), "--no-actors", in});
  std::string edition = "edition 0";
  for (int round = 1; kills < wanted && round < 300; ++round) {
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
      write_archive(folder, round);
      const std::string next = "edition " + std::to_string(round);
      const test::Finished done =
          test::run({DATELINE_INDEX_PROGRAM, "-d", index.string(), "--no-actors", "--rebuild", "--jobs", "2", in},
                    {.input = {}, .environment = {}, .kill_after = some_time(random, whole)});
      if (done.status == 137) ++kills;
      const std::map<int, std::string> left = articles(index);
      BOOST_REQUIRE(left.size() == static_cast<std::size_t>(kArticles));
      const bool published = left.begin()->second.starts_with(next + " ");
      if (done.status == 0 || acknowledged(done.out) > 0) BOOST_TEST(published);
      if (published) edition = next;
      for (const auto& [id, body] : left) BOOST_TEST(body.starts_with(edition + " "));
    }
  }
  BOOST_TEST(kills == wanted);
  // What the killed ones left is cleared away.
  BOOST_TEST(test::run({DATELINE_INDEX_PROGRAM, "-d", index.string(), "--no-actors", "--rebuild", in}).status == 0);
  std::size_t generations = 0;
  for (const auto& entry : fs::directory_iterator(index))
    generations += entry.path().filename().string().starts_with("gen-") ? 1U : 0U;
  BOOST_TEST(generations == 2U);
}

// A first job that is large shows nothing before its end, and what it leaves when it is killed is no obstacle.
BOOST_AUTO_TEST_CASE(after_a_killed_first_job_the_next_one_begins_anew) {
  const test::TemporaryFolder folder;
  const fs::path index = folder.path() / "index";
  std::string lines;
  for (int i = 0; lines.size() < (17U << 20); ++i) {
    lines += R"({"id":")" + std::to_string(i) + R"(","title":"T","body":")";
    for (int w = 0; w < 1000; ++w) lines += " word" + std::to_string((i * 31 + w * 7) % 5000);
    lines += "\"}\n";
  }
  const std::string in = folder.write("in.jsonl", lines).string();
  const std::vector<std::string> command = {DATELINE_INDEX_PROGRAM, "-d", index.string(), "--no-actors", in};
  unsigned kills = 0;
  for (int after = 30; after < 400; after += 60) {
    const test::Finished done =
        test::run(command, {.input = {}, .environment = {}, .kill_after = std::chrono::milliseconds{after}});
    if (done.status != 137) break;
    ++kills;
    BOOST_TEST(acknowledged(done.out) == 0);
    BOOST_TEST(!fs::exists(index / "XAPIANDB"));
  }
  BOOST_TEST(kills > 0U);
  BOOST_TEST(test::run(command).status == 0);
  BOOST_TEST(articles(index).size() == static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')));
}

BOOST_AUTO_TEST_SUITE_END()

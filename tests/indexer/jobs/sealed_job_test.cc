// Jobs that write a sealed database: rebuilds, and first jobs that are large.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>
#include <set>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/query/compile.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/store/position_lists.h"
#include "common/store/register.h"
#include "common/store/term_lists.h"
#include "common/stored.h"
#include "dateline/indexer.h"
#include "indexer/jobs/check.h"
#include "indexer/jobs/shard_writer.h"
#include "tests/support/same_database.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(sealed_job_test)

namespace {

struct Silence final : Diagnostics {
  void warn(std::string_view) override {}
};

struct Acknowledgements final : JobObserver {
  void committed(std::size_t articles) override { last = articles; }
  std::size_t last = 0;
};

std::string words(std::mt19937& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += i % 12 == 0 ? ". " : " ";
    text += "w" + std::to_string(random() % 40 * (random() % 60));
  }
  return text;
}

/// `articles` in several files and formats, with what goes wrong: several versions of one article, a line twice, lines
/// that are none.
void write_archive(const fs::path& folder, std::size_t articles, std::size_t words_each) {
  std::mt19937 random(7);
  fs::create_directories(folder);
  for (int file = 0; file < 5; ++file) {
    std::ofstream out(folder / ("f" + std::to_string(file) + ".jsonl"));
    std::string previous;
    for (std::size_t i = 0; i < articles / 5; ++i) {
      const std::string day = std::to_string(10 + random() % 18);
      previous = R"({"id":")" + std::to_string(random() % articles) + R"(","source":"S)" + std::to_string(i % 3) +
                 R"(","lang":")" + (i % 4 == 0 ? "es" : "en") + R"(","published":"20)" + day + "-0" +
                 std::to_string(1 + random() % 9) + "-" + day + R"(","title":")" + words(random, 6) + R"(","body":")" +
                 words(random, words_each) + R"(\n\n)" + words(random, words_each / 2) + "\"}\n";
      out << previous;
      if (i % 17 == 0) out << previous;
      if (i % 23 == 0) out << "{\"id\": broken\n";
      if (i % 29 == 0) out << "{\"id\":\"empty\"}\n";
    }
  }
  std::ofstream(folder / "page.html") << "<html><head><title>Page</title></head><body><article><h1>Page</h1><p>"
                                      << words(random, 200) << "</p></article></body></html>";
  std::ofstream(folder / "note.txt") << "Note\n\n" << words(random, 50);
}

IndexReport index(const fs::path& to, const fs::path& from, unsigned jobs, bool rebuild, JobObserver& observer,
                  std::size_t memory = std::size_t{64} << 20) {
  IndexOptions options;
  options.index = to;
  options.paths = {from.string()};
  options.actors = false;
  options.rebuild = rebuild;
  options.jobs = jobs;
  options.memory = memory;
  Silence silence;
  const FixedClock clock{std::chrono::sys_days{std::chrono::year{2022} / 1 / 15}};
  const std::atomic<bool> stop{false};
  return run_index_job(options, silence, observer, clock, stop);
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string difference(const fs::path& a, const fs::path& b) {
  const Snapshot x = open_snapshot(a);
  const Snapshot y = open_snapshot(b);
  return test::DatabaseComparison(x.database, y.database).run();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_index_is_the_same_whatever_the_number_of_threads) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 1500, 120);
  Acknowledgements told;
  // Little memory: many runs, and other ones with each number of threads.
  const IndexReport one = index(folder.path() / "1", folder.path() / "in", 1, true, told, 1 << 20);
  BOOST_TEST(told.last == one.added + one.replaced + one.superseded + one.unchanged);
  BOOST_TEST(one.refused > 10U);
  BOOST_TEST(one.unchanged > 10U);
  BOOST_TEST(one.replaced > 10U);
  BOOST_TEST(one.superseded > 10U);
  for (const unsigned jobs : {2U, 4U}) {
    BOOST_TEST_CONTEXT(jobs << " threads") {
      const fs::path other = folder.path() / std::to_string(jobs);
      const IndexReport many = index(other, folder.path() / "in", jobs, true, told, 1 << 20);
      BOOST_TEST(many.added == one.added);
      BOOST_TEST(many.replaced == one.replaced);
      BOOST_TEST(many.superseded == one.superseded);
      BOOST_TEST(many.unchanged == one.unchanged);
      BOOST_TEST(many.refused == one.refused);
      BOOST_TEST(many.rejections.size() == one.rejections.size());
      for (std::size_t i = 0; i < std::min(many.rejections.size(), one.rejections.size()); ++i)
        BOOST_TEST(many.rejections[i].reason == one.rejections[i].reason);
      BOOST_TEST(difference(other, folder.path() / "1") == "");
      for (const char* table : {"postlist", "docdata", "termlist"}) {
        const std::string file = std::string("gen-1/s0/") + table + ".glass";
        BOOST_TEST((bytes_of(other / file) == bytes_of(folder.path() / "1" / file)), file);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(updates_go_the_same_way_whatever_the_number_of_threads) {
  const test::TemporaryFolder folder;
  Acknowledgements told;
  for (const unsigned jobs : {1U, 3U}) {
    const fs::path in = folder.path() / "in";
    fs::remove_all(in);
    write_archive(in, 300, 1200);
    (void)index(folder.path() / std::to_string(jobs), in, jobs, true, told);
    fs::copy_file(in / "f1.jsonl", in / "f9.jsonl");
    fs::copy_file(in / "f2.jsonl", in / "f0.jsonl", fs::copy_options::overwrite_existing);
    std::ofstream(in / "f3.jsonl", std::ios::app) << R"({"id":"new","title":"New","body":"w1 w2"})"
                                                  << "\n";
    const IndexReport report = index(folder.path() / std::to_string(jobs), in, jobs, false, told);
    BOOST_TEST(report.added + report.replaced > 1U);
    BOOST_TEST(report.removed > 1U);
  }
  BOOST_TEST(difference(folder.path() / "1", folder.path() / "3") == "");
}

BOOST_AUTO_TEST_CASE(a_sealed_shard_is_numbered_from_the_newest_article_on) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 500, 60);
  Acknowledgements told;
  (void)index(folder.path() / "index", folder.path() / "in", 2, true, told, 1 << 20);
  Snapshot snapshot = open_snapshot(folder.path() / "index");
  const std::string ordered = snapshot.database.get_metadata(std::string{schema::kMetaDateOrder});
  BOOST_TEST(ordered == std::to_string(snapshot.database.get_doccount()));
  BOOST_TEST(snapshot.database.get_lastdocid() == snapshot.database.get_doccount());
  std::string before(16, '\xFF');
  for (auto key = snapshot.database.valuestream_begin(schema::slot_newest);
       key != snapshot.database.valuestream_end(schema::slot_newest); ++key) {
    BOOST_TEST((*key < before));
    before = *key;
  }
  // A later job leaves this as it is, and adds behind.
  fs::remove(folder.path() / "in" / "f0.jsonl");
  std::ofstream(folder.path() / "in" / "later.txt") << "Later\n\nSomething newer.";
  (void)index(folder.path() / "index", folder.path() / "in", 1, false, told);
  snapshot = open_snapshot(folder.path() / "index");
  BOOST_TEST(snapshot.database.get_metadata(std::string{schema::kMetaDateOrder}) == ordered);
  BOOST_TEST(snapshot.database.get_lastdocid() == std::stoul(ordered) + 1);
}

// The key of the order by date has 48 bits of the identity's hash: it may be that of another article.
BOOST_AUTO_TEST_CASE(articles_of_one_date_key_keep_their_postings) {
  const test::TemporaryFolder folder;
  const SystemClock clock;
  IndexWriter writer(folder.path() / "index", IndexWriter::Mode::rebuild, clock);
  const auto shard = make_shard_builder(writer, 1 << 20, 2, glass::Positions::lists);
  const std::unique_ptr<DocumentFeed> feeds[] = {shard->make_feed(), shard->make_feed()};
  FlatDocument document;
  for (int i = 0; i < 300; ++i) {
    const std::string word = "w" + std::to_string(i);
    document.clear();
    for (const std::string& term : {word, std::string("all")}) document.add_wdf(document.term({}, term), 1);
    document.set_value(schema::slot_newest, "same key");
    document.set_data(word);
    (void)shard->put(word, {}, feeds[i % 2]->place(document));
  }
  shard->finish();
  const Xapian::Database database((writer.generation_folder() / "s0").string());
  BOOST_TEST(Xapian::Database::check((writer.generation_folder() / "s0").string(), 0, nullptr) == 0U);
  Xapian::docid all = 0;
  for (auto p = database.postlist_begin("all"); p != database.postlist_end("all"); ++p) BOOST_TEST(*p == ++all);
  BOOST_TEST(all == 300U);
  for (Xapian::docid id = 1; id <= all; ++id) {
    const std::string word = database.get_document(id).get_data();
    BOOST_REQUIRE(database.get_termfreq(word) == 1U);
    BOOST_TEST(*database.postlist_begin(word) == id);
  }
}

BOOST_AUTO_TEST_CASE(a_large_first_job_is_sealed_and_equals_a_rebuild) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 4000, 700);
  Acknowledgements told;
  const IndexReport first = index(folder.path() / "first", folder.path() / "in", 0, false, told);
  BOOST_TEST(told.last == first.added + first.replaced + first.superseded + first.unchanged);
  const Snapshot snapshot = open_snapshot(folder.path() / "first");
  BOOST_TEST(snapshot.database.get_metadata(std::string{schema::kMetaDateOrder}) == std::to_string(first.total));
  // All of it is known to the next job.
  BOOST_TEST(index(folder.path() / "first", folder.path() / "in", 0, false, told).indexed() == 0U);
  (void)index(folder.path() / "rebuilt", folder.path() / "in", 2, true, told);
  BOOST_TEST(difference(folder.path() / "first", folder.path() / "rebuilt") == "");
}

BOOST_AUTO_TEST_CASE(versions_that_a_rebuild_replaces_are_kept_by_the_register) {
  const test::TemporaryFolder folder;
  fs::create_directories(folder.path() / "in");
  const auto record = [](const std::string& body, const std::string& day) {
    return R"({"id":"1","title":"T","body":")" + body + R"(","published":"2021-01-)" + day + "\"}\n";
  };
  std::ofstream(folder.path() / "in" / "a.jsonl")
      << record("first text", "01") << record("second text", "02") << record("third text", "03");
  Acknowledgements told;
  const IndexReport report = index(folder.path() / "index", folder.path() / "in", 2, true, told);
  BOOST_TEST(report.replaced == 2U);
  auto reg = Register::open(folder.path() / "index");
  BOOST_REQUIRE(reg.has_value());
  const Snapshot snapshot = open_snapshot(folder.path() / "index");
  const Xapian::Document document = snapshot.database.get_document(1);
  const auto versions = reg->versions(identity_of(document.termlist_begin()));
  BOOST_REQUIRE(versions.size() == 2U);
  BOOST_TEST(versions[0].body.front() == "second text");
  BOOST_TEST(versions[1].body.front() == "first text");
}

/// Identities of what a query finds.
std::set<std::string> found(const Xapian::Database& database, const std::string& text) {
  const query::Parsed parsed = query::parse(text, {.now = {}, .zone = {}, .languages = {"en", "es"}});
  const query::Compiled compiled =
      query::compile(parsed.root, database, {.languages = {"en", "es"}, .suggest = false, .budget = nullptr});
  Xapian::Enquire enquire(database);
  enquire.set_query(compiled.query);
  std::set<std::string> out;
  const Xapian::MSet hits = enquire.get_mset(0, database.get_doccount());
  for (auto hit = hits.begin(); hit != hits.end(); ++hit) {
    auto term = database.termlist_begin(*hit);
    term.skip_to(std::string{schema::kIdentity});
    out.insert(*term);
  }
  return out;
}

BOOST_AUTO_TEST_CASE(a_sealed_index_finds_by_place_what_one_written_by_xapian_finds) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 400, 80);
  Acknowledgements told;
  const fs::path sealed = folder.path() / "sealed";
  const fs::path written = folder.path() / "written";
  (void)index(sealed, folder.path() / "in", 2, true, told);
  (void)index(written, folder.path() / "in", 1, false, told);
  const auto compare = [&] {
    const Xapian::Database a = open_snapshot(sealed).database;
    const Xapian::Database b = open_snapshot(written).database;
    BOOST_TEST(positions_apart(a) > 0U);
    BOOST_TEST(positions_apart(b) == 0U);
    std::size_t all = 0;
    for (int i = 0; i < 60; ++i) {
      const std::string x = "w" + std::to_string(i % 40 * (i % 7));
      const std::string y = "w" + std::to_string(i * 11 % 40 * (i % 5));
      const std::string places[] = {"\"" + x + " " + y + "\"", x + " NEAR/3 " + y, "title:\"" + x + " " + y + "\"",
                                    "(" + x + " OR " + y + ") NEAR/2 w3"};
      for (const std::string& query : places) {
        const std::set<std::string> expected = found(b, query);
        all += expected.size();
        BOOST_TEST_CONTEXT(query) {
          BOOST_TEST((found(a, query) == expected));
        }
      }
    }
    BOOST_TEST(all > 1000U);
  };
  compare();
  // What comes later has its places elsewhere; what goes leaves the others' as they are.
  fs::remove(folder.path() / "in" / "f2.jsonl");
  std::ofstream(folder.path() / "in" / "f7.jsonl")
      << R"({"id":"later","published":"2023-01-01","title":"w0 w11","body":"w0 w0 w11 w22."})"
      << "\n";
  for (const fs::path& to : {sealed, written}) (void)index(to, folder.path() / "in", 1, false, told);
  compare();
}

/// Of each term: its frequencies, and the wdf of each article that has it, by length.
std::string postings_of(const Xapian::Database& database) {
  std::string all;
  for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
    all += *term + " " + std::to_string(term.get_termfreq()) + " " +
           std::to_string(database.get_collection_freq(*term)) + ":";
    std::multiset<std::pair<Xapian::termcount, Xapian::termcount>> postings;
    for (auto p = database.postlist_begin(*term); p != database.postlist_end(*term); ++p)
      postings.emplace(p.get_doclength(), p.get_wdf());
    for (const auto& [length, wdf] : postings) all += " " + std::to_string(length) + "/" + std::to_string(wdf);
    all += "\n";
  }
  return all + std::to_string(database.get_doccount()) + " of " + std::to_string(database.get_total_length());
}

// A sealed shard's term lists name next to nothing: what is deleted must go from all postings all the same.
BOOST_AUTO_TEST_CASE(a_sealed_index_forgets_what_goes_as_one_written_by_xapian_does) {
  const test::TemporaryFolder folder;
  const fs::path in = folder.path() / "in";
  write_archive(in, 300, 80);
  Acknowledgements told;
  const fs::path sealed = folder.path() / "sealed";
  const fs::path written = folder.path() / "written";
  (void)index(sealed, in, 2, true, told);
  (void)index(written, in, 1, false, told);
  const auto equal = [&] {
    const Snapshot a = open_snapshot(sealed);
    const Snapshot b = open_snapshot(written);
    BOOST_TEST(postings_of(a.database) == postings_of(b.database));
    BOOST_TEST(check_generation(generation_folder(sealed, a.generation), CheckDepth::every_article).faults.empty());
  };
  equal();
  fs::remove(in / "f2.jsonl");                                                            // articles go,
  fs::copy_file(in / "f3.jsonl", in / "f1.jsonl", fs::copy_options::overwrite_existing);  // others change,
  std::ofstream(in / "f4.jsonl", std::ios::app) << R"({"id":"1","published":"2031-01-01","title":"w3","body":"w5."})"
                                                << "\n";  // and one gets another text
  for (const fs::path& to : {sealed, written}) (void)index(to, in, 1, false, told);
  equal();
  const fs::path half_done = generation_folder(sealed, open_snapshot(sealed).generation) / "s0.completing";
  fs::create_directory(half_done);  // of a job that died
  (void)index(sealed, in, 1, false, told);
  BOOST_TEST(!fs::exists(half_done));
  fs::remove(in / "f3.jsonl");
  for (const fs::path& to : {sealed, written})
    (void)index(to, in, 1, false, told, 1 << 18);  // a commit every few articles
  equal();
}

// As when an analyzer has changed since: the text says other words than those that stand in the postings.
BOOST_AUTO_TEST_CASE(what_was_indexed_by_another_analyzer_goes_all_the_same) {
  const test::TemporaryFolder folder;
  const fs::path in = folder.path() / "in";
  fs::create_directory(in);
  std::ofstream(in / "a.jsonl") << R"({"id":"a","published":"2022-01-02","title":"Harbour","body":"Ships wait."})"
                                << "\n";
  std::ofstream(in / "b.jsonl") << R"({"id":"b","published":"2021-01-02","title":"Wheat","body":"Wheat waits."})"
                                << "\n"
                                << R"({"id":"c","published":"2020-01-02","title":"Oil","body":"Ships sail."})"
                                << "\n"
                                << R"({"id":"d","published":"2019-01-02","title":"Gas","body":"None waits."})"
                                << "\n";
  Acknowledgements told;
  const fs::path sealed = folder.path() / "sealed";
  (void)index(sealed, in, 1, true, told);
  const fs::path generation = generation_folder(sealed, open_snapshot(sealed).generation);
  {
    Xapian::WritableDatabase shard((generation / "s0").string());
    Xapian::Document newest = shard.get_document(1);
    Article other = decode_article(newest.get_data());
    other.body = {"Vessels idle."};
    newest.set_data(encode_article(other));
    shard.replace_document(1, newest);
  }
  BOOST_TEST(check_generation(generation, CheckDepth::counts).faults.empty());
  std::ofstream(in / "a.jsonl") << R"({"id":"e","published":"2018-01-02","title":"Coal","body":"It is dug."})"
                                << "\n";
  (void)index(sealed, in, 1, false, told);
  (void)index(folder.path() / "written", in, 1, false, told);
  BOOST_TEST(postings_of(open_snapshot(sealed).database) ==
             postings_of(open_snapshot(folder.path() / "written").database));
}

BOOST_AUTO_TEST_CASE(the_check_before_publishing_finds_what_the_disk_lost) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 1500, 120);
  Acknowledgements told;
  (void)index(folder.path() / "index", folder.path() / "in", 1, true, told);
  const fs::path generation = generation_folder(folder.path() / "index", 1);
  BOOST_TEST(check_generation(generation, CheckDepth::sample).faults.empty());
  for (const char* table : {"postlist.glass", "docdata.glass", "termlist.glass"}) {
    BOOST_TEST_CONTEXT(table) {
      const fs::path path = generation / "s0" / table;
      std::ifstream in(path, std::ios::binary);
      const std::string whole{std::istreambuf_iterator<char>(in), {}};
      std::string damaged = whole;
      std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(whole.size() / 3),
                damaged.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2), '\0');
      std::ofstream(path, std::ios::binary) << damaged;
      BOOST_TEST(!check_generation(generation, CheckDepth::sample).faults.empty());
      std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() / 2);
      BOOST_TEST(!check_generation(generation, CheckDepth::sample).faults.empty());
      std::ofstream(path, std::ios::binary) << whole;
    }
  }
  BOOST_TEST(check_generation(generation, CheckDepth::structure).faults.empty());
}

BOOST_AUTO_TEST_CASE(the_check_compares_the_array_of_lengths_with_the_list) {
  const test::TemporaryFolder folder;
  write_archive(folder.path() / "in", 50, 20);
  Acknowledgements told;
  (void)index(folder.path() / "index", folder.path() / "in", 1, true, told);
  const fs::path generation = generation_folder(folder.path() / "index", 1);
  {
    Xapian::WritableDatabase shard((generation / "s0").string());
    const std::string name = *shard.metadata_keys_begin(std::string{schema::kMetaLengths});
    std::string lengths = shard.get_metadata(name);
    lengths[2] = static_cast<char>(lengths[2] + 1);  // of the second document
    shard.set_metadata(name, lengths);
  }
  for (const CheckDepth depth : {CheckDepth::structure, CheckDepth::every_article}) {
    const std::vector<std::string> faults = check_generation(generation, depth).faults;
    BOOST_REQUIRE_EQUAL(faults.size(), 1U);
    BOOST_TEST(faults.front().ends_with("the array of lengths has another length of document 2"));
  }
  BOOST_TEST(check_generation(generation, CheckDepth::counts).faults.empty());
}

BOOST_AUTO_TEST_SUITE_END()

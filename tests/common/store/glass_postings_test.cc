#include "common/store/glass_postings.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <utility>

#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::test;

namespace {

using Postings = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Postings read(const glass::PostingTable& table, const std::string& term) {
  Postings out;
  glass::PostingChunks chunks(table, term);
  while (chunks.next())
    chunks.each([&](std::uint32_t document, std::uint32_t wdf) { out.emplace_back(document, wdf); });
  return out;
}

Postings expected(const Xapian::Database& database, const std::string& term) {
  Postings out;
  for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it)
    out.emplace_back(*it, term.empty() ? it.get_doclength() : it.get_wdf());
  return out;
}

/// A database that is written to again and again.
class Written {
 public:
  Written(const std::filesystem::path& folder, unsigned seed, int block_size)
      : random_(seed), database_(folder.string(), Xapian::DB_CREATE | Xapian::DB_NO_SYNC, block_size) {}

  void change(std::size_t documents) {
    for (std::size_t i = 0; i < documents; ++i) {
      Xapian::Document document;
      for (std::size_t term = 0; term < kTerms; ++term) {
        if (below(1 + term * term) == 0) document.add_term(name(term), wdf());
      }
      document.add_boolean_term(std::string("filter\0with zeros\0", 18));
      const auto last = database_.get_lastdocid();
      switch (last == 0 ? 0 : below(8)) {
        case 1:
          database_.replace_document(static_cast<Xapian::docid>(1 + below(last)), document);
          break;
        case 2:
          try {
            database_.delete_document(static_cast<Xapian::docid>(1 + below(last)));
          } catch (const Xapian::DocNotFoundError&) {
          }
          break;
        case 3:  // leaves a gap
          database_.replace_document(static_cast<Xapian::docid>(last + 1 + below(100'000)), document);
          break;
        default:
          database_.add_document(document);
      }
    }
    database_.set_metadata("a", std::string(below(20'000), 'x'));
    database_.commit();
  }

  static std::vector<std::string> terms() {
    std::vector<std::string> out{"", "absent", "\xFF", std::string("filter\0with zeros\0", 18)};
    for (std::size_t term = 0; term < kTerms; ++term) out.push_back(name(term));
    return out;
  }

 private:
  static constexpr std::size_t kTerms = 12;
  static std::string name(std::size_t term) { return std::string(1 + term * 15, static_cast<char>('a' + term)); }
  std::size_t below(std::size_t n) { return random_() % n; }
  Xapian::termcount wdf() { return static_cast<Xapian::termcount>(1 + below(below(20) == 0 ? 1'000'000 : 4)); }

  std::mt19937 random_;
  Xapian::WritableDatabase database_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(glass_postings_test)

BOOST_AUTO_TEST_CASE(lists_and_lengths_are_those_that_xapian_reads) {
  const unsigned seed = test::seed(7);
  std::size_t compared = 0;
  for (unsigned round = 0; round < 12; ++round) {
    const TemporaryFolder folder;
    Written written(folder.path() / "db", seed * 100 + round, round % 3 == 0 ? 8192 : 2048);
    for (const std::size_t documents : {0U, 1U, 40U, 900U, 1500U}) {
      written.change(documents);
      const Xapian::Database database((folder.path() / "db").string());
      const auto table = glass::PostingTable::open(folder.path() / "db", database.get_revision());
      if (table == nullptr) {
        BOOST_TEST(database.get_doccount() == 0U);
        continue;
      }
      for (const std::string& term : Written::terms()) {
        BOOST_TEST_CONTEXT("seed " << seed << " round " << round << " term " << term) {
          const Postings found = read(*table, term);
          BOOST_TEST((found == expected(database, term)));
          compared += found.size();
        }
      }
    }
  }
  BOOST_TEST(compared > 50'000U);
}

BOOST_AUTO_TEST_CASE(a_table_is_of_one_revision) {
  const TemporaryFolder folder;
  Written written(folder.path() / "db", 1, 2048);
  written.change(2000);
  const Xapian::Database database((folder.path() / "db").string());
  const Xapian::rev revision = database.get_revision();
  const auto table = glass::PostingTable::open(folder.path() / "db", revision);
  BOOST_REQUIRE(table != nullptr);
  BOOST_TEST((glass::PostingTable::open(folder.path() / "db", revision + 1) == nullptr));
  BOOST_TEST((glass::PostingTable::open(folder.path(), revision) == nullptr));
  const Postings before = read(*table, "a");
  bool overtaken = false;
  for (int change = 0; change < 10 && !overtaken; ++change) {
    written.change(500);
    try {
      BOOST_TEST((read(*table, "a") == before));
    } catch (const Xapian::DatabaseModifiedError&) {
      overtaken = true;
    }
  }
  BOOST_TEST(overtaken);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_refused_or_read_otherwise_and_nothing_worse) {
  const TemporaryFolder folder;
  Written(folder.path() / "db", 2, 2048).change(1500);
  const std::filesystem::path file = folder.path() / "db" / "postlist.glass";
  std::ifstream in(file, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const Xapian::rev revision = Xapian::Database((folder.path() / "db").string()).get_revision();
  std::mt19937 random(test::seed(7));
  std::size_t refused = 0;
  bool within = true;  // documents ascend to the last of each chunk: what is read by docid has room for that
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = whole;
    if (i % 100 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int n = 0; n < 30; ++n) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    std::ofstream(file, std::ios::binary) << damaged;
    const auto table = glass::PostingTable::open(folder.path() / "db", revision);
    BOOST_REQUIRE(table != nullptr);
    for (const std::string& term : Written::terms()) {
      try {
        glass::PostingChunks chunks(*table, term);
        std::uint32_t before = 0;
        while (chunks.next()) {
          chunks.each([&](std::uint32_t document, std::uint32_t) {
            within = within && document > before && document <= chunks.last();
            before = document;
          });
        }
      } catch (const Xapian::DatabaseError&) {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > 1000U);
  BOOST_TEST(within);
}

BOOST_AUTO_TEST_CASE(a_chunk_that_ends_before_it_begins_is_refused) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "db").string();
  {
    Xapian::WritableDatabase database(path, Xapian::DB_CREATE);
    Xapian::Document document;
    document.add_term("a");
    database.replace_document(0xFFFFFFF0, document);
  }
  const std::filesystem::path file = folder.path() / "db" / "postlist.glass";
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::string head{
      "\xEF\xFF\xFF\xFF\x0F"
      "1",
      6};  // the docid but one, the last chunk
  std::size_t damaged = 0;
  for (std::size_t at = bytes.find(head); at != std::string::npos; at = bytes.find(head, at + 1), ++damaged)
    bytes[at + head.size()] = '\x7F';  // documents up to the last: what is over 32 bits begins at 0 again
  BOOST_REQUIRE(damaged > 0U);
  std::ofstream(file, std::ios::binary) << bytes;
  const auto table = glass::PostingTable::open(folder.path() / "db", Xapian::Database(path).get_revision());
  BOOST_REQUIRE(table != nullptr);
  for (const char* term : {"a", ""}) {
    glass::PostingChunks chunks(*table, term);
    BOOST_CHECK_THROW((void)chunks.next(), Xapian::DatabaseCorruptError);  // before a document is given
  }
}

BOOST_AUTO_TEST_SUITE_END()

#include "common/store/glass_table.h"

#include <xapian.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <sstream>

#include "common/store/glass_version.h"
#include "dateline/error.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::test;
using glass::BlockFile;
using glass::LeafWriter;

namespace {

using Entries = std::map<std::string, std::string>;

/// A database of nothing but metadata, its table made of the ranges that `cuts` name: each ends before the key that is
/// cuts[i]-th. `beside`: each range is made in a file of its own, the last one first.
glass::TableRoot write_metadata(const std::filesystem::path& folder, const Entries& entries,
                                const std::vector<std::size_t>& cuts, bool beside) {
  constexpr std::uint32_t kSmallBlocks = 2048;
  std::filesystem::create_directory(folder);
  BlockFile file(folder / "postlist.glass", kSmallBlocks);
  std::deque<BlockFile> files;
  std::deque<LeafWriter> ranges;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    if (beside && i > 0) files.emplace_back(folder / "part", kSmallBlocks).unlink();
    ranges.emplace_back(beside && i > 0 ? files.back() : file,
                        i == 0 ? LeafWriter::Range::first : LeafWriter::Range::later);
  }
  std::vector<std::size_t> order(ranges.size());
  std::generate(order.begin(), order.end(), [n = std::size_t{0}]() mutable { return n++; });
  if (beside) std::reverse(order.begin(), order.end());
  for (const std::size_t i : order) {
    const auto at = [&](std::size_t n) { return std::next(entries.begin(), static_cast<std::ptrdiff_t>(n)); };
    const auto end = i < cuts.size() ? at(cuts[i]) : entries.end();
    for (auto entry = i == 0 ? entries.begin() : at(cuts[i - 1]); entry != end; ++entry)
      ranges[i].add(std::string("\0\xC0", 2) + entry->first, entry->second);
    ranges[i].finish();
  }
  std::vector<const LeafWriter*> all;
  for (LeafWriter& range : ranges) {
    if (beside && &range != &ranges.front()) range.move_to(file);
    all.push_back(&range);
  }
  glass::Roots roots;
  roots[glass::postlist] = write_tree(file, all);
  roots[glass::docdata] = glass::TableWriter(folder / "docdata.glass", kSmallBlocks).finish();
  roots[glass::termlist] = glass::TableWriter(folder / "termlist.glass", kSmallBlocks).finish();
  glass::write_version_file(folder, roots, kSmallBlocks, {});
  return *roots[glass::postlist];
}

/// What differs, or nothing.
std::string compare(const std::filesystem::path& folder, const Entries& entries) try {
  std::ostringstream said;
  if (Xapian::Database::check(folder.string(), 0, &said) > 0) return said.str();
  Xapian::Database database(folder.string());
  auto key = database.metadata_keys_begin();
  for (const auto& [name, value] : entries) {
    if (key == database.metadata_keys_end() || *key != name) return "walked over: " + name;
    if (database.get_metadata(name) != value) return "not found, or another value: " + name;
    if (!database.get_metadata(name + '\1').empty()) return "found: what is not there";
    ++key;
  }
  if (key != database.metadata_keys_end()) return "one too many: " + *key;
  // Stock Xapian changes the table as its own.
  Xapian::WritableDatabase changed(folder.string());
  std::size_t n = 0;
  for (const auto& [name, value] : entries) changed.set_metadata(name, n++ % 3 == 0 ? "" : value + "!");
  changed.commit();
  n = 0;
  for (const auto& [name, value] : entries) {
    if (changed.get_metadata(name) != (n++ % 3 == 0 ? "" : value + "!")) return "not changed: " + name;
  }
  said.str({});
  return Xapian::Database::check(folder.string(), 0, &said) > 0 ? said.str() : "";
} catch (const Xapian::Error& error) {
  return error.get_description();
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Keys that share long beginnings, so that branches are short of room; some values take several blocks.
Entries random_entries(std::mt19937_64& random, std::size_t count) {
  Entries entries;
  while (entries.size() < count) {
    std::string name(1 + random() % 3, static_cast<char>('a' + random() % 3));
    name.append(random() % 180, 'k');
    for (int i = 0; i < 4; ++i) name += static_cast<char>('a' + random() % 26);
    entries[name] =
        std::string(1 + (random() % 8 == 0 ? random() % 9000 : random() % 60), static_cast<char>('0' + random() % 10));
  }
  return entries;
}

/// One table in both ways; gives its root.
glass::TableRoot check_ranges(const Entries& entries, const std::vector<std::size_t>& cuts) {
  const TemporaryFolder folder;
  const glass::TableRoot root = write_metadata(folder.path() / "one", entries, cuts, false);
  write_metadata(folder.path() / "beside", entries, cuts, true);
  BOOST_TEST(root.entries == entries.size());
  BOOST_TEST((bytes_of(folder.path() / "one/postlist.glass") == bytes_of(folder.path() / "beside/postlist.glass")));
  BOOST_TEST(compare(folder.path() / "one", entries) == "");
  BOOST_TEST(compare(folder.path() / "beside", entries) == "");
  return root;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(glass_table_test)

BOOST_AUTO_TEST_CASE(ranges_become_one_deep_tree) {
  const std::uint64_t seed = test::seed(1);
  for (std::uint64_t i = seed; i < seed + test::setting("DATELINE_TORTURE_SETS", 6); ++i) {
    BOOST_TEST_CONTEXT("seed " << i) {
      std::mt19937_64 random(i);
      const Entries entries = random_entries(random, 6000);
      std::vector<std::size_t> cuts(random() % 5);
      for (std::size_t& cut : cuts) cut = random() % (entries.size() + 1);
      std::sort(cuts.begin(), cuts.end());
      BOOST_TEST(check_ranges(entries, cuts).level >= 3U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_range_may_have_nothing) {
  std::mt19937_64 random(7);
  for (const std::size_t count : {0U, 1U, 2U, 20U, 400U}) {
    const Entries entries = random_entries(random, count);
    for (const std::vector<std::size_t>& cuts :
         std::vector<std::vector<std::size_t>>{{}, {0}, {count}, {0, 0, count / 2, count / 2, count, count}}) {
      BOOST_TEST_CONTEXT(count << " entries in " << cuts.size() + 1 << " ranges") check_ranges(entries, cuts);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_range_begins_behind_an_entry_of_many_components) {
  Entries entries;
  for (const char name : {'a', 'b', 'c', 'd'}) entries[std::string(200, name)] = std::string(20'000, name);
  entries[std::string(200, 'b') + "a"] = "short";
  entries[std::string(199, 'b') + "c"] = std::string(20'000, 'x');
  for (std::size_t cut = 0; cut <= entries.size(); ++cut) {
    BOOST_TEST_CONTEXT("cut at " << cut) BOOST_TEST(check_ranges(entries, {cut}).level >= 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_stands_in_the_way_is_said) {
  const TemporaryFolder folder;
  BOOST_CHECK_THROW(BlockFile(folder.path() / "missing" / "file"), Error);
  BlockFile file(folder.path() / "file");
  BOOST_CHECK_THROW(BlockFile(folder.path() / "file"), Error);
  file.unlink();
  BOOST_CHECK_THROW(file.unlink(), Error);
}

BOOST_AUTO_TEST_SUITE_END()

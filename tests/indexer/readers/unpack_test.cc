#include "indexer/readers/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "dateline/error.h"
#include "indexer/readers/detect.h"
#include "indexer/readers/json_lines.h"
#include "indexer/readers/warc.h"
#include "tests/indexer/readers/read_all.h"

using namespace dateline;
using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(unpack_test)

namespace {

std::string gzip(std::string_view plain) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, plain.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(std::string_view plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
  return out;
}

using Members = std::vector<std::pair<std::string, std::string>>;

std::string container(const Members& members, bool zip) {
  std::string out(std::size_t{32} << 20, '\0');
  std::size_t used = 0;
  archive* a = archive_write_new();
  zip ? archive_write_set_format_zip(a) : archive_write_set_format_pax_restricted(a);
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const auto& [name, bytes] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(a, entry);
    archive_write_data(a, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}

struct Outcome {
  std::vector<std::string> titles;
  std::vector<std::string> refusals;
};

Outcome read(std::string_view bytes, const std::string& name = "input", const ReaderOptions& options = {}) {
  Outcome outcome;
  StringSource source(bytes);
  try {
    auto opened = open_reader(source, {.name = name, .format = std::nullopt}, options);
    if (auto* refusal = std::get_if<Refusal>(&opened)) {
      outcome.refusals.push_back(refusal->reason);
      return outcome;
    }
    Reader& reader = *std::get<std::unique_ptr<Reader>>(opened);
    for (;;) {
      const auto next = reader.next();
      if (std::holds_alternative<Reader::End>(next)) return outcome;
      if (const auto* skipped = std::get_if<Reader::Skipped>(&next)) {
        outcome.refusals.push_back(skipped->member + ": " + skipped->reason);
        continue;
      }
      const auto parsed = reader.parse(std::get<Record>(next));
      if (const auto* raw = std::get_if<RawArticle>(&parsed)) outcome.titles.push_back(raw->article.title);
    }
  } catch (const Error& error) {
    outcome.refusals.emplace_back(error.what());
  }
  return outcome;
}

const std::string kLines = "{\"title\":\"One\",\"body\":\"x\"}\n{\"title\":\"Two\",\"body\":\"y\"}\n";
const std::vector<std::string> kTitles{"One", "Two"};

}  // namespace

BOOST_AUTO_TEST_CASE(streams_are_unpacked_members_and_frames_one_after_the_other) {
  const std::string first = kLines.substr(0, 40);
  const std::string second = kLines.substr(40);
  for (const std::string& packed :
       {gzip(kLines), gzip(first) + gzip(second), zstd(kLines), zstd(first) + zstd(second)}) {
    const Outcome outcome = read(packed, "a.jsonl.gz");
    BOOST_TEST(outcome.titles == kTitles, boost::test_tools::per_element());
    BOOST_TEST(outcome.refusals.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_stood_before_the_damage_is_read_and_the_damage_is_said) {
  std::string many;
  for (unsigned i = 0; i < 40000; ++i)
    many += "{\"title\":\"" + std::to_string(i * 2654435761U) + "\",\"body\":\"" + std::to_string(i * 40503U) + "\"}\n";
  const std::string packed = gzip(many);
  const Outcome cut = read(packed.substr(0, packed.size() * 3 / 4), "a.gz");
  BOOST_TEST(cut.titles.size() > 20000U);
  BOOST_REQUIRE_EQUAL(cut.refusals.size(), 1U);
  BOOST_TEST(cut.refusals[0] == "a.gz: damaged: the gzip stream ends early");
  std::string hurt = packed;
  for (std::size_t i = 0; i < 64; ++i) hurt[hurt.size() / 2 + i] = '\x55';
  const Outcome damaged = read(hurt, "a.gz");
  BOOST_TEST(damaged.titles.size() > 10000U);
  BOOST_TEST(damaged.refusals.size() >= 1U);
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused_within_a_second) {
  // 10 MiB that would be 10 GiB: the same member of a stream over and over.
  const std::string member = gzip(std::string(std::size_t{16} << 20, ' '));
  std::string bomb = gzip("{\"title\":\"Real\",\"body\":\"x\"}\n");
  while (bomb.size() < (std::size_t{10} << 20)) bomb += member;
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = read(bomb, "bomb.gz");
  BOOST_TEST(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < 1.0);
  BOOST_REQUIRE_EQUAL(outcome.refusals.size(), 1U);
  BOOST_TEST(outcome.refusals[0].find("taken for a bomb") != std::string::npos);
  const Outcome inside = read(container({{"bomb.gz", bomb}, {"a.jsonl", kLines}}, false), "x.tar");
  BOOST_TEST(inside.titles == (std::vector<std::string>{"Real", "One", "Two"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bomb_in_a_zip_ends_the_container_not_the_job) {
  const std::string zip =
      container({{"a.jsonl", kLines}, {"bomb.jsonl", std::string(std::size_t{24} << 20, ' ')}}, true);
  BOOST_TEST(zip.size() < (std::size_t{1} << 20));
  const Outcome outcome = read(zip, "x.zip");
  BOOST_TEST(outcome.titles == kTitles, boost::test_tools::per_element());
  BOOST_REQUIRE_EQUAL(outcome.refusals.size(), 1U);
  BOOST_TEST(outcome.refusals[0].find("bomb") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(containers_hold_files_of_any_format_and_nest_once) {
  const std::string inner = container({{"deep/a.jsonl", kLines}}, true);
  const Members members{{"b.xml", "<rss><channel><item><title>Item</title></item></channel></rss>"},
                        {"c.jsonl.gz", gzip(kLines)},
                        {"d.zip", inner},
                        {"README.txt", "describes"},
                        {".hidden", "x"},
                        {"e.png", "\x89PNG"}};
  for (const bool zip : {false, true}) {
    const Outcome outcome = read(container(members, zip), "x");
    BOOST_TEST(outcome.titles == (std::vector<std::string>{"Item", "One", "Two", "One", "Two"}),
               boost::test_tools::per_element());
    BOOST_REQUIRE_EQUAL(outcome.refusals.size(), 1U);
    BOOST_TEST(outcome.refusals[0] == "e.png: a PNG picture");
  }
  const std::string deeper = container({{"x.tar", container({{"y.zip", inner}}, false)}}, true);
  const Outcome refused = read(deeper, "deeper.zip");
  BOOST_TEST(refused.titles.empty());
  BOOST_REQUIRE_EQUAL(refused.refusals.size(), 1U);
  BOOST_TEST(refused.refusals[0].find("nested deeper") != std::string::npos);
  BOOST_TEST(read(gzip(gzip(kLines)), "a.gz.gz").refusals.at(0) == "compressed twice");
}

BOOST_AUTO_TEST_CASE(too_many_files_end_a_container) {
  Members members;
  for (int i = 0; i < 20; ++i) members.emplace_back(std::to_string(i) + ".jsonl", kLines);
  ReaderOptions options;
  options.unpack.entries = 10;
  const Outcome outcome = read(container(members, false), "x.tar", options);
  BOOST_TEST(outcome.titles.size() == 20U);
  BOOST_TEST(outcome.refusals.size() == 1U);
}

BOOST_AUTO_TEST_CASE(billion_laughs_are_refused_within_ten_milliseconds) {
  std::string laughs = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY l0 \"ha\">";
  for (int i = 1; i < 12; ++i) {
    laughs += "<!ENTITY l" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) laughs += "&l" + std::to_string(i - 1) + ";";
    laughs += "\">";
  }
  laughs += "]><rss><channel><item><title>&l11;</title></item></channel></rss>";
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = read(laughs, "laughs.xml");
  BOOST_TEST(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < 0.01);
  BOOST_REQUIRE_EQUAL(outcome.refusals.size(), 1U);
  BOOST_TEST(outcome.refusals[0].find("declares entities") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

#include "indexer/readers/detect.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(detect_test)

struct Row {
  std::string head;
  const char* name;
  const char* expected;  // format, or "!" and a word of the reason
};
std::ostream& operator<<(std::ostream& out, const Row& r) {
  return out << r.name;
}

const Row kRows[] = {
    {"", "empty.txt", "!empty"},
    {" \n\t", "blank.txt", "!white space"},
    {std::string("ab\0cd", 5), "nul.txt", "!binary"},
    {"\x1F\x9D\x90", "a.Z", "!compressed"},
    {"%PDF-1.4", "a.pdf", "!PDF"},
    {"{\"title\": 1}\n", "a", "jsonl"},
    {"\xEF\xBB\xBF {\"title\": 1}\n", "a.txt", "jsonl"},
    {"not json", "broken.jsonl", "jsonl"},
    {"[{}]", "a.json", "jsonl"},
    {"<!DOCTYPE html><title>x", "a", "html"},
    {"<?xml version='1.0'?><html xmlns='x'>", "a", "html"},
    {"<!-- saved from url --><HTML>", "a.txt", "html"},
    {"<p>loose", "page.html", "html"},
    {"<rss version='2.0'>", "feed.xml", "feed"},
    {"<?xml version='1.0'?><!DOCTYPE rdf:RDF [<!ENTITY % a SYSTEM 'b'>]><rdf:RDF>", "feed", "feed"},
    {"<!-- <rss> --><atom:feed>", "feed", "feed"},
    {"<urlset>", "sitemap.xml", "feed"},
    {"<sitemapindex>", "sitemap.xml", "!lists sitemaps"},
    {"<?xml version='1.0'?><svg>", "a.xml", "!<svg>"},
    {"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'>", "a", "newsml-g2"},
    {"<NewsML Version='1.2'>", "a", "newsml-1"},
    {"<!DOCTYPE nitf SYSTEM 'nitf-3-4.dtd'><nitf>", "a", "nitf"},
    {"WARC/1.1\r\nWARC-Type: response\r\n", "a", "warc"},
    {"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 76\n", "a", "arc"},
    {"Biden meets Putin\n\nGeneva. The …", "a.txt", "text"},
    {"Biden meets Putin\n\nGeneva. The …", "no-ending", "text"},
    {"<3 is a headline\n\nbody", "a.txt", "text"},
};

BOOST_DATA_TEST_CASE(the_content_tells_the_format, kRows, row) {
  const auto found = detect(row.head, row.name);
  const std::string expected = row.expected;
  if (expected.starts_with('!')) {
    BOOST_REQUIRE(std::holds_alternative<Refusal>(found));
    BOOST_TEST(std::get<Refusal>(found).reason.find(expected.substr(1)) != std::string::npos);
  } else {
    BOOST_REQUIRE(std::holds_alternative<Format>(found));
    BOOST_TEST(format_name(std::get<Format>(found)) == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()

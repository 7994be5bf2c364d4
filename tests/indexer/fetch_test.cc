#include <arpa/inet.h>
#include <netinet/in.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>

#include "indexer/fetch/fetcher.h"
#include "indexer/fetch/public_address.h"

namespace dateline::indexer {
namespace {

BOOST_AUTO_TEST_SUITE(fetch_test)

bool is_public(const std::string& written) {
  sockaddr_storage storage{};
  if (written.find(':') == std::string::npos) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    BOOST_REQUIRE(::inet_pton(AF_INET, written.c_str(), &v4.sin_addr) == 1);
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    BOOST_REQUIRE(::inet_pton(AF_INET6, written.c_str(), &v6.sin6_addr) == 1);
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

BOOST_AUTO_TEST_CASE(addresses_of_the_public_are_told_from_the_rest) {
  for (const char* address :
       {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
        "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"})
    BOOST_TEST(is_public(address), address);
  for (const char* address : {"0.0.0.0",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.255",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.9",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "2001:db8::1",
                              "2001::1",
                              "64:ff9b::a00:1",
                              "2002:a00:1::1",
                              "64:ff9b:1::1"})
    BOOST_TEST(!is_public(address), address);
}

BOOST_AUTO_TEST_CASE(a_server_is_left_alone_as_long_as_it_wants_within_reason) {
  constexpr std::int64_t now = 1'614'600'000;  // 2021-03-01T12:00:00Z
  BOOST_TEST(back_off("120", 0, now) == 120);
  BOOST_TEST(back_off("1", 0, now) == 60);
  BOOST_TEST(back_off("99999999999", 0, now) == 86400);
  BOOST_TEST(back_off("-5", 0, now) == 60);
  BOOST_TEST(back_off("Mon, 01 Mar 2021 13:00:00 GMT", 0, now) == 3600);
  BOOST_TEST(back_off("Mon, 01 Mar 2021 11:00:00 GMT", 3, now) == 60);
  BOOST_TEST(back_off("", 0, now) == 60);
  BOOST_TEST(back_off("", 1, now) == 120);
  BOOST_TEST(back_off("soon", 4, now) == 960);
  BOOST_TEST(back_off("", 1000, now) == 86400);
}

BOOST_AUTO_TEST_CASE(only_addresses_of_the_web_are_fetched) {
  BOOST_TEST(unfetchable("https://paper.example/feed").empty());
  BOOST_TEST(unfetchable("http://paper.example/@desk/feed?x=a@b").empty());
  for (const char* url : {"", "paper.example", "file:///etc/passwd", "ftp://paper.example/",
                          "https://me:word@paper.example/", "http://me@paper.example"})
    BOOST_TEST(!unfetchable(url).empty(), url);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::indexer

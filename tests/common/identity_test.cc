#include "common/identity.h"

#include <boost/test/unit_test.hpp>

#include "common/date.h"
#include "common/url.h"

using namespace dateline;

BOOST_AUTO_TEST_SUITE(identity_test)

BOOST_AUTO_TEST_CASE(a_supplied_id_counts_within_its_source) {
  const Article a{.id = "1", .title = "x", .source = "The Paper"};
  Article b{.id = "1", .title = "another title", .source = "the paper", .url = "https://e.example/1"};
  BOOST_TEST(identity_key(a) == identity_key(b));
  b.source = "Other Paper";
  BOOST_TEST(identity_key(a) != identity_key(b));
}

BOOST_AUTO_TEST_CASE(an_address_counts_without_scheme_www_and_tracking) {
  const Article a{.title = "x", .url = "https://www.example.com/story?id=5&utm_source=feed#top"};
  const Article b{.title = "x, updated", .url = "http://EXAMPLE.com:80/story?id=5"};
  BOOST_TEST(identity_key(a) == identity_key(b));
  BOOST_TEST(identity_key(a) != identity_key(Article{.url = "https://example.com/story?id=6"}));
}

BOOST_AUTO_TEST_CASE(without_either_the_text_counts) {
  const Article a{.title = "x", .body = {"one"}, .published = parse_date("2021-12-30"), .source = "P"};
  Article b = a;
  BOOST_TEST(identity_key(a) == identity_key(b));
  b.body = {"two"};
  BOOST_TEST(identity_key(a) != identity_key(b));
  b = a;
  b.published = parse_date("2021-12-31");
  BOOST_TEST(identity_key(a) != identity_key(b));
}

BOOST_AUTO_TEST_CASE(the_public_id_is_short_and_plain) {
  const std::string id = public_id(identity_key(Article{.title = "x"}));
  BOOST_TEST(id.size() == 12U);
  BOOST_TEST(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_is_packed_and_back) {
  for (int i = 0; i < 1000; ++i) {
    const std::string key = identity_key(Article{.title = std::to_string(i)});
    BOOST_TEST(pack_identity(key).size() == 16U);
    BOOST_TEST(unpack_identity(pack_identity(key)) == key);
    BOOST_TEST(identity_of_term(identity_term(key)) == key);
  }
  // As short, as long, or of as many digits, but no key.
  for (const std::string other :
       {"", "x", "gone", "000000000000000000", "0123456789abcdefghjkmnpqrz", "0123456789abcdefghjkmnpqru"}) {
    BOOST_TEST(pack_identity(other) == other);
    BOOST_TEST(unpack_identity(other) == other);
  }
}

BOOST_AUTO_TEST_CASE(addresses_are_spelt_one_way) {
  BOOST_TEST(canonical_url("HTTPS://User@Example.COM:443/A/b?x=1&fbclid=2#frag") == "https://example.com/A/b?x=1");
  BOOST_TEST(canonical_url("http://example.com") == "http://example.com/");
  BOOST_TEST(canonical_url("javascript:alert(1)").empty());
  BOOST_TEST(canonical_url("http:///nohost").empty());
  BOOST_TEST(canonical_url("https://exa\"mple.com/").empty());
  BOOST_TEST(host_of("https://www.Example.com:8080/x") == "example.com");
}

BOOST_AUTO_TEST_SUITE_END()

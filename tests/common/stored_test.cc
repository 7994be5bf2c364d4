#include "common/stored.h"

#include <boost/test/unit_test.hpp>

#include "common/date.h"
#include "dateline/error.h"

using namespace dateline;

BOOST_AUTO_TEST_SUITE(stored_test)

BOOST_AUTO_TEST_CASE(an_article_comes_back_as_it_was_stored) {
  const Article article{.id = "7f3a9c",
                        .title = "“Quoted” – and \\ escaped",
                        .body = {"One.", "Zwei ü 日本"},
                        .published = parse_date("2021-12-30T14:05:00-05:00"),
                        .modified = parse_date("2021-12"),
                        .source = "The Paper",
                        .url = "https://example.com/a?b=c",
                        .authors = {"Jane Doe"},
                        .lang = "en",
                        .section = "World",
                        .place = "Geneva",
                        .keywords = {"talks"},
                        .actors = {{.name = "NATO",
                                    .kind = ActorKind::organisation,
                                    .mentions = 3,
                                    .salience = 0.25,
                                    .surfaces = {"NATO", "the alliance"}}}};
  BOOST_TEST((decode_article(encode_article(article)) == article));
  BOOST_TEST((decode_article(encode_article(Article{})) == Article{}));
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_an_error) {
  BOOST_CHECK_THROW((void)decode_article("{\"title\": 3}"), Error);
}

BOOST_AUTO_TEST_SUITE_END()

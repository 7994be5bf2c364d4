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
                                    .surfaces = {"NATO", "the alliance"}}},
                        .embargo_until = parse_date("2021-12-30T20:00:00Z"),
                        .status = PublishingStatus::canceled,
                        .version = 3,
                        .summary = "What is at stake",
                        .subjects = {{.code = "medtop:11000000", .name = "politics"}, {.code = "", .name = "talks"}},
                        .extra = R"({"urgency":4,"rights":{"holder":"The Paper"}})"};
  BOOST_TEST((decode_article(encode_article(article)) == article));
  BOOST_TEST((decode_article(encode_article(Article{})) == Article{}));
}

BOOST_AUTO_TEST_CASE(the_actors_of_a_record_are_read_alone) {
  Article article{.title = "\"actors\":[ in a title",
                  .body = {"]"},
                  .actors = {{.name = "A \"B\" [C] \\", .mentions = 2, .salience = 0.125, .surfaces = {"B]", "C\\\""}},
                             {.name = "D\xff", .kind = ActorKind::country, .surfaces = {}}},
                  .extra = R"({"actors":[{"name":"Nobody"}]})"};
  const std::string record = encode_article(article);
  BOOST_TEST((decode_actors(record) == decode_article(record).actors));
  BOOST_TEST(decode_actors(record).size() == 2U);
  BOOST_TEST((decode_actors(record)[0] == article.actors[0]));
  article.extra.clear();
  article.actors.clear();
  BOOST_TEST(decode_actors(encode_article(article)).empty());
  BOOST_CHECK_THROW((void)decode_actors(R"({"actors":[{"name":1}]})"), Error);
  BOOST_CHECK_THROW((void)decode_actors(R"({"actors":[{"name":"cut)"), Error);
}

BOOST_AUTO_TEST_CASE(a_publishing_status_is_read_as_agencies_write_it) {
  BOOST_TEST((status_named("stat:canceled") == PublishingStatus::canceled));
  BOOST_TEST((status_named("http://cv.iptc.org/newscodes/pubstatusg2/withheld") == PublishingStatus::withheld));
  BOOST_TEST((status_named(" Cancelled ") == PublishingStatus::canceled));
  BOOST_TEST((status_named("publish") == std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_an_error) {
  BOOST_CHECK_THROW((void)decode_article("{\"title\": 3}"), Error);
}

BOOST_AUTO_TEST_SUITE_END()

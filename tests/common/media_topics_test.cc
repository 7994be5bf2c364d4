#include "common/media_topics.h"

#include <boost/test/unit_test.hpp>

namespace dateline {
namespace {

BOOST_AUTO_TEST_SUITE(media_topics_test)

using Path = std::vector<std::string>;
using Paths = std::vector<Path>;

Path path_of(std::string_view code) {
  const auto path = topic_path(code);
  return {path.begin(), path.end()};
}

BOOST_AUTO_TEST_CASE(codes_lead_from_the_top_down) {
  BOOST_TEST((path_of("medtop:15000000") == Path{"sport"}));
  BOOST_TEST((path_of("medtop:20000822") == Path{"sport", "competition discipline"}));
  BOOST_TEST(
      (path_of("http://cv.iptc.org/newscodes/mediatopic/20000574") == Path{"politics and government", "election"}));
  BOOST_TEST((path_of("20000002") == Path{"arts, culture, entertainment and media", "arts and entertainment"}));
  BOOST_TEST((path_of("medtop:20001339") == Path{"lifestyle and leisure", "wellness"}));
  BOOST_TEST((path_of("subj:11006004") == Path{"politics and government"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_code_leads_nowhere) {
  for (const char* code : {"", "medtop:", "medtop:2000082", "medtop:200008222", "medtop:2000082x", "medtop:99000000",
                           "medtop:00000000", "medtop:20000001", "medtop:20009999", "medtop:-1500000", "sport"})
    BOOST_TEST_CONTEXT(code) {
      BOOST_TEST(path_of(code).empty());
    }
}

BOOST_AUTO_TEST_CASE(an_article_stands_at_each_of_its_topics_once) {
  Article article;
  article.section = "Sport";
  article.subjects = {
      {"medtop:15000000", "Sport"},  {"medtop:20000822", "Disziplin"}, {"medtop:20000822", "competition discipline"},
      {"medtop:20001065", "soccer"}, {"subj:04008004", "inflation"},   {"", "Bundesliga"},
      {"dpa:sport", "dpa's own"}};
  BOOST_TEST((section_paths(article) ==
              Paths{{"sport", "competition discipline"}, {"soccer"}, {"economy, business and finance", "inflation"}}));
  article.section = "Front page";
  BOOST_TEST((section_paths(article).front() == Path{"Front page"}));
  BOOST_TEST(section_paths(Article{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline

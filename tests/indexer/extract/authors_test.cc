#include "indexer/extract/authors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

struct Row {
  std::string_view byline;
  std::string names;  // joined by "|"
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.byline;
}

const Row kRows[] = {
    {"By JANE DOE and John Roe, Staff Writers | May 2, 2021", "JANE DOE|John Roe"},
    {"By Jane Doe", "Jane Doe"},
    {"ByJane Doe", "Jane Doe"},
    {"Byron Roe", "Byron Roe"},
    {"Key Takeaways", ""},
    {"Written by: Jane Doe", "Jane Doe"},
    {"Von Jürgen Müller und Eva Klein", "Jürgen Müller|Eva Klein"},
    {"Par Hélène Roy, envoyée spéciale", "Hélène Roy"},
    {"Por María Pérez y Juan Gil", "María Pérez|Juan Gil"},
    {"Jane Doe, jane@paper.example", "Jane Doe"},
    {"Jane Doe Senior Editor", "Jane Doe"},
    {"Jane Doe, Port Correspondent", "Jane Doe"},
    {"Senior Editor", ""},
    {"Paper Staff", "Paper Staff"},
    {"Jane Doe on December 30, 2021", "Jane Doe"},
    {"by Jane Doe (Reuters)", "Jane Doe"},
    {"Autorin/Autor Jane Doe", "Jane Doe"},
    {"admin", ""},
    {"5 min read", ""},
    {"Jane Doe, Jane Doe", "Jane Doe"},
    {"", ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(authors_test)

BOOST_DATA_TEST_CASE(a_byline_gives_names, boost::unit_test::data::make(kRows), row) {
  std::string joined;
  for (const std::string& name : names_in_byline(row.byline)) joined += (joined.empty() ? "" : "|") + name;
  BOOST_TEST(joined == row.names);
}

BOOST_AUTO_TEST_CASE(names_are_proposed_by_signals_that_are_not_the_usual_ones) {
  const std::string_view prose =
      "<p>Prices fell for a third day on Tuesday, traders in the old harbour said, as stocks rose and nobody, they "
      "said, would buy before the winter is over, which may take until the end of March, or longer.</p>";
  const std::string body = "<h1>Oil falls again</h1>" + std::string(prose) + std::string(prose) + std::string(prose);
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"(<meta property="our_authors" content="Jane Doe">)", ""},
      {R"(<meta property="article:byline" content="By Jane Doe">)", ""},
      {R"(<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Person","name":"Jane Doe"},
          {"@type":"Organization","name":"Northern Courier"}]}</script>)",
       ""},
      {"", "<p style='text-align:right'><strong>Jane Doe</strong></p>"},
  };
  for (const auto& [head, tail] : rows) {
    const auto out = extract_page("<html><head><title>Oil falls again</title>" + std::string(head) + "</head><body>" +
                                      body + std::string(tail) + "</body></html>",
                                  {}, {.explain = true});
    bool proposed = false;
    for (const Candidate& c : out.candidates) proposed = proposed || (c.field == "author" && c.value == "Jane Doe");
    BOOST_TEST_CONTEXT(head << tail) BOOST_TEST(proposed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

#include "indexer/extract/authors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <vector>

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer

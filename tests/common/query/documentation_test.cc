// Every example of docs/query-language.md.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "common/query/query.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

using namespace std::chrono_literals;

/// "error at 4: part of the message", or the canonical form.
std::string understood(const std::string& text, DefaultOperator op, const std::string& expected) {
  ParseOptions options;
  options.default_operator = op;
  options.now = std::chrono::sys_days(2022y / 1 / 15);
  options.languages = {"en", "es"};
  try {
    return print(parse(text, options).root);
  } catch (const Error& error) {
    const std::string head = "error at " + std::to_string(error.position().value_or(9999)) + ": ";
    const bool told =
        expected.starts_with(head) && std::string(error.what()).find(expected.substr(head.size())) != std::string::npos;
    return told ? expected : head + error.what();
  }
}

BOOST_AUTO_TEST_SUITE(documentation_test)

BOOST_AUTO_TEST_CASE(every_example_is_understood_as_the_reference_says) {
  std::ifstream file(DATELINE_SOURCE_DIR "/docs/query-language.md");
  BOOST_REQUIRE(file);
  bool inside = false;
  DefaultOperator op = DefaultOperator::all;
  int examples = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = !inside && line != "```text";
      op = line == "```any" ? DefaultOperator::any : DefaultOperator::all;
      continue;
    }
    const std::size_t arrow = line.find("=> ");
    if (!inside || arrow == std::string::npos) continue;
    ++examples;
    const std::string query{text::trim(line.substr(0, arrow))};
    const std::string expected = line.substr(arrow + 3);
    BOOST_TEST_CONTEXT(query) BOOST_TEST(understood(query, op, expected) == expected);
  }
  BOOST_TEST(examples > 60);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query

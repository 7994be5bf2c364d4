#include "searcher/output/terminal.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(terminal_test)

struct Device {
  const char* what;
  bool is_terminal;
  std::size_t columns;
  ColorChoice choice;
  std::map<std::string, const char*> environment;
  bool colored;
  bool links;
  std::size_t width;
};
std::ostream& operator<<(std::ostream& out, const Device& d) {
  return out << d.what;
}

const std::vector<Device> kDevices = {
    {"a terminal", true, 120, ColorChoice::automatic, {{"TERM", "xterm"}}, true, true, 120},
    {"a pipe", false, 0, ColorChoice::automatic, {{"TERM", "xterm"}}, false, false, 0},
    {"NO_COLOR", true, 120, ColorChoice::automatic, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, false, false, 120},
    {"an empty NO_COLOR counts for nothing",
     true,
     120,
     ColorChoice::automatic,
     {{"TERM", "xterm"}, {"NO_COLOR", ""}},
     true,
     true,
     120},
    {"a dumb terminal", true, 80, ColorChoice::automatic, {{"TERM", "dumb"}}, false, false, 80},
    {"no TERM", true, 80, ColorChoice::automatic, {}, false, false, 80},
    {"always, in a pipe", false, 0, ColorChoice::always, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, true, false, 0},
    {"never", true, 80, ColorChoice::never, {{"TERM", "xterm"}}, false, false, 80},
    {"COLUMNS wins", true, 120, ColorChoice::automatic, {{"TERM", "xterm"}, {"COLUMNS", "66"}}, true, true, 66},
    {"COLUMNS of no use", true, 120, ColorChoice::automatic, {{"TERM", "xterm"}, {"COLUMNS", "wide"}}, true, true, 120},
    {"COLUMNS means nothing in a pipe", false, 0, ColorChoice::automatic, {{"COLUMNS", "66"}}, false, false, 0},
    {"unknown width", true, 0, ColorChoice::automatic, {{"TERM", "xterm"}}, true, true, 80},
    {"a sliver", true, 3, ColorChoice::automatic, {{"TERM", "xterm"}}, true, true, 20},
};

BOOST_DATA_TEST_CASE(colour_and_width_follow_device_and_environment, data::make(kDevices), device) {
  const Terminal terminal =
      describe_terminal(device.is_terminal, device.columns, device.choice, [&](const char* name) -> const char* {
        const auto found = device.environment.find(name);
        return found == device.environment.end() ? nullptr : found->second;
      });
  BOOST_TEST(terminal.colored == device.colored);
  BOOST_TEST(terminal.links == device.links);
  BOOST_TEST(terminal.width == device.width);
}

struct Text {
  const char* in;
  const char* out;
};
std::ostream& operator<<(std::ostream& out, const Text& t) {
  return out << t.in;
}

const std::vector<Text> kTexts = {
    {"plain", "plain"},
    {"\x1b[31mred\x1b[0m", "[31mred[0m"},
    {"\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm"},
    {"\xC2\x9B"
     "31mred",
     "31mred"},  // C1 CSI as UTF-8
    {"a\nb\tc\r\nd", "a b c d"},
    {"\xE2\x80\xAE"
     "txt.exe",
     "txt.exe"},                         // right-to-left override
    {"\xE2\x81\xA6x\xE2\x81\xA9", "x"},  // isolates
    {"a\x7F"
     "b",
     "ab"},
    {"Müller 北京", "Müller 北京"},
    {"bad \xFF byte", "bad \xEF\xBF\xBD byte"},
    {"", ""},
};

BOOST_DATA_TEST_CASE(nothing_printable_steers_a_terminal, data::make(kTexts), text) {
  BOOST_TEST(printable(text.in) == text.out);
}

BOOST_AUTO_TEST_CASE(styles_exist_only_with_colour) {
  const Terminal plain;
  const Terminal colored{.colored = true, .links = true, .width = 80};
  BOOST_TEST(styled(plain, Style::mark, "hit") == "hit");
  BOOST_TEST(styled(colored, Style::bold, "hit") == "\x1b[1mhit\x1b[0m");
  BOOST_TEST(styled(colored, Style::bold, "").empty());
}

BOOST_AUTO_TEST_CASE(links_are_for_web_addresses_on_terminals) {
  const Terminal colored{.colored = true, .links = true, .width = 80};
  BOOST_TEST(linked(colored, "https://example.org/a", "a") == "\x1b]8;;https://example.org/a\x1b\\a\x1b]8;;\x1b\\");
  BOOST_TEST(linked(colored, "javascript:alert(1)", "a") == "a");
  BOOST_TEST(linked(colored, "https://example.org/\x1b\\", "a") == "a");
  BOOST_TEST(linked(Terminal{}, "https://example.org/a", "a") == "a");
}

BOOST_AUTO_TEST_CASE(numbers_are_grouped) {
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1000) == "1,000");
  BOOST_TEST(grouped(24559) == "24,559");
  BOOST_TEST(grouped(1234567890) == "1,234,567,890");
}

BOOST_AUTO_TEST_CASE(bars_show_proportions) {
  BOOST_TEST(bar(8, 8, 4) == "████");
  BOOST_TEST(bar(4, 8, 4) == "██");
  BOOST_TEST(bar(1, 8, 4) == "▌");
  BOOST_TEST(bar(1, 1'000'000, 4) == "▏");
  BOOST_TEST(bar(0, 8, 4).empty());
  BOOST_TEST(bar(0, 0, 4).empty());
}

BOOST_AUTO_TEST_CASE(sparks_show_heights) {
  BOOST_TEST(spark(0, 8) == " ");
  BOOST_TEST(spark(1, 8) == "▁");
  BOOST_TEST(spark(4, 8) == "▄");
  BOOST_TEST(spark(8, 8) == "█");
  BOOST_TEST(spark(1, 1'000'000) == "▁");
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_cut_by_columns) {
  BOOST_TEST(fitted("abcdef", 6) == "abcdef");
  BOOST_TEST(fitted("abcdefg", 6) == "abcde…");
  BOOST_TEST(fitted("北京北京", 5) == "北京…");
  BOOST_TEST(fitted("abc", 0).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher

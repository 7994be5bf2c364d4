// Each folder of tests/data/readers/FORMAT holds an input that we wrote to its standard, input.*, and what is read from
// it, expected.jsonl: the articles, and the refusals as they are told. DATELINE_UPDATE_EXPECTED=1 rewrites the latter.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/payload.h"
#include "indexer/readers/detect.h"
#include "tests/support/golden.h"

namespace fs = std::filesystem;
using namespace dateline;
using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(formats_golden_test)

namespace {

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

/// Hands out few bytes at a time, so that every boundary falls between two reads.
class DrippingSource final : public ByteSource {
 public:
  DrippingSource(std::string_view bytes, std::size_t drop) : bytes_(bytes), drop_(drop) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    const std::size_t n = std::min({size, drop_, bytes_.size()});
    std::copy_n(bytes_.data(), n, out);
    bytes_.remove_prefix(n);
    return n;
  }
  std::string_view bytes_;
  std::size_t drop_;
};

std::string read_as_text(ByteSource& source, const std::string& name) {
  std::string out;
  const auto opened = open_reader(source, {.name = name, .format = std::nullopt}, {});
  if (const auto* refusal = std::get_if<Refusal>(&opened)) return "refused: " + refusal->reason + "\n";
  Reader& reader = *std::get<std::unique_ptr<Reader>>(opened);
  for (;;) {
    const Reader::Next next = reader.next();
    if (std::holds_alternative<Reader::End>(next)) break;
    if (const auto* skipped = std::get_if<Reader::Skipped>(&next)) {
      out += "refused " + std::to_string(skipped->number) + ": " + skipped->reason + "\n";
      continue;
    }
    const Record& record = std::get<Record>(next);
    auto parsed = reader.parse(record);
    const std::string number = std::to_string(record.number);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
      out += (refusal->expected ? "passed over " : "refused ") + number + ": " + refusal->reason + "\n";
    } else if (const std::string problem = extract_payload(std::get<RawArticle>(parsed)); !problem.empty()) {
      out += "refused " + number + ": " + problem + "\n";
    } else {
      out += encode_article(std::get<RawArticle>(parsed).article) + "\n";
    }
  }
  for (const auto& [kind, count] : reader.passed_over())
    out += "passed over: " + std::to_string(count) + " × " + kind + "\n";
  return out;
}

std::string as_utf16(std::string_view utf8, bool big) {
  std::string out;
  const auto add = [&](char32_t unit) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  };
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = text::decode(utf8, at);
    if (c >= 0x10000) {
      add(0xD800 + ((c - 0x10000) >> 10));
      add(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      add(c);
    }
  }
  return out;
}

std::vector<fs::path> inputs() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path{DATELINE_TEST_DATA} / "readers")) {
    if (entry.path().filename().string().starts_with("input")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_sample_is_read_as_its_standard_says) {
  std::size_t samples = 0;
  for (const fs::path& input : inputs()) {
    const std::string bytes = bytes_of(input);
    StringSource source(bytes);
    const fs::path expected = fs::relative(input.parent_path() / "expected.jsonl", DATELINE_TEST_DATA);
    test::check_golden(expected.string(), read_as_text(source, input.filename().string()));
    ++samples;
  }
  BOOST_TEST(samples >= 25U);
}

BOOST_AUTO_TEST_CASE(where_reads_end_makes_no_difference) {
  for (const fs::path& input : inputs()) {
    const std::string bytes = bytes_of(input);
    StringSource whole(bytes);
    const std::string expected = read_as_text(whole, input.filename().string());
    for (const std::size_t drop : {std::size_t{1}, std::size_t{7}, std::size_t{61}}) {
      DrippingSource dripping(bytes, drop);
      BOOST_TEST(read_as_text(dripping, input.filename().string()) == expected, input << " in pieces of " << drop);
    }
  }
}

BOOST_AUTO_TEST_CASE(utf_16_is_read_as_utf_8_is) {
  std::size_t samples = 0;
  for (const fs::path& input : inputs()) {
    const std::string bytes = bytes_of(input);
    const std::string format = input.parent_path().parent_path().filename().string();
    // Sizes in bytes are part of what a WARC says.
    if (!text::is_valid_utf8(bytes) || format == "warc" || format == "arc" || bytes.find('\0') != std::string::npos)
      continue;
    StringSource narrow(bytes);
    const std::string expected = read_as_text(narrow, input.filename().string());
    for (const bool big : {false, true}) {
      for (const bool marked : {true, false}) {
        if (!marked && !bytes.starts_with('<')) continue;  // Only mark-up tells its order by itself.
        const std::string wide = as_utf16((marked ? "\xEF\xBB\xBF" : "") + bytes, big);
        DrippingSource source(wide, 61);
        BOOST_TEST(read_as_text(source, input.filename().string()) == expected, input << (big ? " big" : " little"));
        ++samples;
      }
    }
  }
  BOOST_TEST(samples >= 40U);
}

BOOST_AUTO_TEST_CASE(halves_of_utf_16_pairs_are_replaced) {
  using std::string_view_literals::operator""sv;
  const std::string head = as_utf16("\xEF\xBB\xBF{\"title\":\"A\",\"body\":\"x", false);
  const std::string tail = as_utf16("y\"}\n", false);
  for (const std::string_view half : {"\x3D\xD8"sv, "\x00\xDE"sv}) {
    const std::string bytes = head + std::string{half} + tail;
    StringSource source(bytes);
    BOOST_TEST(read_as_text(source, "input.jsonl").find("x\uFFFDy") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(every_beginning_of_every_sample_is_read_or_refused) {
  for (const fs::path& input : inputs()) {
    const std::string bytes = bytes_of(input);
    for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 97) {
      StringSource source(std::string_view{bytes}.substr(0, length));
      try {
        (void)read_as_text(source, input.filename().string());
      } catch (const Error& error) {
        BOOST_TEST((error.code() == ErrorCode::io), error.what());
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

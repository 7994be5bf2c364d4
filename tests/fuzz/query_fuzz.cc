// Query text -> tree under libFuzzer, dates included. The first byte chooses the default operator and plain text.
// And the same text as the date of an article, and as a file of synonyms.
// Sources: common/query/{ast,dates,filters,groups,lexer,parser,print,synonyms,words}.cc
//   common/{analyzer,analyzer_chars,date,language,schema,stop_words,text}.cc
// Libraries: -lxapian -licuuc -licui18n -lfmt -lxxhash
// Seeds: docs/query-language.md tests/common/query/parser_test.cc tests/common/query/dates_test.cc
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "common/date.h"
#include "common/query/query.h"
#include "common/query/synonyms.h"
#include "common/text.h"
#include "dateline/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dateline::query;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  ParseOptions options;
  options.default_operator = (data[0] & 1U) != 0 ? DefaultOperator::any : DefaultOperator::all;
  options.operators = (data[0] & 2U) == 0;
  options.now = std::chrono::sys_days(std::chrono::year(2022) / 1 / 15);
  options.zone = (data[0] & 4U) != 0 ? "Europe/Madrid" : "";
  options.languages = {"en", "es"};
  try {
    const Parsed parsed = parse(text, options);
    options.operators = true;
    // The echo may be longer than what was typed.
    options.limits.max_bytes *= 8;
    const Parsed again = parse(print(parsed.root), options);
    if (!(again.root == parsed.root)) std::abort();
  } catch (const dateline::Error& error) {
    if (error.code() != dateline::ErrorCode::query) std::abort();
    if (error.position().value_or(0) > text.size()) std::abort();
  }
  const std::string clean = dateline::text::clean(text);
  if (const auto date = dateline::parse_date(clean)) {
    const auto again = dateline::parse_date(dateline::format_rfc3339(*date));
    if (!again || again->utc != date->utc) std::abort();
  }
  if (const auto found = dateline::find_date(clean); found && found->end > clean.size()) std::abort();
  std::vector<std::string> problems;
  const Synonyms synonyms = Synonyms::read(clean, "synonyms.txt", problems);
  try {
    std::vector<Warning> warnings;
    (void)print(synonyms.widen(parse(text, options).root, options.limits, warnings));
  } catch (const dateline::Error& error) {
    if (error.code() != dateline::ErrorCode::query) std::abort();
  }
  return 0;
}

#include "searcher/output/json_printer.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "common/text.h"

namespace dateline::searcher {
namespace {

bool must_escape(char32_t c) {
  return c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x061C || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  if (must_escape(c)) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  } else {
    text::append_utf8(out, c);
  }
}

}  // namespace

void JsonPrinter::new_line() {
  if (indent_ == 0) return;
  out_ << '\n' << std::string(indent_ * filled_.size(), ' ');
}

void JsonPrinter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (filled_.empty()) return;
  if (filled_.back()) out_ << ',';
  filled_.back() = true;
  new_line();
}

void JsonPrinter::begin(char bracket) {
  separate();
  out_ << bracket;
  filled_.push_back(false);
}

void JsonPrinter::end(char bracket) {
  const bool had_members = filled_.back();
  filled_.pop_back();
  if (had_members) new_line();
  out_ << bracket;
}

void JsonPrinter::key(std::string_view name) {
  value(name);
  out_ << (indent_ == 0 ? ":" : ": ");
  after_key_ = true;
}

void JsonPrinter::value(std::string_view text) {
  separate();
  std::string escaped = "\"";
  for (std::size_t pos = 0; pos < text.size();) append_escaped(escaped, text::decode(text, pos));
  out_ << escaped << '"';
}

void JsonPrinter::value(bool truth) {
  separate();
  out_ << (truth ? "true" : "false");
}

void JsonPrinter::value(std::uint64_t number) {
  separate();
  out_ << fmt::format("{}", number);
}

void JsonPrinter::value(std::int64_t number) {
  separate();
  out_ << fmt::format("{}", number);
}

void JsonPrinter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  out_ << fmt::format("{:.6g}", number);
}

void JsonPrinter::range(std::uint64_t begin, std::uint64_t end) {
  separate();
  out_ << fmt::format("[{}, {}]", begin, end);
}

void JsonPrinter::null() {
  separate();
  out_ << "null";
}

}  // namespace dateline::searcher

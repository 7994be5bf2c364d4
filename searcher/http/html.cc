#include "searcher/http/html.h"

#include <fmt/format.h>

#include "common/text.h"

namespace dateline::searcher::http {
namespace {

/// What neither HTML nor XML 1.0 may hold even escaped, and what turns the direction of text around it.
bool dropped(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

Markup& Markup::text(std::string_view value) {
  for (std::size_t pos = 0; pos < value.size();) {
    const char32_t c = text::decode(value, pos);
    switch (c) {
      case '&':
        out_ += "&amp;";
        break;
      case '<':
        out_ += "&lt;";
        break;
      case '>':
        out_ += "&gt;";
        break;
      case '"':
        out_ += "&quot;";
        break;
      case '\'':
        out_ += "&#39;";
        break;
      default:
        if (!dropped(c)) text::append_utf8(out_, c);
    }
  }
  return *this;
}

Markup& Markup::number(std::uint64_t value) {
  out_ += grouped(value);
  return *this;
}

Markup& Markup::marked(const MarkedText& marked) {
  const std::string_view all = marked.text;
  std::size_t done = 0;
  for (const TextRange& mark : marked.marks) {
    text(all.substr(done, mark.begin - done));
    out_ += "<mark>";
    text(all.substr(mark.begin, mark.end - mark.begin));
    out_ += "</mark>";
    done = mark.end;
  }
  return text(all.substr(done));
}

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace dateline::searcher::http

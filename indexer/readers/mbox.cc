#include "indexer/readers/mbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/date.h"
#include "common/encoding.h"
#include "common/text.h"
#include "indexer/readers/extra_fields.h"
#include "indexer/readers/http_message.h"
#include "indexer/readers/plain_text.h"
#include "indexer/readers/warc.h"

namespace dateline::indexer {
namespace {

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

std::string decode_base64(std::string_view s) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : s) {
    const int value = base64_value(c);
    if (value < 0) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// RFC 2045 section 6.7; inside a header ("Q" of RFC 2047) '_' is a blank.
std::string decode_quoted(std::string_view s, bool header) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '_' && header) {
      out.push_back(' ');
    } else if (s[i] != '=') {
      out.push_back(s[i]);
    } else if (i + 2 < s.size() && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2])));
      i += 2;
    } else if (const std::size_t end = s.find('\n', i);
               end != std::string_view::npos && text::trim(s.substr(i + 1, end - i)).empty()) {
      i = end;  // A soft line break.
    } else {
      out.push_back('=');
    }
  }
  return out;
}

/// RFC 2047: "=?iso-8859-1?Q?M=FCller?=".
std::string decode_words(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    const std::size_t begin = s.find("=?");
    const std::size_t charset_end = begin == std::string_view::npos ? begin : s.find('?', begin + 2);
    const std::size_t text_begin = charset_end == std::string_view::npos ? charset_end : s.find('?', charset_end + 1);
    const std::size_t end = text_begin == std::string_view::npos ? text_begin : s.find("?=", text_begin + 1);
    if (end == std::string_view::npos) break;
    const std::string_view before = s.substr(0, begin);
    // White space between two encoded words is none.
    if (out.empty() || !text::trim(before).empty()) out += to_utf8(before);
    const std::string_view charset = s.substr(begin + 2, charset_end - begin - 2);
    const std::string_view word = s.substr(text_begin + 1, end - text_begin - 1);
    const bool base64 = text::istarts_with(s.substr(charset_end + 1), "b");
    out += to_utf8(base64 ? decode_base64(word) : decode_quoted(word, true), charset.substr(0, charset.find('*')));
    s.remove_prefix(end + 2);
  }
  return text::clean_line(out + to_utf8(s));
}

struct Part {
  std::string_view header;
  std::string_view body;
};

Part part_of(std::string_view message) {
  const std::size_t lf = message.find("\n\n");
  const std::size_t crlf = message.find("\r\n\r\n");
  if (message.starts_with("\n")) return {{}, message.substr(1)};
  const std::size_t end = std::min(lf, crlf);
  if (end == std::string_view::npos) return {message, {}};
  return {message.substr(0, end + 1), message.substr(end + (end == crlf ? 4 : 2))};
}

std::string parameter(std::string_view value, std::string_view name) {
  for (const std::string_view piece : text::split(value, ';')) {
    const std::string_view trimmed = text::trim(piece);
    if (!text::istarts_with(trimmed, name)) continue;
    std::string_view rest = text::trim(trimmed.substr(name.size()));
    if (!rest.starts_with('=')) continue;
    rest = text::trim(rest.substr(1));
    if (rest.starts_with('"')) rest = rest.substr(1, rest.substr(1).find('"'));
    return std::string{rest};
  }
  return {};
}

/// Finds the text of a message: plain before HTML, the first of each, through nested parts.
void collect(const Part& part, std::string& plain, std::string& html, int depth) {
  constexpr int kDeepest = 8;
  if (depth > kDeepest) return;
  const HeaderFields header(part.header);
  const std::string_view type_value = header.get("Content-Type");
  const ContentType type = parse_content_type(type_value);
  if (text::istarts_with(type.media_type, "multipart/")) {
    const std::string boundary = "--" + parameter(type_value, "boundary");
    if (boundary.size() == 2) return;
    std::size_t at = part.body.find(boundary);
    while (at != std::string_view::npos) {
      const std::size_t begin = part.body.find('\n', at);
      if (begin == std::string_view::npos || part.body.substr(at + boundary.size()).starts_with("--")) return;
      at = part.body.find(boundary, begin);
      collect(part_of(part.body.substr(begin + 1, at == std::string_view::npos ? at : at - begin - 1)), plain, html,
              depth + 1);
    }
    return;
  }
  if (text::istarts_with(header.get("Content-Disposition"), "attachment")) return;
  const bool is_html = text::ascii_iequals(type.media_type, "text/html");
  if (!is_html && !type.media_type.empty() && !text::ascii_iequals(type.media_type, "text/plain")) return;
  const std::string encoding = text::ascii_lower(header.get("Content-Transfer-Encoding"));
  std::string bytes = encoding == "base64"             ? decode_base64(part.body)
                      : encoding == "quoted-printable" ? decode_quoted(part.body, false)
                                                       : std::string{part.body};
  std::string& target = is_html ? html : plain;
  if (target.empty()) target = to_utf8(bytes, type.charset);
}

}  // namespace

bool MboxReader::fill() {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  return n > 0;
}

Reader::Next MboxReader::next() {
  std::size_t scanned = 1;
  std::size_t dropped = 0;
  std::size_t end = std::string::npos;
  for (;;) {
    // A message begins with a line "From …" behind an empty one; inside texts it is quoted as ">From ".
    end = buffer_.find("\nFrom ", scanned > 0 ? scanned - 1 : 0);
    if (end != std::string::npos) break;
    scanned = buffer_.size() - std::min<std::size_t>(buffer_.size(), 5);
    if (buffer_.size() > max_record_) {
      dropped += scanned;
      buffer_.erase(0, scanned);
      scanned = 0;
    }
    if (!fill()) break;
  }
  const std::size_t length = end == std::string::npos ? buffer_.size() : end + 1;
  if (length == 0 && dropped == 0) return End{};
  Record record{.number = ++number_, .bytes = buffer_.substr(0, length)};
  buffer_.erase(0, length);
  if (dropped + length > max_record_)
    return Skipped{number_,
                   fmt::format("a message of {} bytes, longer than {} (--max-record)", dropped + length, max_record_)};
  return record;
}

std::variant<RawArticle, Refusal> MboxReader::parse(const Record& record) const {
  std::string_view message = record.bytes;
  if (message.starts_with("From ")) message.remove_prefix(std::min(message.find('\n'), message.size() - 1) + 1);
  const Part part = part_of(message);
  const HeaderFields header(part.header);
  RawArticle raw;
  Article& article = raw.article;
  article.title = decode_words(header.get("Subject"));
  article.published = parse_date(text::clean_line(header.get("Date")));
  std::string_view id = header.get("Message-ID");
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  article.id = text::clean_line(id);
  // "Jane Doe <jane@paper.example>"
  const std::string from = decode_words(header.get("From"));
  const std::size_t angle = from.find('<');
  std::string name = text::clean_line(from.substr(0, angle));
  if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  if (!name.empty() && name.find('@') == std::string::npos) article.authors.push_back(std::move(name));
  const std::size_t at = from.find('@');
  if (at != std::string::npos)
    article.source = text::ascii_lower(text::clean_line(from.substr(at + 1, from.find_first_of("> )", at) - at - 1)));
  ExtraFields extra;
  extra.add("list", decode_words(header.get("List-Id")));
  article.extra = extra.str();
  std::string plain;
  std::string html;
  collect(part, plain, html, 0);
  if (!text::trim(plain).empty()) {
    // "format=flowed" and quoting of "From " aside, a message is a plain text.
    std::string unquoted;
    for (const std::string_view line : text::split(plain, '\n'))
      unquoted.append(line.substr(line.starts_with(">From ") ? 1 : 0)).push_back('\n');
    article.body = text::paragraphs(text::clean(unquoted));
    if (!article.body.empty()) article.place = dateline_place(article.body.front());
  } else if (!html.empty()) {
    raw.html = fragment(std::move(html));
  } else {
    return Refusal{"a message without text"};
  }
  return raw;
}

}  // namespace dateline::indexer

#include "indexer/readers/detect.h"

#include <algorithm>

#include "common/text.h"
#include "indexer/readers/html.h"
#include "indexer/readers/json_lines.h"
#include "indexer/readers/plain_text.h"

namespace dateline::indexer {
namespace {

bool has_ending(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() && text::ascii_iequals(name.substr(name.size() - ending.size()), ending);
}

bool contains_tag(std::string_view head, std::string_view tag) {
  for (std::size_t at = head.find('<'); at != std::string_view::npos; at = head.find('<', at + 1)) {
    if (text::istarts_with(head.substr(at + 1), tag)) return true;
  }
  return false;
}

/// Bytes that no text of any encoding has. UTF-16 carries its mark.
bool looks_binary(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return false;
  std::size_t odd = 0;
  for (const char c : head) {
    if (c == '\0') return true;
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\x1B') ++odd;
  }
  // A few strays occur in old archives; they are dropped on the way in.
  constexpr std::size_t kFew = 16;
  return odd > kFew && odd * 100 > head.size();
}

}  // namespace

std::string_view format_name(Format format) {
  switch (format) {
    case Format::text:
      return "text";
    case Format::html:
      return "html";
    case Format::json_lines:
      return "jsonl";
  }
  return "text";
}

std::optional<Format> format_named(std::string_view name) {
  for (const Format format : {Format::text, Format::html, Format::json_lines}) {
    if (name == format_name(format)) return format;
  }
  return std::nullopt;
}

std::variant<Format, Refusal> detect(std::string_view head, std::string_view name) {
  if (text::trim(head).empty()) return Refusal{head.empty() ? "empty" : "nothing but white space"};
  if (head.starts_with("\x1F\x8B") || head.starts_with("\x28\xB5\x2F\xFD") || head.starts_with("BZh") ||
      head.starts_with("\xFD"
                       "7zXZ") ||
      head.starts_with("PK\x03\x04")) {
    return Refusal{"compressed; unpack it first"};
  }
  if (head.starts_with("%PDF-")) return Refusal{"PDF; convert it to text first"};
  if (looks_binary(head)) return Refusal{"binary, not text"};
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string_view start = text::trim(head);
  if (start.empty()) return Refusal{"nothing but white space"};
  if (start.front() == '{') return Format::json_lines;
  if (start.front() == '[' && (has_ending(name, ".json") || has_ending(name, ".jsonl"))) {
    return Refusal{"a JSON array; JSON lines have one object a line"};
  }
  if (has_ending(name, ".jsonl") || has_ending(name, ".ndjson")) return Format::json_lines;
  if (start.front() == '<') {
    if (contains_tag(head, "html") || contains_tag(head, "!doctype html") || contains_tag(head, "body") ||
        contains_tag(head, "head>"))
      return Format::html;
    for (const std::string_view root : {"rss", "feed", "rdf", "urlset", "newsitem", "newsml", "nitf", "newsmessage"}) {
      if (contains_tag(head, root)) return Refusal{"an XML format that this build does not read"};
    }
    if (text::istarts_with(start, "<?xml")) return Refusal{"an XML format that this build does not read"};
  }
  if (has_ending(name, ".html") || has_ending(name, ".htm") || has_ending(name, ".xhtml")) return Format::html;
  return contains_tag(head.substr(0, 2048), "!doctype html") ? Format::html : Format::text;
}

std::unique_ptr<Reader> make_reader(Format format, ByteSource& source, const ReaderOptions& options) {
  switch (format) {
    case Format::html:
      return std::make_unique<HtmlReader>(source, options);
    case Format::json_lines:
      return std::make_unique<JsonLinesReader>(source, options);
    case Format::text:
      break;
  }
  return std::make_unique<PlainTextReader>(source, options);
}

}  // namespace dateline::indexer

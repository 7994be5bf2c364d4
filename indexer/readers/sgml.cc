#include "indexer/readers/sgml.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/date.h"
#include "common/encoding.h"
#include "common/text.h"
#include "indexer/readers/extra_fields.h"
#include "indexer/readers/iptc.h"
#include "indexer/readers/names.h"
#include "indexer/readers/plain_text.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer {
namespace {

/// `needle` is in lower case ASCII.
std::size_t find_tag(std::string_view haystack, std::string_view needle, std::size_t from = 0) {
  for (std::size_t at = haystack.find('<', from); at != std::string_view::npos; at = haystack.find('<', at + 1)) {
    if (!text::istarts_with(haystack.substr(at), needle)) continue;
    if (needle.ends_with('>')) return at;
    const std::string_view behind = haystack.substr(at + needle.size());
    if (behind.empty() || behind.front() == '>' || behind.front() == ' ' || behind.front() == '\n' ||
        behind.front() == '\r')
      return at;
  }
  return std::string_view::npos;
}

struct Element {
  std::string_view attributes;
  std::string_view content;
};

/// First element of that name. One that is not closed holds nothing.
std::optional<Element> element_of(std::string_view sgml, std::string_view name) {
  const std::size_t open = find_tag(sgml, fmt::format("<{}", name));
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t end = sgml.find('>', open);
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t close = find_tag(sgml, fmt::format("</{}>", name), end);
  if (close == std::string_view::npos) return std::nullopt;
  return Element{sgml.substr(open + 1, end - open - 1), sgml.substr(end + 1, close - end - 1)};
}

std::string attribute_of(std::string_view tag, std::string_view name) {
  const std::size_t at = tag.find(fmt::format("{}=\"", name));
  if (at == std::string_view::npos) return {};
  const std::string_view value = tag.substr(at + name.size() + 2);
  return text::clean_line(value.substr(0, value.find('"')));
}

/// Text of an element with its entities read and the tags inside off; lines stay.
std::string text_in(std::string_view content) {
  std::string out;
  for (const std::string_view line : text::split(content, '\n')) {
    // A paragraph's tag on a line of its own parts paragraphs.
    const std::string_view trimmed = text::trim(line);
    if (text::istarts_with(trimmed, "<p>") || text::istarts_with(trimmed, "</p>")) out.push_back('\n');
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent != std::string_view::npos) out.append(indent, ' ');
    out.append(plain_text(line)).push_back('\n');
  }
  return text::clean(out);
}

std::string line_in(std::string_view sgml, std::string_view name) {
  const auto element = element_of(sgml, name);
  return element ? plain_text(element->content) : std::string{};
}

/// <D>grain</D><D>wheat</D>
std::vector<std::string> list_in(std::string_view sgml, std::string_view name) {
  std::vector<std::string> list;
  const auto element = element_of(sgml, name);
  std::string_view rest = element ? element->content : std::string_view{};
  while (const auto entry = element_of(rest, "d")) {
    if (std::string word = plain_text(entry->content); !word.empty()) list.push_back(std::move(word));
    rest.remove_prefix(static_cast<std::size_t>(entry->content.data() + entry->content.size() - rest.data()));
  }
  return list;
}

/// "By Jane Doe, Reuters" in any of its spellings.
std::vector<std::string> authors_in(std::string_view line) {
  return iptc::byline_names(line);
}

}  // namespace

SgmlReader::SgmlReader(ByteSource& source, const ReaderOptions& options, std::string_view element)
    : source_(source),
      max_record_(options.max_record),
      open_(fmt::format("<{}", element)),
      close_(fmt::format("</{}>", element)) {}

bool SgmlReader::fill() {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  if (n == 0) ended_ = true;
  return n > 0;
}

Reader::Next SgmlReader::next() {
  std::size_t begin = find_tag(buffer_, open_);
  while (begin == std::string::npos) {
    buffer_.erase(0, buffer_.size() - std::min(buffer_.size(), open_.size() + 1));
    if (!fill()) return End{};
    begin = find_tag(buffer_, open_);
  }
  buffer_.erase(0, begin);
  std::size_t scanned = open_.size();
  std::size_t dropped = 0;
  std::size_t end = std::string::npos;
  std::size_t next = std::string::npos;
  for (;;) {
    end = find_tag(buffer_, close_, scanned);
    next = find_tag(std::string_view{buffer_}.substr(0, end), open_, scanned);
    if (end != std::string::npos || next != std::string::npos) break;
    scanned = buffer_.size() - std::min(buffer_.size() - open_.size(), close_.size());
    if (buffer_.size() > max_record_) {
      dropped += scanned;
      buffer_.erase(0, scanned);
      scanned = 0;
    }
    if (!fill()) break;
  }
  ++number_;
  const std::size_t length = std::min(next, end == std::string::npos ? buffer_.size() : end + close_.size());
  Record record{.number = number_, .bytes = buffer_.substr(0, length)};
  buffer_.erase(0, length);
  if (dropped + length > max_record_)
    return Skipped{number_,
                   fmt::format("a record of {} bytes, longer than {} (--max-record)", dropped + length, max_record_)};
  return record;
}

std::variant<RawArticle, Refusal> ReutersReader::parse(const Record& record) const {
  const std::string utf8 = to_utf8(record.bytes);
  const std::string_view sgml = utf8;
  RawArticle raw;
  Article& article = raw.article;
  ExtraFields extra;
  const std::string_view tag = sgml.substr(0, sgml.find('>'));
  article.id = attribute_of(tag, "NEWID");
  article.source = "Reuters";
  article.lang = "en";
  // "26-FEB-1987 15:01:01.79": hundredths are left off.
  std::string date = line_in(sgml, "date");
  article.published = parse_date(date.substr(0, date.find('.')));
  article.keywords = list_in(sgml, "topics");
  for (const std::string& exchange : list_in(sgml, "exchanges")) article.keywords.push_back(exchange);
  for (const std::string& person : list_in(sgml, "people")) iptc::add_actor(article, ActorKind::person, person);
  for (const std::string& organisation : list_in(sgml, "orgs"))
    iptc::add_actor(article, ActorKind::organisation, organisation);
  for (const std::string& place : list_in(sgml, "places")) extra.add("location", place);
  for (const std::string& company : list_in(sgml, "companies"))
    iptc::add_actor(article, ActorKind::organisation, company);
  for (const char* name : {"LEWISSPLIT", "CGISPLIT", "OLDID", "TOPICS"})
    extra.add(text::ascii_lower(name), attribute_of(tag, name));
  const auto text_element = element_of(sgml, "text");
  const std::string_view content = text_element ? text_element->content : std::string_view{};
  article.title = line_in(content, "title");
  article.authors = authors_in(line_in(content, "author"));
  article.place = iptc::place_of_dateline(line_in(content, "dateline"));
  const auto body = element_of(content, "body");
  // Unprocessed and brief texts have no elements of their own.
  std::string plain = text_in(body ? body->content : article.title.empty() ? content : std::string_view{});
  // The agency's sign-off.
  const std::string_view trimmed = text::trim(plain);
  for (const std::string_view sign : {"\n Reuter", "\n REUTER", "\n Reuter."}) {
    if (trimmed.ends_with(sign))
      plain.resize(static_cast<std::size_t>(trimmed.data() + trimmed.size() - sign.size() - plain.data()));
  }
  article.body = text::paragraphs(plain);
  article.extra = extra.str();
  return raw;
}

std::variant<RawArticle, Refusal> TrecReader::parse(const Record& record) const {
  const std::string utf8 = to_utf8(record.bytes);
  const std::string_view sgml = utf8;
  RawArticle raw;
  Article& article = raw.article;
  const auto first = [&](std::initializer_list<std::string_view> names) {
    std::string found;
    for (const std::string_view name : names) {
      if (found.empty()) found = line_in(sgml, name);
    }
    return found;
  };
  article.id = first({"docno", "docid"});
  article.title = first({"headline", "head", "hl", "title", "ti", "h3"});
  article.published = parse_date(first({"date_time", "date", "dd", "pubdate", "date1"}));
  article.source = first({"source", "so", "pub"});
  article.authors = authors_in(first({"byline", "author", "by"}));
  article.place = iptc::place_of_dateline(first({"dateline"}));
  article.section = first({"section", "sect"});
  article.url = first({"url"});
  std::string body;
  std::string_view rest = sgml;
  for (const std::string_view name : {"leadpara", "text", "body", "graphic"}) {
    rest = sgml;
    while (const auto element = element_of(rest, name)) {
      body += text_in(element->content) + "\n\n";
      rest.remove_prefix(static_cast<std::size_t>(element->content.data() + element->content.size() - rest.data()));
    }
  }
  article.body = text::paragraphs(body);
  // Identifiers of some collections hold the day: AP880212-0006, WSJ870324-0001.
  if (!article.published) {
    const std::size_t digits = article.id.find_first_of("0123456789");
    if (digits != std::string::npos && article.id.size() >= digits + 6 && article.id.substr(digits, 7).find('-') == 6)
      article.published = parse_date(fmt::format("19{}-{}-{}", article.id.substr(digits, 2),
                                                 article.id.substr(digits + 2, 2), article.id.substr(digits + 4, 2)));
  }
  if (article.place.empty() && !article.body.empty()) article.place = dateline_place(article.body.front());
  return raw;
}

}  // namespace dateline::indexer

#include "indexer/readers/detect.h"

#include <algorithm>
#include <array>

#include "common/text.h"
#include "indexer/readers/container.h"
#include "indexer/readers/csv.h"
#include "indexer/readers/feed.h"
#include "indexer/readers/html.h"
#include "indexer/readers/json_lines.h"
#include "indexer/readers/mbox.h"
#include "indexer/readers/newsml.h"
#include "indexer/readers/plain_text.h"
#include "indexer/readers/sgml.h"
#include "indexer/readers/unpack.h"
#include "indexer/readers/utf16.h"
#include "indexer/readers/warc.h"

namespace dateline::indexer {
namespace {

constexpr std::array<FormatInfo, kFormatCount> kFormats{{
    {Format::text, "text", "Plain text", "an article a file, with or without a header block"},
    {Format::html, "html", "HTML page", "saved web pages"},
    {Format::json_lines, "jsonl", "JSON lines, arrays and lists; JSON Feed, ninjs 1-3, FollowTheMoney",
     "an article an object"},
    {Format::warc, "warc", "WARC 0.17-1.1", "web archives: HTML responses and resources, extracted text (WET)"},
    {Format::arc, "arc", "ARC 1 and 2", "web archives before WARC: HTML responses"},
    {Format::feed, "feed", "RSS 0.9-2.0, RDF, Atom, news sitemap, WordPress export",
     "what a feed holds of its articles"},
    {Format::newsml_g2, "newsml-g2", "IPTC NewsML-G2", "news items and packages, alone or in news messages"},
    {Format::newsml_1, "newsml-1", "IPTC NewsML 1.x", "news items"},
    {Format::nitf, "nitf", "IPTC NITF 3.x", "an article a document"},
    {Format::reuters, "reuters", "Reuters-21578 SGML", "an article a <REUTERS>"},
    {Format::trec, "trec", "TREC SGML", "an article a <DOC>"},
    {Format::mbox, "mbox", "Mailbox", "an article a message"},
    {Format::csv, "csv", "CSV, TSV", "an article a row; columns are named as the fields of JSON lines, or by --map"},
    {Format::gkg, "gkg", "GDELT GKG 2.1", "what was found in web pages, as entries for their articles"},
}};

bool has_ending(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() && text::ascii_iequals(name.substr(name.size() - ending.size()), ending);
}

bool contains_tag(std::string_view head, std::string_view tag) {
  for (std::size_t at = head.find('<'); at != std::string_view::npos; at = head.find('<', at + 1)) {
    if (text::istarts_with(head.substr(at + 1), tag)) return true;
  }
  return false;
}

/// Bytes that no text of any encoding has, UTF-16 aside.
bool looks_binary(std::string_view head) {
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

struct KnownBinary {
  std::string_view magic;
  std::string_view reason;
};
constexpr std::array kBinaries = std::to_array<KnownBinary>({
    {"%PDF-", "PDF; convert it to text first"},
    {"{\\rtf", "RTF; convert it to text first"},
    {"\xD0\xCF\x11\xE0", "an Office document; convert it to text first"},
    {"7z\xBC\xAF\x27\x1C", "a 7z archive; unpack it first"},
    {"Rar!\x1A\x07", "a RAR archive; unpack it first"},
    {"\x1F\x9D", "compressed by compress(1); unpack it first"},
    {"\xFF\xD8\xFF", "a JPEG picture"},
    {"\x89PNG", "a PNG picture"},
    {"GIF8", "a GIF picture"},
});

/// Office documents, EPUB and their like are zip archives whose first member says so.
bool is_zipped_document(std::string_view head) {
  constexpr std::size_t kNameAt = 30;
  if (!head.starts_with("PK\x03\x04") || head.size() < kNameAt) return false;
  const std::string_view name = head.substr(kNameAt);
  return name.starts_with("[Content_Types].xml") || name.starts_with("mimetypeapplication/") ||
         name.starts_with("META-INF/");
}

/// The line "From …" is followed by the headers of a message.
bool is_mailbox(std::string_view head) {
  const std::size_t line = head.find('\n');
  if (line == std::string_view::npos) return false;
  const std::string_view second = head.substr(line + 1, head.substr(line + 1).find('\n'));
  const std::size_t colon = second.find(':');
  return colon != std::string_view::npos && colon > 0 && second.substr(0, colon).find(' ') == std::string_view::npos;
}

struct XmlRoot {
  std::string_view name;
  std::variant<Format, std::string_view> means;  ///< A format, or why it is refused.
};
const std::array kXmlRoots = std::to_array<XmlRoot>({
    {"rss", Format::feed},
    {"RDF", Format::feed},
    {"feed", Format::feed},
    {"entry", Format::feed},
    {"Channel", Format::feed},
    {"urlset", Format::feed},
    {"sitemapindex", "a sitemap index: it lists sitemaps, not articles"},
    {"opml", "a list of feeds (OPML), not articles"},
    {"newsMessage", Format::newsml_g2},
    {"newsItem", Format::newsml_g2},
    {"packageItem", Format::newsml_g2},
    {"conceptItem", Format::newsml_g2},
    {"knowledgeItem", Format::newsml_g2},
    {"planningItem", Format::newsml_g2},
    {"catalogItem", Format::newsml_g2},
    {"NewsML", Format::newsml_1},
    {"nitf", Format::nitf},
});

/// Elements that a page or a piece of one begins with.
bool is_html_element(std::string_view name) {
  static constexpr auto kElements = std::to_array<std::string_view>(
      {"html",    "head",   "body", "title", "meta", "link",       "script", "style", "main",   "article",
       "section", "header", "div",  "p",     "h1",   "h2",         "h3",     "table", "center", "font",
       "span",    "a",      "img",  "ul",    "ol",   "blockquote", "b",      "i",     "br",     "base"});
  return std::any_of(kElements.begin(), kElements.end(),
                     [&](std::string_view element) { return text::ascii_iequals(name, element); });
}

/// Nothing where `head` is neither an XML format nor a page.
std::optional<std::variant<Format, Refusal>> detect_xml(std::string_view head) {
  const std::string_view root = root_element(head);
  for (const XmlRoot& known : kXmlRoots) {
    if (known.name != root) continue;
    if (const auto* format = std::get_if<Format>(&known.means)) return *format;
    return Refusal{std::string{std::get<std::string_view>(known.means)}};
  }
  if (contains_tag(head, "html") || contains_tag(head, "!doctype html") || is_html_element(root)) return Format::html;
  // An envelope around what is read: the reader looks for its records.
  for (const XmlRoot& known : kXmlRoots) {
    const auto* format = std::get_if<Format>(&known.means);
    if (format != nullptr && known.name.size() > 3 && known.name != "entry" && contains_tag(head, known.name))
      return *format;
  }
  const bool declared = text::istarts_with(head, "<?xml");
  const bool closed = !root.empty() && head.find("</" + std::string{root}) != std::string_view::npos;
  if (!declared && !closed) return std::nullopt;
  return Refusal{root.empty() ? "XML without an element"
                              : "XML of a kind that is not read: <" + text::clean_line(root.substr(0, 64)) + ">"};
}

}  // namespace

std::span<const FormatInfo> formats() {
  return kFormats;
}

std::string_view format_name(Format format) {
  return kFormats.at(static_cast<std::size_t>(format)).name;
}

std::optional<Format> format_named(std::string_view name) {
  for (const FormatInfo& info : kFormats) {
    if (name == info.name) return info.format;
  }
  return std::nullopt;
}

std::variant<Format, Refusal> detect(std::string_view head, std::string_view name, const ReaderOptions& options) {
  if (text::trim(head).empty()) return Refusal{head.empty() ? "empty" : "nothing but white space"};
  for (const KnownBinary& known : kBinaries) {
    if (head.starts_with(known.magic)) return Refusal{std::string{known.reason}};
  }
  if (head.starts_with("WARC/") && head.size() > 5 && head[5] >= '0' && head[5] <= '9') return Format::warc;
  if (head.starts_with("filedesc:")) return Format::arc;
  if (looks_binary(head)) return Refusal{"binary, not text"};
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string_view start = text::trim(head);
  if (start.empty()) return Refusal{"nothing but white space"};
  if (start.front() == '{') return Format::json_lines;
  if (start.front() == '[') {
    // A text may begin with a bracket; a list of objects goes on with a brace.
    const std::string_view behind = text::trim(start.substr(1));
    if (behind.starts_with('{') || (has_ending(name, ".json") && behind.starts_with(']'))) return Format::json_lines;
  }
  if (has_ending(name, ".jsonl") || has_ending(name, ".ndjson")) return Format::json_lines;
  if (text::istarts_with(start, "<!doctype lewis") || text::istarts_with(start, "<reuters ")) return Format::reuters;
  if (text::istarts_with(start, "<doc>") && contains_tag(head, "docno")) return Format::trec;
  if (head.starts_with("From ") && is_mailbox(head)) return Format::mbox;
  if (is_gkg_row(head)) return Format::gkg;
  if (start.front() == '<') {
    if (const auto found = detect_xml(start)) return *found;
  }
  if (has_ending(name, ".html") || has_ending(name, ".htm") || has_ending(name, ".xhtml")) return Format::html;
  if (contains_tag(head.substr(0, 2048), "!doctype html")) return Format::html;
  const bool table = has_ending(name, ".csv") || has_ending(name, ".tsv") || has_ending(name, ".tab");
  return table || table_delimiter(head, options) != '\0' ? Format::csv : Format::text;
}

std::unique_ptr<Reader> make_reader(Format format, ByteSource& source, const ReaderOptions& options) {
  switch (format) {
    case Format::html:
      return std::make_unique<HtmlReader>(source, options);
    case Format::json_lines:
      return std::make_unique<JsonLinesReader>(source, options);
    case Format::warc:
      return std::make_unique<WarcReader>(source, options);
    case Format::arc:
      return std::make_unique<ArcReader>(source, options);
    case Format::feed:
      return std::make_unique<FeedReader>(source, options);
    case Format::newsml_g2:
      return std::make_unique<NewsmlG2Reader>(source, options);
    case Format::newsml_1:
      return std::make_unique<Newsml1Reader>(source, options);
    case Format::nitf:
      return std::make_unique<NitfReader>(source, options);
    case Format::reuters:
      return std::make_unique<ReutersReader>(source, options);
    case Format::trec:
      return std::make_unique<TrecReader>(source, options);
    case Format::mbox:
      return std::make_unique<MboxReader>(source, options);
    case Format::csv:
      return std::make_unique<CsvReader>(source, options);
    case Format::gkg:
      return std::make_unique<GkgReader>(source, options);
    case Format::text:
      break;
  }
  return std::make_unique<PlainTextReader>(source, options);
}

namespace {

/// Bytes that it keeps itself.
class OwnedSource final : public ByteSource {
 public:
  explicit OwnedSource(std::string bytes) : bytes_(std::move(bytes)) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    const std::size_t n = bytes_.copy(out, size, at_);
    at_ += n;
    return n;
  }
  std::string bytes_;
  std::size_t at_ = 0;
};

/// The operator's command for files of this name, or null.
const std::string* filter_for(std::string_view name, const ReaderOptions& options) {
  const std::size_t dot = name.rfind('.');
  if (options.filters.empty() || dot == std::string_view::npos) return nullptr;
  const auto found = options.filters.find(text::ascii_lower(name.substr(dot + 1)));
  return found == options.filters.end() ? nullptr : &found->second;
}

/// A reader together with what it reads from; says of each record in which format it is.
class OpenedReader final : public Reader {
 public:
  OpenedReader(std::unique_ptr<ByteSource> unpacked, std::unique_ptr<Reader> reader, std::optional<Format> format,
               std::unique_ptr<ByteSource> utf8 = nullptr)
      : unpacked_(std::move(unpacked)), utf8_(std::move(utf8)), reader_(std::move(reader)), format_(format) {}
  Next next() override {
    Next next = reader_->next();
    if (auto* record = std::get_if<Record>(&next); record != nullptr && format_)
      record->format = static_cast<std::uint8_t>(*format_);
    return next;
  }
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override {
    return reader_->parse(record);
  }
  [[nodiscard]] std::map<std::string, std::size_t> passed_over() const override { return reader_->passed_over(); }
  [[nodiscard]] std::optional<Format> format() const override { return format_; }

 private:
  std::unique_ptr<ByteSource> unpacked_;
  std::unique_ptr<ByteSource> utf8_;  ///< Reads from it.
  std::unique_ptr<Reader> reader_;
  std::optional<Format> format_;  ///< None for a container, whose members have their own.
};

}  // namespace

std::variant<std::unique_ptr<Reader>, Refusal> open_reader(ByteSource& source, const InputDescription& input,
                                                           const ReaderOptions& options) {
  constexpr int kDeepest = 2;
  std::unique_ptr<ByteSource> unpacked;
  ByteSource* bytes = &source;
  std::string_view name = input.name;
  std::string_view head = source.peek(kDetectBytes);
  if (const auto compression = compression_of(head)) {
    unpacked = unpack(*compression, source, input.name, options.unpack);
    bytes = unpacked.get();
    name = name_when_unpacked(name);
    head = bytes->peek(kDetectBytes);
    if (compression_of(head)) return Refusal{"compressed twice"};
  }
  if (const std::string* command = filter_for(name, options)) {
    auto answer = std::make_unique<OwnedSource>(run_filter(*command, *bytes, input.name, options.filter_limits));
    ReaderOptions once = options;
    once.filters.clear();  // An answer is not filtered again.
    auto opened = open_reader(
        *answer, {.name = std::string{name.substr(0, name.rfind('.'))}, .format = input.format, .depth = input.depth},
        once);
    if (const auto* refusal = std::get_if<Refusal>(&opened)) return Refusal{"its filter's answer: " + refusal->reason};
    auto& reader = std::get<std::unique_ptr<Reader>>(opened);
    const std::optional<Format> format = reader->format();
    return std::make_unique<OpenedReader>(std::move(answer), std::move(reader), format);
  }
  if (is_zipped_document(head)) return Refusal{"an Office document or e-book; convert it to text first"};
  if (is_container(head)) {
    if (input.depth >= kDeepest) return Refusal{"containers nested deeper than once"};
    auto reader = std::make_unique<ContainerReader>(*bytes, input.name, options, input.depth);
    return std::make_unique<OpenedReader>(std::move(unpacked), std::move(reader), std::nullopt);
  }
  std::unique_ptr<ByteSource> utf8;
  if (const auto order = utf16_order(head)) {
    utf8 = from_utf16(*bytes, *order);
    bytes = utf8.get();
    head = bytes->peek(kDetectBytes);
  }
  const std::variant<Format, Refusal> format = input.format ? *input.format : detect(head, name, options);
  if (const auto* refusal = std::get_if<Refusal>(&format)) return *refusal;
  std::unique_ptr<Reader> reader = make_reader(std::get<Format>(format), *bytes, options);
  return std::make_unique<OpenedReader>(std::move(unpacked), std::move(reader), std::get<Format>(format),
                                        std::move(utf8));
}

}  // namespace dateline::indexer

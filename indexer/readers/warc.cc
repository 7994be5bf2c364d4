#include "indexer/readers/warc.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/date.h"
#include "common/encoding.h"
#include "common/language.h"
#include "common/text.h"
#include "indexer/readers/http_message.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kLongestHead = std::size_t{64} << 10;
/// So much of a record's content is looked at to tell whether it is an article: HTTP headers and the page's beginning.
constexpr std::size_t kLookAt = std::size_t{16} << 10;

std::optional<std::uint64_t> number_in(std::string_view s) {
  s = text::trim(s);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (s.empty() || error != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return value;
}

bool is_html_type(std::string_view media_type) {
  return text::ascii_iequals(media_type, "text/html") || text::ascii_iequals(media_type, "application/xhtml+xml");
}

bool looks_like_html(std::string_view body) {
  const std::string head = text::ascii_lower(text::trim(body.substr(0, 1024)));
  return head.starts_with("<!doctype html") || head.find("<html") != std::string::npos;
}

std::string kind_of_response(std::string_view block) {
  const HttpResponse http = parse_http_response(block);
  constexpr int kOk = 200;
  if (http.status != 0 && http.status != kOk) return fmt::format("HTTP {}", http.status);
  if (http.content_type.empty() ? looks_like_html(http.body) : is_html_type(http.content_type)) return {};
  return "not HTML";
}

std::string_view without_angles(std::string_view uri) {
  uri = text::trim(uri);
  return uri.size() > 2 && uri.front() == '<' && uri.back() == '>' ? uri.substr(1, uri.size() - 2) : uri;
}

std::variant<RawArticle, Refusal> page_of(std::string_view message, std::string_view url,
                                          std::optional<Timestamp> fetched, std::size_t max_bytes) {
  const HttpResponse http = parse_http_response(message);
  DecodedBody body = decode_body(http, max_bytes);
  if (!body.problem.empty()) return Refusal{std::move(body.problem)};
  if (text::trim(body.bytes).empty()) return Refusal{"an empty page"};
  RawArticle raw;
  raw.html = HtmlPayload{.bytes = std::move(body.bytes),
                         .page = true,
                         .charset = http.charset,
                         .url = text::clean_line(url),
                         .fetched = fetched};
  return raw;
}

/// Text that a crawler extracted (WET): the page's title is its first line, as browsers show it.
RawArticle text_of(std::string_view block, std::string_view url, std::string_view language) {
  constexpr std::size_t kLongestTitle = 300;
  RawArticle raw;
  raw.article.url = text::clean_line(url);
  raw.article.lang = normalize_language(language.substr(0, language.find(',')));
  const std::string clean = text::clean(to_utf8(block, "utf-8"));
  for (const std::string_view line : text::split(clean, '\n')) {
    std::string paragraph = text::clean_line(line);
    if (paragraph.empty()) continue;
    if (raw.article.title.empty() && raw.article.body.empty() && paragraph.size() <= kLongestTitle) {
      raw.article.title = std::move(paragraph);
    } else {
      raw.article.body.push_back(std::move(paragraph));
    }
  }
  return raw;
}

}  // namespace

HeaderFields::HeaderFields(std::string_view block) {
  while (!block.empty()) {
    const std::size_t end = std::min(block.find('\n'), block.size());
    const std::string_view line = block.substr(0, end);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (folded && !fields_.empty()) {
      // The views of a value and of its continuation stand in one block: the value reaches on to the end of this line.
      std::string_view& value = fields_.back().second;
      value = text::trim({value.data(), static_cast<std::size_t>(line.data() + line.size() - value.data())});
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      // An empty value still points into the block, for what may continue it.
      const std::string_view trimmed = text::trim(value);
      fields_.emplace_back(text::trim(line.substr(0, colon)), trimmed.empty() ? value.substr(0, 0) : trimmed);
    }
    block.remove_prefix(std::min(end + 1, block.size()));
  }
}

std::string_view HeaderFields::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (text::ascii_iequals(key, name)) return value;
  }
  return {};
}

WebArchiveReader::WebArchiveReader(ByteSource& source, const ReaderOptions& options)
    : options_(options), source_(source) {
  source_.tolerate_damage();
}

/// Reads on behind what is buffered; false at the end and before a damaged stretch.
bool WebArchiveReader::more() {
  if (source_.damaged()) return false;
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  return n > 0;
}

/// To the next byte that is no line end; false if there is none.
bool WebArchiveReader::skip_blank() {
  for (;;) {
    const std::size_t next = buffer_.find_first_not_of(std::string_view{"\r\n \t\0", 5}, at_);
    at_ = std::min(next, buffer_.size());
    if (at_ < buffer_.size()) return true;
    if (!more()) return false;
  }
}

Reader::Next WebArchiveReader::next() {
  for (;;) {
    if (!skip_blank()) {
      if (!source_.damaged()) return End{};
      source_.resume();
      return Skipped{++number_, "damaged: the stream cannot be unpacked here; went on behind it"};
    }
    bool bad = false;
    std::optional<Head> head = read_head(rest(), bad);
    while (!head && !bad && rest().size() < kLongestHead && more()) head = read_head(rest(), bad);
    if (!head) return resynchronise(bad || !source_.damaged() ? "no record begins here" : "damaged");
    if (!head->length_known) return resynchronise("a record without a length");
    Next taken = take(*head);
    if (!std::holds_alternative<End>(taken)) return taken;
  }
}

/// Passes by bytes that belong to no record, up to where one may begin.
Reader::Next WebArchiveReader::resynchronise(std::string reason) {
  std::uint64_t passed = 0;
  for (;;) {
    const std::size_t found = find_record(rest());
    if (found != std::string_view::npos) {
      passed += found;
      at_ += found;
      break;
    }
    // A record's first line may be cut by the end of what is buffered.
    constexpr std::size_t kKeep = 4096;
    const std::size_t gone = rest().size() - std::min(rest().size(), kKeep);
    passed += gone;
    at_ += gone;
    if (!more()) {
      passed += rest().size();
      at_ = buffer_.size();
      if (source_.damaged()) source_.resume();
      break;
    }
  }
  return Skipped{++number_, fmt::format("{}; passed by {} bytes", reason, passed)};
}

/// False where the stream ends or is damaged before.
bool WebArchiveReader::discard(std::uint64_t bytes) {
  for (;;) {
    const std::uint64_t now = std::min<std::uint64_t>(bytes, rest().size());
    at_ += now;
    bytes -= now;
    if (bytes == 0) return true;
    if (!more()) return false;
  }
}

/// The record whose head stands at the beginning of the buffer; End where there was nothing to say of it.
Reader::Next WebArchiveReader::take(const Head& head) {
  const std::size_t head_bytes = head.bytes;
  const std::uint64_t length = head.length;
  const std::string head_text{head.text};  // The buffer moves.
  std::uint64_t total = head_bytes + length;
  const std::uint64_t enough = std::min<std::uint64_t>(total, head_bytes + kLookAt);
  while (rest().size() < enough && more()) {
  }
  std::string kind = kind_to_pass_over(head_text, rest().substr(std::min(head_bytes, rest().size()), kLookAt));
  if (!kind.empty()) {
    ++passed_over_[kind];
    ++number_;
    discard(total);
    return End{};
  }
  if (length > options_.max_record) {
    // Where the length lies, the next record stands within it.
    at_ += head_bytes;
    Next passed =
        resynchronise(fmt::format("a record of {} bytes, longer than {} (--max-record)", length, options_.max_record));
    return passed;
  }
  while (rest().size() < total && more()) {
  }
  const std::string_view there = rest().substr(0, total);
  if (there.size() < total) {
    const std::size_t next = find_record(there);
    // The last record of a file whose line ends were converted on the way misses a few bytes, not its page.
    constexpr std::uint64_t kTolerance = 64;
    const bool nearly = !source_.damaged() && (total - there.size()) * kTolerance <= length;
    if (next == std::string_view::npos && nearly) {
      total = there.size();
    } else if (next == std::string_view::npos) {
      at_ = buffer_.size();
      const bool damaged = source_.damaged();
      if (damaged) source_.resume();
      return Skipped{++number_, fmt::format("{}: {} of {} bytes", damaged ? "damaged" : "cut short",
                                            there.size() - std::min(there.size(), head_bytes), length)};
    }
    if (next != std::string_view::npos) total = next;
  } else {
    constexpr std::size_t kBehind = 64;
    while (rest().size() < total + kBehind && more()) {
    }
    const std::string_view behind = text::trim(rest().substr(total, kBehind));
    bool bad = false;
    if (!behind.empty() && !read_head(behind, bad) && bad) {
      // The length lies: too long if a record begins within, else too short.
      const std::size_t next = find_record(rest().substr(0, total));
      if (next != std::string_view::npos) total = next;
    }
  }
  Record record{.number = ++number_, .bytes = std::string{rest().substr(0, total)}};
  at_ += total;
  return record;
}

// --- WARC ------------------------------------------------------------------------------------------------------------

namespace {

struct WarcParts {
  std::string_view head;
  std::string_view block;
};

/// End of a header block: behind its empty line; npos if it is not there.
std::size_t end_of_header(std::string_view bytes) {
  const std::size_t crlf = bytes.find("\r\n\r\n");
  const std::size_t lf = bytes.substr(0, crlf).find("\n\n");
  if (lf != std::string_view::npos) return lf + 2;
  return crlf == std::string_view::npos ? crlf : crlf + 4;
}

WarcParts warc_parts(std::string_view record) {
  const std::size_t end = std::min(end_of_header(record), record.size());
  return {record.substr(0, end), record.substr(end)};
}

}  // namespace

std::optional<WebArchiveReader::Head> WarcReader::read_head(std::string_view bytes, bool& bad) const {
  constexpr std::string_view kMagic = "WARC/";
  bad = !bytes.substr(0, kMagic.size()).starts_with(kMagic.substr(0, bytes.size())) ||
        (bytes.size() > kMagic.size() && (bytes[kMagic.size()] < '0' || bytes[kMagic.size()] > '9'));
  if (bad) return std::nullopt;
  const std::size_t end = end_of_header(bytes.substr(0, kLongestHead));
  if (end == std::string_view::npos) {
    bad = bytes.size() >= kLongestHead;
    return std::nullopt;
  }
  Head head{.text = bytes.substr(0, end), .bytes = end};
  if (const auto length = number_in(HeaderFields(head.text).get("Content-Length"))) {
    head.length = *length;
    head.length_known = true;
  }
  return head;
}

std::size_t WarcReader::find_record(std::string_view bytes) const {
  for (std::size_t at = bytes.find("\nWARC/"); at != std::string_view::npos; at = bytes.find("\nWARC/", at + 1)) {
    // "WARC/1.0" and its line end; a page that talks of WARC does not go on like this.
    const std::string_view line = bytes.substr(at + 1, bytes.substr(at + 1).find('\n'));
    constexpr std::size_t kLongestVersion = 12;
    if (text::trim(line).size() <= kLongestVersion && line.size() > 6 && line[5] >= '0' && line[5] <= '9')
      return at + 1;
  }
  return std::string_view::npos;
}

std::string WarcReader::kind_to_pass_over(std::string_view head, std::string_view block) const {
  const HeaderFields fields(head);
  const std::string type = text::ascii_lower(fields.get("WARC-Type"));
  const ContentType content = parse_content_type(fields.get("Content-Type"));
  if (type == "response") {
    if (block.starts_with("HTTP/")) return kind_of_response(block);
    return is_html_type(content.media_type) || looks_like_html(block) ? "" : "not HTML";
  }
  if (type == "resource") return is_html_type(content.media_type) ? "" : "not HTML";
  if (type == "conversion") return text::ascii_iequals(content.media_type, "text/plain") ? "" : "not text";
  return type.empty() ? "no WARC-Type" : text::clean_line(type.substr(0, 32));
}

std::variant<RawArticle, Refusal> WarcReader::parse(const Record& record) const {
  const WarcParts parts = warc_parts(record.bytes);
  const HeaderFields fields(parts.head);
  const std::string_view url = without_angles(fields.get("WARC-Target-URI"));
  if (text::ascii_iequals(fields.get("WARC-Type"), "conversion"))
    return text_of(parts.block, url, fields.get("WARC-Identified-Content-Language"));
  const std::optional<Timestamp> date = parse_date(fields.get("WARC-Date"));
  std::variant<RawArticle, Refusal> page = page_of(parts.block, url, date, options_.max_record);
  if (auto* raw = std::get_if<RawArticle>(&page)) {
    if (raw->html->charset.empty())
      raw->html->charset = parse_content_type(fields.get("Content-Type")).charset;  // Of a resource.
  }
  return page;
}

// --- ARC -------------------------------------------------------------------------------------------------------------

namespace {

struct ArcLine {
  std::string_view url;
  std::string_view date;
  std::uint64_t length = 0;
};

bool is_arc_date(std::string_view word) {
  constexpr std::size_t kDigits = 14;
  return (word.size() == kDigits || word.size() == kDigits - 2) &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "URL IP date type length" or, in version 2, five fields more between type and length. Read from the right, since
/// some addresses hold blanks.
std::optional<ArcLine> read_arc_line(std::string_view line) {
  line = text::trim(line);
  const std::vector<std::string_view> words = text::split(line, ' ');
  if (words.size() < 5 || words.front().find(':') == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> length = number_in(words.back());
  if (!length) return std::nullopt;
  for (const std::size_t behind : {std::size_t{3}, std::size_t{8}}) {  // from the end to the date
    if (words.size() < behind + 2 || !is_arc_date(words[words.size() - behind])) continue;
    const std::string_view ip = words[words.size() - behind - 1];
    const std::size_t url_size = static_cast<std::size_t>(ip.data() - line.data());
    return ArcLine{text::trim(line.substr(0, url_size)), words[words.size() - behind], *length};
  }
  return std::nullopt;
}

}  // namespace

std::optional<WebArchiveReader::Head> ArcReader::read_head(std::string_view bytes, bool& bad) const {
  const std::size_t end = bytes.substr(0, kLongestHead).find('\n');
  if (end == std::string_view::npos) {
    bad = bytes.size() >= kLongestHead;
    return std::nullopt;
  }
  const std::optional<ArcLine> line = read_arc_line(bytes.substr(0, end));
  bad = !line;
  if (bad) return std::nullopt;
  return Head{.text = bytes.substr(0, end), .bytes = end + 1, .length = line->length, .length_known = true};
}

std::size_t ArcReader::find_record(std::string_view bytes) const {
  for (std::size_t at = bytes.find("\nhttp"); at != std::string_view::npos; at = bytes.find("\nhttp", at + 1)) {
    const std::string_view behind = bytes.substr(at + 1, kLongestHead);
    if (read_arc_line(behind.substr(0, behind.find('\n')))) return at + 1;
  }
  return std::string_view::npos;
}

std::string ArcReader::kind_to_pass_over(std::string_view head, std::string_view block) const {
  if (head.starts_with("filedesc:")) return "filedesc";
  if (head.starts_with("dns:")) return "dns";
  return kind_of_response(block);
}

std::variant<RawArticle, Refusal> ArcReader::parse(const Record& record) const {
  const std::size_t end = std::min(record.bytes.find('\n'), record.bytes.size());
  const std::optional<ArcLine> line = read_arc_line(std::string_view{record.bytes}.substr(0, end));
  if (!line) return Refusal{"not an ARC record"};
  const std::string date{line->date};
  std::optional<Timestamp> fetched;
  if (date.size() == 14) {
    fetched = parse_date(fmt::format("{}-{}-{}T{}:{}:{}Z", date.substr(0, 4), date.substr(4, 2), date.substr(6, 2),
                                     date.substr(8, 2), date.substr(10, 2), date.substr(12, 2)));
  }
  return page_of(std::string_view{record.bytes}.substr(std::min(end + 1, record.bytes.size())), line->url, fetched,
                 options_.max_record);
}

}  // namespace dateline::indexer

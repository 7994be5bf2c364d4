#include "indexer/readers/json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/text.h"
#include "indexer/readers/json_article.h"

namespace dateline::indexer {
namespace {

/// Between an item and the object around its list. JSON has no such character.
constexpr char kBeforeFeed = '\x1E';

/// Members that hold a list of articles, as feeds and the answers of search interfaces call them.
constexpr std::array kLists = std::to_array<std::string_view>(
    {"items", "articles", "results", "entries", "docs", "documents", "news", "stories", "hits", "posts", "data"});
/// Members by which an object is an article itself, whatever lists it has.
constexpr std::array kOfArticles = std::to_array<std::string_view>(
    {"body", "text", "content", "headline", "headlines", "bodies", "uri", "url", "published"});

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

/// Follows a value's brackets and strings through any number of pieces.
bool JsonLinesReader::Scanner::feed(std::string_view bytes, std::size_t& used) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        in_string = false;
      continue;
    }
    switch (c) {
      case '"':
        in_string = true;
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth > 0) --depth;
        if (depth == 0) {
          used = i + 1;
          return true;
        }
        break;
      default:
        // A value without brackets ends where the next one may begin.
        if (depth == 0 && (c == ',' || is_blank(c))) {
          used = i;
          return true;
        }
    }
  }
  used = bytes.size();
  return false;
}

JsonLinesReader::JsonLinesReader(ByteSource& source, const ReaderOptions& options)
    : source_(source), options_(options) {}

bool JsonLinesReader::fill() {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
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

/// Looks at what is buffered: does the first line fail to close the object that it opens?
bool JsonLinesReader::is_spread_out() {
  const std::string_view first = text::trim(std::string_view{buffer_}.substr(0, buffer_.find('\n')));
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos || first.empty() || first.front() != '{' || first.back() == '}') return false;
  // A line that was cut is followed by the next object; an object that is spread out goes on.
  const std::string_view rest = text::trim(std::string_view{buffer_}.substr(end, 4096));
  return !rest.empty() && rest.front() != '{';
}

/// Is the input one object around a list of articles? Then its list is read from at_ on, and what stands before it is
/// kept. Looks at the first MiB.
bool JsonLinesReader::find_list() {
  constexpr std::size_t kLookAt = std::size_t{1} << 20;
  while (buffer_.size() < kLookAt && fill()) {
  }
  const std::string_view bytes = buffer_;
  std::size_t at = bytes.find('{') + 1;
  while (at < bytes.size()) {
    const std::size_t quote = bytes.find_first_not_of(", \t\r\n", at);
    if (quote == std::string_view::npos || bytes[quote] != '"') return false;
    const std::size_t close = bytes.find('"', quote + 1);
    if (close == std::string_view::npos) return false;
    const std::string_view key = bytes.substr(quote + 1, close - quote - 1);
    std::size_t value = bytes.find_first_not_of(" \t\r\n:", close + 1);
    if (value == std::string_view::npos) return false;
    if (std::find(kOfArticles.begin(), kOfArticles.end(), key) != kOfArticles.end()) return false;
    if (std::find(kLists.begin(), kLists.end(), key) != kLists.end() && bytes[value] == '[') {
      const std::size_t inner = bytes.find_first_not_of(" \t\r\n", value + 1);
      if (inner != std::string_view::npos && bytes[inner] == '{') {
        std::string_view before = text::trim(bytes.substr(0, quote));
        if (before.ends_with(',')) before.remove_suffix(1);
        feed_ = std::string{before} + "}";
        at_ = value + 1;
        return true;
      }
    }
    Scanner scanner;
    if (bytes[value] == '"') {  // A string has no brackets that would end it.
      std::size_t end = value + 1;
      while (end < bytes.size() && bytes[end] != '"') end += bytes[end] == '\\' ? std::size_t{2} : std::size_t{1};
      at = end + 1;
      continue;
    }
    std::size_t used = 0;
    if (!scanner.feed(bytes.substr(value), used)) return false;
    at = value + used;
  }
  return false;
}

void JsonLinesReader::start() {
  started_ = true;
  while (buffer_.find('\n') == std::string::npos && buffer_.size() <= options_.max_record && fill()) {
  }
  if (buffer_.starts_with("\xEF\xBB\xBF")) buffer_.erase(0, 3);
  const std::size_t blank = buffer_.find_first_not_of(" \t\r\n");
  if (blank == std::string::npos) return;
  const auto blank_lines =
      static_cast<std::size_t>(std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(blank), '\n'));
  buffer_.erase(0, blank);
  while (buffer_.find('\n') == std::string::npos && buffer_.size() <= options_.max_record && fill()) {
  }
  constexpr std::size_t first = 0;
  if (buffer_[first] == '[') {
    mode_ = Mode::list;
    at_ = first + 1;
  } else if (buffer_[first] == '{') {
    const bool several = buffer_.find('\n', first) != std::string::npos && !is_spread_out();
    const std::size_t line_end = std::min(buffer_.find('\n', first), buffer_.size());
    const bool rest = !text::trim(std::string_view{buffer_}.substr(line_end)).empty();
    if ((!several || !rest) && find_list())
      mode_ = Mode::list;
    else if (is_spread_out())
      mode_ = Mode::values;
  }
  if (mode_ == Mode::lines) line_ = blank_lines;
}

/// The next value of a list, or of values that are spread over lines.
Reader::Next JsonLinesReader::next_value() {
  for (;;) {
    while (at_ < buffer_.size() && (is_blank(buffer_[at_]) || buffer_[at_] == ',')) ++at_;
    if (at_ < buffer_.size()) break;
    if (!fill()) return End{};
  }
  if (mode_ == Mode::list && buffer_[at_] == ']') {
    mode_ = Mode::over;
    return End{};
  }
  Scanner scanner;
  std::size_t scanned = 0;
  std::size_t dropped = 0;  // of a value too long to keep
  for (;;) {
    std::size_t used = 0;
    const bool whole = scanner.feed(std::string_view{buffer_}.substr(at_ + scanned), used);
    scanned += used;
    if (whole) break;
    if (scanned > options_.max_record) {
      dropped += scanned;
      at_ += scanned;
      scanned = 0;
    }
    if (!fill()) {
      at_ = buffer_.size();
      return Skipped{++line_, "cut short: a value is not closed"};
    }
  }
  ++line_;
  Record record{.number = line_, .bytes = buffer_.substr(at_, scanned)};
  at_ += std::max<std::size_t>(scanned, 1);  // A stray bracket is a value, too.
  if (dropped + scanned > options_.max_record)
    return Skipped{line_, fmt::format("a value of {} bytes, longer than {} (--max-record)", dropped + scanned,
                                      options_.max_record)};
  if (!feed_.empty()) record.bytes.append(1, kBeforeFeed).append(feed_);
  return record;
}

Reader::Next JsonLinesReader::next() {
  if (!started_) start();
  if (mode_ == Mode::over) return End{};
  if (mode_ != Mode::lines) return next_value();
  for (;;) {
    std::size_t scanned = at_;
    std::size_t end = buffer_.find('\n', scanned);
    bool more = true;
    std::size_t length_seen = 0;  // of a line too long to keep
    while (end == std::string::npos && more) {
      if (buffer_.size() - at_ > options_.max_record) {
        length_seen += buffer_.size() - at_;
        at_ = buffer_.size();
      }
      scanned = buffer_.size() - at_;  // where fill() continues, after it has moved the rest to the front
      more = fill();
      end = buffer_.find('\n', scanned);
    }
    if (end == std::string::npos) end = buffer_.size();
    if (!more && at_ == end && length_seen == 0) return End{};
    ++line_;
    std::string_view line{buffer_.data() + at_, end - at_};
    const std::size_t length = length_seen + line.size();
    at_ = std::min(end + 1, buffer_.size());
    if (length > options_.max_record) {
      return Skipped{line_,
                     fmt::format("a line of {} bytes, longer than {} (--max-record)", length, options_.max_record)};
    }
    line = text::trim(line);
    if (line.empty()) continue;
    return Record{.number = line_, .bytes = std::string{line}};
  }
}

std::variant<RawArticle, Refusal> JsonLinesReader::parse(const Record& record) const {
  const std::string_view bytes = record.bytes;
  const std::size_t behind = std::min(bytes.rfind(kBeforeFeed), bytes.size());
  return article_of_json(bytes.substr(0, behind), behind < bytes.size() ? bytes.substr(behind + 1) : std::string_view{},
                         options_);
}

}  // namespace dateline::indexer

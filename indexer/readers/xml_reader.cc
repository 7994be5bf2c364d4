#include "indexer/readers/xml_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kMostHead = std::size_t{256} << 10;
// A record's bytes: facts of its input, then the element itself. XML has neither character.
constexpr char kBetweenFacts = '\x1F';
constexpr char kBehindFacts = '\x1E';

std::string_view local(std::string_view name) {
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

std::string declared_encoding(std::string_view head) {
  if (!text::trim(head).starts_with("<?xml")) return {};
  const std::string_view declaration = head.substr(0, head.find("?>"));
  std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const std::size_t end = declaration.find(declaration[at], at + 1);
  return end == std::string_view::npos ? std::string{} : text::ascii_lower(declaration.substr(at + 1, end - at - 1));
}

/// Declarations of namespaces in the tags of `head`.
void collect_namespaces(std::string_view head, XmlNamespaces& namespaces) {
  for (std::size_t at = head.find("xmlns"); at != std::string_view::npos; at = head.find("xmlns", at + 1)) {
    std::string_view rest = head.substr(at + 5);
    std::string_view prefix;
    if (rest.starts_with(':')) {
      prefix = rest.substr(1, rest.find_first_of("= \t\r\n") - 1);
      rest.remove_prefix(prefix.size() + 1);
    }
    const std::size_t quote = rest.find_first_of("\"'<>");
    if (quote == std::string_view::npos || rest[quote] == '<' || rest[quote] == '>') continue;
    const std::size_t end = rest.find(rest[quote], quote + 1);
    if (end == std::string_view::npos) return;
    namespaces.emplace_back(prefix, rest.substr(quote + 1, end - quote - 1));
  }
}

}  // namespace

std::string_view root_element(std::string_view head) {
  for (std::size_t at = head.find('<'); at != std::string_view::npos; at = head.find('<', at)) {
    const std::string_view rest = head.substr(at);
    std::string_view behind = ">";
    if (rest.starts_with("<!--"))
      behind = "-->";
    else if (rest.starts_with("<?"))
      behind = "?>";
    else if (rest.starts_with("<!"))
      behind = rest.substr(0, rest.find('>')).find('[') != std::string_view::npos ? "]" : ">";
    else
      return local(rest.substr(1, rest.find_first_of(" \t\r\n/>", 1) - 1));
    at = head.find(behind, at);
    if (at != std::string_view::npos)
      at += behind.size();
    else
      return {};
  }
  return {};
}

std::string XmlReader::Context::get(std::string_view name) const {
  for (const auto& [key, value] : facts_) {
    if (key == name) return value;
  }
  return {};
}

void XmlReader::Context::set(std::string_view name, std::string_view value) {
  if (!value.empty()) facts_.emplace_back(name, text::clean_line(value));
}

XmlReader::XmlReader(ByteSource& source, const ReaderOptions& options, Shape shape)
    : source_(source), options_(options), shape_(std::move(shape)) {}

bool XmlReader::is_record(std::string_view name) const {
  const std::string_view wanted = local(name);
  return std::any_of(shape_.records.begin(), shape_.records.end(), [&](const RecordElement& record) {
    return record.name == wanted && (record.root.empty() || record.root == root_);
  });
}

bool XmlReader::fill() {
  // What is done with goes; of a record that is too long only its end matters.
  std::size_t keep = depth_ > 0 ? begin_ : at_;
  if (depth_ > 0 && at_ - begin_ > options_.max_record) {
    skipped_ += at_ - begin_;
    keep = begin_ = at_;
  }
  if (!begun_ && head_.size() < kMostHead) head_.append(buffer_, 0, std::min(keep, kMostHead - head_.size()));
  buffer_.erase(0, keep);
  at_ -= keep;
  begin_ -= std::min(begin_, keep);
  searched_ -= std::min(searched_, keep);
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  return n > 0;
}

/// Passes by a comment, CDATA section or instruction; false when its end is not there yet.
bool XmlReader::pass(std::string_view begin, std::string_view end) {
  const std::size_t from = std::max(at_ + begin.size(), searched_ > end.size() ? searched_ - end.size() : 0);
  const std::size_t found = ended_ && unended_ == end ? std::string::npos : buffer_.find(end, from);
  if (found == std::string::npos) {
    searched_ = buffer_.size();
    if (ended_) unended_ = end;
    return false;
  }
  at_ = found + end.size();
  searched_ = 0;
  return true;
}

/// A document type is passed by, never read. One that declares entities is refused with the input: what stands behind
/// cannot be understood without them, and expanding them is how a few lines become gigabytes.
XmlReader::Step XmlReader::pass_doctype() {
  const std::string_view rest = std::string_view{buffer_}.substr(at_);
  const std::size_t bracket = rest.find_first_of("[>");
  if (bracket == std::string_view::npos) return Step::more;
  if (rest[bracket] == '>') {
    at_ += bracket + 1;
    return Step::found;
  }
  const std::size_t end = rest.find(']', bracket);
  const std::string_view subset = rest.substr(bracket, end == std::string_view::npos ? end : end - bracket);
  for (std::size_t e = subset.find("<!ENTITY"); e != std::string_view::npos; e = subset.find("<!ENTITY", e + 1)) {
    const std::string_view behind = text::trim(subset.substr(e + 8, 64));
    if (!behind.empty() && behind.front() != '%') return Step::declared_entities;
  }
  if (end == std::string_view::npos) return rest.size() > kMostHead ? Step::declared_entities : Step::more;
  const std::size_t close = rest.find('>', end);
  if (close == std::string_view::npos) return Step::more;
  at_ += close + 1;
  return Step::found;
}

/// The tag that begins at at_, if its end is there. A '<' inside means that it was never closed: it ends there.
std::optional<XmlReader::Tag> XmlReader::read_tag() const {
  const std::string_view rest = std::string_view{buffer_}.substr(at_);
  char quote = '\0';
  std::size_t i = 1;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '<') break;
    if (quote != '\0') {
      if (c == quote) quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '>') break;
  }
  if (i == rest.size()) return std::nullopt;
  Tag tag;
  tag.closing = rest.size() > 1 && rest[1] == '/';
  const std::string_view inner = rest.substr(tag.closing ? 2 : 1, i - (tag.closing ? 2 : 1));
  tag.empty = rest[i] == '>' && inner.ends_with('/');
  tag.name = inner.substr(0, inner.find_first_of(" \t\r\n/>"));
  tag.end = at_ + i + (rest[i] == '>' ? 1 : 0);
  return tag;
}

void XmlReader::begin_record(std::string_view name) {
  begin_ = at_;
  depth_ = 1;
  name_ = name;
  skipped_ = 0;
  if (begun_) return;
  if (head_.size() < kMostHead) head_.append(buffer_, 0, std::min(at_, kMostHead - head_.size()));
  begun_ = true;
  context_ = context_of_head();
  head_ = {};
}

void XmlReader::on_tag(const Tag& tag) {
  if (root_.empty()) root_ = local(tag.name);
  if (depth_ == 0) {
    if (tag.closing || !is_record(tag.name)) return;
    begin_record(tag.name);
    if (tag.empty) end_ = tag.end;
    return;
  }
  if (tag.name != name_) return;
  if (tag.closing) {
    if (--depth_ == 0) end_ = tag.end;
  } else if (!shape_.nests) {
    end_ = at_;  // The record before was never closed.
  } else if (!tag.empty) {
    ++depth_;
  }
}

XmlReader::Step XmlReader::scan() {
  while (end_ == 0) {
    const std::size_t open = buffer_.find('<', at_);
    if (open == std::string::npos) {
      at_ = buffer_.size();
      return Step::more;
    }
    at_ = open;
    const std::string_view rest = std::string_view{buffer_}.substr(at_, 9);
    constexpr std::size_t kToTell = 9;  // "<![CDATA["
    if (rest.size() < kToTell && !ended_) return Step::more;
    if (rest.starts_with("<!--")) {
      if (!pass("<!--", "-->")) return Step::more;
    } else if (rest == "<![CDATA[") {
      if (!pass(rest, "]]>")) return Step::more;
    } else if (rest.starts_with("<?")) {
      if (!pass("<?", "?>")) return Step::more;
    } else if (rest.starts_with("<!") && depth_ == 0) {
      if (const Step step = pass_doctype(); step != Step::found) return step;
    } else if (const auto tag = read_tag()) {
      on_tag(*tag);
      // A tag that a record only met stays to be read for the next one.
      at_ = end_ != 0 && end_ < tag->end ? end_ : tag->end;
    } else {
      return Step::more;
    }
  }
  return Step::found;
}

Reader::Next XmlReader::next() {
  while (!over_) {
    switch (scan()) {
      case Step::found:
        return finish(end_);
      case Step::declared_entities:
        buffer_.clear();
        at_ = begin_ = depth_ = 0;
        over_ = true;
        return Skipped{++number_, "declares entities in its document type (DTD); refused"};
      default:
        break;
    }
    // What is never closed is taken as text, so that it costs its own record only.
    const bool endless = buffer_.size() - at_ > options_.max_record;
    if (!endless && !ended_) {
      ended_ = !fill();
      continue;
    }
    if (at_ >= buffer_.size()) return broken_end();
    ++at_;
    searched_ = 0;
  }
  return End{};
}

/// The input ends.
Reader::Next XmlReader::broken_end() {
  const bool open = depth_ > 0;
  buffer_.clear();
  at_ = begin_ = depth_ = 0;
  over_ = true;
  if (open) return Skipped{++number_, fmt::format("cut short: <{}> is not closed", text::clean_line(name_))};
  if (!begun_) return Skipped{0, "no element in it holds an article"};
  return End{};
}

Reader::Next XmlReader::finish(std::size_t end) {
  const std::size_t length = end - begin_ + skipped_;
  Record record{.number = ++number_, .bytes = {}};
  if (length <= options_.max_record) {
    record.bytes.reserve(context_.size() + end - begin_);
    record.bytes.append(context_).append(buffer_, begin_, end - begin_);
  }
  at_ = std::max(at_, end);
  if (!shape_.nests && depth_ > 0) at_ = end;
  depth_ = 0;
  end_ = 0;
  skipped_ = 0;
  if (length > options_.max_record)
    return Skipped{number_,
                   fmt::format("a record of {} bytes, longer than {} (--max-record)", length, options_.max_record)};
  return record;
}

std::string XmlReader::context_of_head() const {
  std::string_view head = head_;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  Context context;
  context.set("encoding", declared_encoding(head));
  XmlNamespaces namespaces;
  collect_namespaces(head, namespaces);
  for (const auto& [prefix, address] : namespaces) context.set("xmlns:" + prefix, address);
  // The document type is not for expat to see.
  std::size_t root = 0;
  for (root = head.find('<'); root != std::string_view::npos; root = head.find('<', root + 1)) {
    const char c = root + 1 < head.size() ? head[root + 1] : '!';
    if (c != '!' && c != '?' &&
        root_element(head) == local(head.substr(root + 1, head.substr(root + 1).find_first_of(" \t\r\n/>"))))
      break;
  }
  if (root != std::string_view::npos) {
    const std::string encoding = declared_encoding(head);
    const XmlTree tree =
        parse_xml(head.substr(root), {.encoding = encoding, .namespaces = &namespaces, .whole = false});
    describe(tree.root(), context);
  }
  std::string out;
  for (const auto& [name, value] : context.facts_) {
    out.append(name).push_back(kBetweenFacts);
    out.append(value).push_back(kBetweenFacts);
  }
  out.push_back(kBehindFacts);
  return out;
}

std::variant<RawArticle, Refusal> XmlReader::parse(const Record& record) const {
  std::string_view bytes = record.bytes;
  const std::size_t behind = bytes.find(kBehindFacts);
  Context context;
  XmlNamespaces namespaces;
  if (behind != std::string_view::npos) {
    const std::vector<std::string_view> facts = text::split(bytes.substr(0, behind), kBetweenFacts);
    for (std::size_t i = 0; i + 1 < facts.size(); i += 2) {
      if (facts[i].starts_with("xmlns:"))
        namespaces.emplace_back(facts[i].substr(6), facts[i + 1]);
      else
        context.facts_.emplace_back(facts[i], facts[i + 1]);
    }
    bytes.remove_prefix(behind + 1);
  }
  const std::string encoding = context.get("encoding");
  const XmlTree tree =
      parse_xml(bytes, {.encoding = encoding, .namespaces = &namespaces, .whole = true, .forgiving = shape_.forgiving});
  if (!tree.problem().empty()) return Refusal{"not well-formed XML: " + tree.problem()};
  return article_of(tree.root(), context);
}

}  // namespace dateline::indexer

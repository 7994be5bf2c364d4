#include "indexer/extract/html_guard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Characters of the private planes 15 and 16 stand for texts; the last ones of a plane are no characters.
constexpr char32_t kPrivatePlane = 0xF0000;
constexpr char32_t kPlane = 0x10000;
constexpr std::size_t kTextsInPlane = 65'000;
constexpr std::size_t kMostTexts = 2 * kTextsInPlane;
constexpr unsigned char kFirstByteOfPrivate = 0xF3;
constexpr std::size_t kShortText = 4;  // costs the parser no more than what would stand for it

char32_t private_character(std::size_t number) {
  return kPrivatePlane + static_cast<char32_t>(number / kTextsInPlane) * kPlane +
         static_cast<char32_t>(number % kTextsInPlane);
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

std::size_t find_char(std::string_view s, char c, std::size_t from) {
  if (from >= s.size()) return kNone;
  const void* hit = std::memchr(s.data() + from, c, s.size() - from);
  return hit == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(hit) - s.data());
}

// The element that stands in for a formatting element (see GuardedHtml::html).
Tag plain_equivalent(Tag tag) {
  switch (tag) {
    case Tag::b:
    case Tag::strong:
      return Tag::dfn;
    case Tag::i:
    case Tag::em:
      return Tag::cite;
    case Tag::small:
      return Tag::kbd;
    case Tag::code:
      return Tag::samp;
    case Tag::big:
    case Tag::font:
    case Tag::nobr:
    case Tag::s:
    case Tag::strike:
    case Tag::tt:
    case Tag::u:
      return Tag::span;
    default:
      return tag;
  }
}

// Everything up to the matching end tag is left out. Raw text elements end at the first end tag of their name.
bool is_raw_text(Tag tag) {
  return tag == Tag::script || tag == Tag::style || tag == Tag::textarea || tag == Tag::iframe || tag == Tag::noembed ||
         tag == Tag::noframes || tag == Tag::xmp;
}
bool is_skipped_element(Tag tag) {
  return tag == Tag::svg || tag == Tag::template_ || tag == Tag::select;
}

// Start and end tag are left out, what is between stays.
bool is_transparent(Tag tag) {
  switch (tag) {
    case Tag::math:
    case Tag::plaintext:
    case Tag::frameset:
    case Tag::frame:
    case Tag::isindex:
    case Tag::keygen:
    case Tag::option:
    case Tag::optgroup:
    case Tag::svg:
    case Tag::template_:
    case Tag::select:
    case Tag::col:
    case Tag::colgroup:
      return true;
    default:
      return false;
  }
}

bool is_table_part(Tag tag) {
  return tag == Tag::caption || tag == Tag::tbody || tag == Tag::thead || tag == Tag::tfoot || tag == Tag::tr ||
         tag == Tag::td || tag == Tag::th;
}
bool is_row_group(Tag tag) {
  return tag == Tag::tbody || tag == Tag::thead || tag == Tag::tfoot;
}

// What the parser's stack of open elements looks like, never shorter than the real one.
class OpenElements {
 public:
  explicit OpenElements(std::size_t max_depth) : max_depth_(max_depth) { stack_.reserve(max_depth + 4); }

  // Whether the start tag may pass; notes what it opens and closes.
  bool start(Tag tag) {
    if (is_table_part(tag)) {
      if (!start_table_part(tag)) return false;
    } else if (tag == Tag::table) {
      close_table_without_cell();
    }
    if (closes_paragraph(tag)) pop_to(find_in_scope(Tag::p, Tag::button));
    switch (tag) {
      case Tag::li:
        close_item(Tag::li, Tag::li);
        break;
      case Tag::dd:
      case Tag::dt:
        close_item(Tag::dd, Tag::dt);
        break;
      case Tag::button:
        pop_to(find_in_scope(Tag::button, Tag::other));
        break;
      case Tag::a:
        erase(find_in_scope(Tag::a, Tag::other));
        break;
      case Tag::form:
        if (find_anywhere(Tag::form) != kNone) return false;
        break;
      case Tag::dfn:
      case Tag::cite:
      case Tag::kbd:
      case Tag::samp:
        if (find_in_scope(tag, Tag::other) != kNone) return false;
        break;
      default:
        if (is_heading(tag) && !stack_.empty() && is_heading(stack_.back())) shrink(stack_.size() - 1);
    }
    if (is_void(tag)) return true;
    if (stack_.size() >= max_depth_) return false;
    push(tag);
    return true;
  }

  // Whether the end tag closes something.
  bool end(Tag tag) {
    std::size_t at = kNone;
    if (tag == Tag::a || tag == Tag::form) {
      at = find_in_scope(tag, Tag::other);
      if (at != kNone) erase(at);
      return at != kNone;
    }
    if (is_table_part(tag) || tag == Tag::table) {
      at = find_in_table_scope(tag);
    } else if (is_heading(tag)) {
      for (std::size_t i = stack_.size(); i-- > 0 && !is_scope_boundary(stack_[i]);) {
        if (is_heading(stack_[i])) {
          at = i;
          break;
        }
      }
    } else if (tag == Tag::p) {
      at = find_in_scope(tag, Tag::button);
    } else if (tag == Tag::li) {
      at = find_list_item();
    } else if (is_special(tag)) {
      at = find_in_scope(tag, Tag::other);
    } else {
      for (std::size_t i = is_open(tag) ? stack_.size() : 0; i-- > 0;) {
        if (stack_[i] == tag) {
          at = i;
          break;
        }
        if (is_special(stack_[i])) break;
      }
    }
    pop_to(at);
    return at != kNone;
  }

 private:
  void push(Tag tag) {
    stack_.push_back(tag);
    ++open_[static_cast<std::size_t>(tag)];
  }
  void shrink(std::size_t size) {
    for (; stack_.size() > size; stack_.pop_back()) --open_[static_cast<std::size_t>(stack_.back())];
  }
  void pop_to(std::size_t at) {
    if (at != kNone) shrink(at);
  }
  void erase(std::size_t at) {
    if (at == kNone) return;
    --open_[static_cast<std::size_t>(stack_[at])];
    stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  // Most searches are for what is not open at all; they must not walk the stack.
  [[nodiscard]] bool is_open(Tag tag) const { return open_[static_cast<std::size_t>(tag)] != 0; }
  [[nodiscard]] std::size_t find_anywhere(Tag tag) const {
    if (!is_open(tag)) return kNone;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == tag) return i;
    }
    return kNone;
  }
  [[nodiscard]] std::size_t find_in_scope(Tag tag, Tag also_boundary) const {
    if (!is_open(tag)) return kNone;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == tag) return i;
      if (is_scope_boundary(stack_[i]) || (also_boundary != Tag::other && stack_[i] == also_boundary)) break;
    }
    return kNone;
  }
  [[nodiscard]] std::size_t find_in_table_scope(Tag tag) const {
    if (!is_open(tag)) return kNone;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == tag) return i;
      if (stack_[i] == Tag::table) break;
    }
    return kNone;
  }
  [[nodiscard]] std::size_t find_list_item() const {
    if (!is_open(Tag::li)) return kNone;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == Tag::li) return i;
      if (stack_[i] == Tag::ol || stack_[i] == Tag::ul || is_scope_boundary(stack_[i])) break;
    }
    return kNone;
  }
  void close_item(Tag one, Tag other) {
    if (!is_open(one) && !is_open(other)) return;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == one || stack_[i] == other) {
        shrink(i);
        return;
      }
      if (is_special(stack_[i]) && stack_[i] != Tag::address && stack_[i] != Tag::div && stack_[i] != Tag::p) return;
    }
  }
  void close_table_without_cell() {
    if (!is_open(Tag::table)) return;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == Tag::td || stack_[i] == Tag::th || stack_[i] == Tag::caption) return;
      if (stack_[i] == Tag::table) {
        shrink(i);
        return;
      }
    }
  }
  // A part of a table outside a table is ignored by the parser; inside, missing levels are implied.
  bool start_table_part(Tag tag) {
    if (!is_open(Tag::table)) return false;
    std::size_t table = kNone, group = kNone, row = kNone;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i] == Tag::table) {
        table = i;
        break;
      }
      if (is_row_group(stack_[i])) group = i;
      if (stack_[i] == Tag::tr) row = i;
    }
    if (table == kNone || stack_.size() + 3 > max_depth_) return false;
    if (tag == Tag::caption || is_row_group(tag)) {
      shrink(table + 1);
      return true;
    }
    if (tag == Tag::tr) {
      shrink(group != kNone ? group + 1 : table + 1);
      if (group == kNone) push(Tag::tbody);
      return true;
    }
    if (row != kNone) {
      shrink(row + 1);
      return true;
    }
    shrink(group != kNone ? group + 1 : table + 1);
    if (group == kNone) push(Tag::tbody);
    push(Tag::tr);
    return true;
  }

  std::size_t max_depth_;
  std::vector<Tag> stack_;
  std::array<std::uint16_t, 256> open_{};  // how many of each tag are on the stack
};

class Guard {
 public:
  Guard(std::string_view in, const GuardLimits& limits) : in_(in), limits_(limits), open_(limits.max_depth) {
    result_.html.reserve(in.size() / 2 + 64);
    result_.html = "<!DOCTYPE html>";  // else quirks mode, in which a table does not close a paragraph
  }

  GuardedHtml run() {
    const std::size_t max_tags = limits_.max_tags + in_.size() / limits_.bytes_a_tag;
    while (at_ < in_.size()) {
      const std::size_t lt = find_char(in_, '<', at_);
      text(in_.substr(at_, lt == kNone ? kNone : lt - at_));
      if (lt == kNone) break;
      at_ = lt;
      if (result_.tags >= max_tags) {
        result_.truncated = true;
        break;
      }
      markup();
    }
    return std::move(result_);
  }

 private:
  void text(std::string_view s) {
    if (s.empty()) return;
    bool plain = true, blank = true;
    for (const char c : s) {
      plain = plain && c != '&' && c != '\0' && static_cast<unsigned char>(c) < kFirstByteOfPrivate;
      blank = blank && is_space(c);
    }
    if (blank) {
      result_.html += ' ';
    } else if (!plain) {
      append_parsed(s);
    } else if (s.size() <= kShortText || result_.texts.size() >= kMostTexts) {
      result_.html += s;
    } else {
      text::append_utf8(result_.html, private_character(result_.texts.size()));
      result_.texts.push_back(s);
    }
  }

  // Text that the parser reads itself, without the characters that stand for others, however they are written.
  void append_parsed(std::string_view s) {
    for (std::size_t at = 0; at < s.size();) {
      const std::size_t begin = at;
      if (s[at] == '&') {
        append_reference(s, at);
      } else if (static_cast<unsigned char>(s[at]) < kFirstByteOfPrivate) {
        result_.html += s[at++];
      } else if (!text_number(text::decode(s, at))) {
        result_.html += s.substr(begin, at - begin);
      }
    }
  }

  // At '&'. A reference ends in this text, so that none is put together from two.
  void append_reference(std::string_view s, std::size_t& at) {
    std::size_t end = at + 1;
    if (end < s.size() && s[end] != '#') {
      result_.html += s[at++];
      return;
    }
    const bool hexadecimal = end + 1 < s.size() && (s[end + 1] == 'x' || s[end + 1] == 'X');
    const std::size_t digits = end + (hexadecimal ? 2 : 1);
    std::uint32_t number = 0;
    for (end = digits; end < s.size(); ++end) {
      const char c = s[end];
      const int value = c >= '0' && c <= '9' ? c - '0' : is_letter(c) ? (c | 0x20) - 'a' + 10 : 16;
      if (value >= (hexadecimal ? 16 : 10)) break;
      number = std::min<std::uint32_t>(number * (hexadecimal ? 16 : 10) + static_cast<std::uint32_t>(value), 0x110000);
    }
    if (end <= digits) {  // No digit: an ampersand.
      result_.html += "&amp;";
      ++at;
      return;
    }
    if (!text_number(static_cast<char32_t>(number))) result_.html.append(s.substr(at, end - at)).append(";");
    at = end + (end < s.size() && s[end] == ';' ? 1 : 0);
  }

  // At '<'. Moves behind what begins here.
  void markup() {
    const char next = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
    if (is_letter(next)) {
      start_tag();
    } else if (next == '/') {
      end_tag();
    } else if (next == '!' || next == '?') {
      comment();
    } else {
      result_.html.append("&lt;");
      ++at_;
    }
  }

  void comment() {
    if (in_.compare(at_, 4, "<!--") != 0) {
      skip_behind('>');
      return;
    }
    // "<!-->" and "<!--->" are whole comments (13.2.5.43).
    std::size_t from = at_ + 4;
    if (from < in_.size() && in_[from] == '>') {
      at_ = from + 1;
      return;
    }
    if (in_.compare(from, 2, "->") == 0) {
      at_ = from + 2;
      return;
    }
    for (std::size_t dashes = in_.find("--", from); dashes != kNone; dashes = in_.find("--", dashes + 1)) {
      std::size_t end = dashes + 2;
      if (end < in_.size() && in_[end] == '!') ++end;
      if (end < in_.size() && in_[end] == '>') {
        at_ = end + 1;
        return;
      }
    }
    at_ = in_.size();
  }

  void skip_behind(char c) {
    const std::size_t hit = find_char(in_, c, at_);
    at_ = hit == kNone ? in_.size() : hit + 1;
  }

  // Reads the tag's name in lower case; long or strange names are "other".
  Tag read_name() {
    const std::size_t begin = at_;
    while (at_ < in_.size() && !is_space(in_[at_]) && in_[at_] != '/' && in_[at_] != '>') ++at_;
    std::array<char, 16> buffer{};
    const std::size_t size = at_ - begin;
    if (size > buffer.size()) return Tag::other;
    for (std::size_t i = 0; i < size; ++i) buffer[i] = lower(in_[begin + i]);
    return tag_of(std::string_view(buffer.data(), size));
  }

  // Reads attributes up to the tag's end into attributes_; false at the end of input.
  bool read_attributes() {
    attributes_.clear();
    std::uint64_t seen = 0;
    while (at_ < in_.size()) {
      while (at_ < in_.size() && (is_space(in_[at_]) || in_[at_] == '/')) ++at_;
      if (at_ >= in_.size()) return false;
      if (in_[at_] == '>') {
        ++at_;
        return true;
      }
      const std::size_t begin = at_;
      ++at_;  // a leading '=' belongs to the name
      while (at_ < in_.size() && !is_space(in_[at_]) && in_[at_] != '/' && in_[at_] != '>' && in_[at_] != '=') ++at_;
      const std::string_view name = in_.substr(begin, at_ - begin);
      while (at_ < in_.size() && is_space(in_[at_])) ++at_;
      std::string_view value;
      if (at_ < in_.size() && in_[at_] == '=' && !read_value(value)) return false;
      const auto known = attribute(name);
      if (!known || ((seen >> static_cast<unsigned>(*known)) & 1U) != 0) continue;
      seen |= std::uint64_t{1} << static_cast<unsigned>(*known);
      attributes_.push_back({*known, value});
    }
    return false;
  }

  bool read_value(std::string_view& value) {
    ++at_;
    while (at_ < in_.size() && is_space(in_[at_])) ++at_;
    if (at_ >= in_.size()) return false;
    const char quote = in_[at_];
    if (quote == '"' || quote == '\'') {
      const std::size_t close = find_char(in_, quote, at_ + 1);
      if (close == kNone) return false;
      value = in_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return true;
    }
    const std::size_t begin = at_;
    while (at_ < in_.size() && !is_space(in_[at_]) && in_[at_] != '>') ++at_;
    value = in_.substr(begin, at_ - begin);
    return true;
  }

  static std::optional<Attr> attribute(std::string_view name) {
    std::array<char, 20> buffer{};
    if (name.size() > buffer.size()) return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i) buffer[i] = lower(name[i]);
    return attribute_of(std::string_view(buffer.data(), name.size()));
  }

  [[nodiscard]] std::string_view value_of(Attr name) const {
    for (const GuardedHtml::Attribute& a : attributes_) {
      if (a.name == name) return a.value;
    }
    return {};
  }

  void start_tag() {
    const std::size_t name_begin = ++at_;
    const Tag original = read_name();
    const std::size_t name_end = at_;
    if (!read_attributes()) {
      at_ = in_.size();  // the standard drops a tag that the end of input cuts
      return;
    }
    ++result_.tags;
    if (is_raw_text(original)) {
      skip_raw_text(original, in_.substr(name_begin, name_end - name_begin));
      return;
    }
    if (is_skipped_element(original) && skip_element(in_.substr(name_begin, name_end - name_begin))) return;
    if (is_transparent(original)) return;
    const Tag tag = plain_equivalent(original);
    if (tag == Tag::title) {
      title();
      return;
    }
    if (tag == Tag::html || tag == Tag::head || tag == Tag::body) {
      bool& seen = once_[tag == Tag::html ? 0 : tag == Tag::head ? 1 : 2];
      if (seen) return;
      seen = true;
    } else if (tag != Tag::meta && tag != Tag::link && tag != Tag::base && !open_.start(tag)) {
      return;
    }
    write_start_tag(tag == Tag::other ? std::string_view("x") : name_of(tag));
  }

  void write_start_tag(std::string_view name) {
    std::string& out = result_.html;
    out += '<';
    out += name;
    bool numbered = false;
    for (const GuardedHtml::Attribute& a : attributes_) {
      if (a.name == Attr::value && name != "meta") continue;
      if (a.value.find('&') == kNone) {
        if (!numbered) result_.first_attributes.push_back(static_cast<std::uint32_t>(result_.attributes.size()));
        numbered = true;
        result_.attributes.push_back(a);
        continue;
      }
      const bool has_double = a.value.find('"') != kNone;
      if (has_double && a.value.find('\'') != kNone) continue;
      const char quote = has_double ? '\'' : '"';
      out += ' ';
      out += name_of(a.name);
      out += '=';
      out += quote;
      out += a.value;
      out += quote;
    }
    if (numbered) {
      std::array<char, 12> number{};
      const auto [end, error] =
          std::to_chars(number.data(), number.data() + number.size(), result_.first_attributes.size() - 1);
      out += ' ';
      out.append(number.data(), end);
    }
    out += '>';
  }

  void end_tag() {
    if (at_ + 2 >= in_.size() || !is_letter(in_[at_ + 2])) {
      skip_behind('>');
      return;
    }
    at_ += 2;
    const Tag tag = plain_equivalent(read_name());
    if (!read_attributes()) {
      at_ = in_.size();
      return;
    }
    if (tag == Tag::br) {
      result_.html += "<br>";
      return;
    }
    if (tag == Tag::head && !once_[3]) {
      once_[3] = true;
      result_.html += "</head>";
      return;
    }
    if (tag == Tag::html || tag == Tag::head || tag == Tag::body || is_transparent(tag) || is_void(tag)) return;
    if (!open_.end(tag)) return;
    result_.html += "</";
    result_.html += tag == Tag::other ? std::string_view("x") : name_of(tag);
    result_.html += '>';
  }

  // Position of the next "</name" that ends the element, from `from`.
  [[nodiscard]] std::size_t find_end_tag(std::string_view name, std::size_t from) const {
    for (std::size_t lt = in_.find("</", from); lt != kNone; lt = in_.find("</", lt + 2)) {
      if (matches_name(lt + 2, name)) return lt;
    }
    return kNone;
  }
  [[nodiscard]] bool matches_name(std::size_t at, std::string_view name) const {
    if (in_.size() - at < name.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (lower(in_[at + i]) != lower(name[i])) return false;
    }
    const std::size_t behind = at + name.size();
    return behind >= in_.size() || is_space(in_[behind]) || in_[behind] == '/' || in_[behind] == '>';
  }

  void skip_raw_text(Tag tag, std::string_view name) {
    const std::size_t end = find_end_tag(name, at_);
    const std::string_view content = in_.substr(at_, end == kNone ? kNone : end - at_);
    if (tag == Tag::script) keep_script(content);
    at_ = end == kNone ? in_.size() : end;
    skip_behind('>');
  }

  void keep_script(std::string_view content) {
    const std::string_view type = value_of(Attr::type);
    if (type.find("ld+json") != kNone) {
      result_.json_ld.push_back(content);
    } else if (content.find("\"20") != kNone && (content.find("ubli") != kNone || content.find("reat") != kNone)) {
      result_.scripts.push_back(content);
    }
  }

  // Skips a well-formed element with its content; false (and nothing skipped) if it does not end soon, since then
  // it is a mistake of the page and the article may be inside.
  bool skip_element(std::string_view name) {
    constexpr std::size_t kLongest = std::size_t{1} << 18;
    std::size_t depth = 1;
    if (at_ < skip_failed_until_) return false;
    const std::size_t limit = std::min(in_.size(), at_ + kLongest);
    for (std::size_t lt = find_char(in_, '<', at_); lt < limit; lt = find_char(in_, '<', lt + 1)) {
      if (lt + 1 < in_.size() && in_[lt + 1] == '/') {
        if (matches_name(lt + 2, name) && --depth == 0) {
          at_ = lt;
          skip_behind('>');
          return true;
        }
      } else if (matches_name(lt + 1, name)) {
        const std::size_t gt = find_char(in_.substr(0, limit), '>', lt);
        if (gt != kNone && in_[gt - 1] != '/') ++depth;
      }
    }
    skip_failed_until_ = limit;  // else many such starts would make the pass quadratic
    return false;
  }

  void title() {
    if (titles_++ >= 4) return;
    const std::size_t end = find_end_tag("title", at_);
    if (end == kNone) return;
    result_.html += "<title>";
    append_parsed(in_.substr(at_, end - at_));
    result_.html += "</title>";
    at_ = end;
    skip_behind('>');
  }

  std::string_view in_;
  GuardLimits limits_;
  OpenElements open_;
  std::size_t at_ = 0;
  std::array<bool, 4> once_{};  // html, head, body, /head
  int titles_ = 0;
  std::size_t skip_failed_until_ = 0;
  std::vector<GuardedHtml::Attribute> attributes_;
  GuardedHtml result_;
};

}  // namespace

std::optional<std::size_t> text_number(char32_t c) {
  if (c < kPrivatePlane || c % kPlane >= kTextsInPlane) return std::nullopt;
  return (c - kPrivatePlane) / kPlane * kTextsInPlane + c % kPlane;
}

GuardedHtml guard_html(std::string_view utf8, const GuardLimits& limits) {
  return Guard(utf8, limits).run();
}

}  // namespace dateline::indexer

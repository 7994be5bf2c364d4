#include "indexer/readers/xml_tree.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "common/double_encoding.h"
#include "common/encoding.h"
#include "common/text.h"
#include "indexer/readers/html_entities.h"

namespace dateline::indexer {
namespace {

struct Namespace {
  std::string_view address;  ///< Its beginning: versions differ in what follows.
  std::string_view name;
};
constexpr std::array kNamespaces = std::to_array<Namespace>({
    {"http://www.w3.org/2005/Atom", "atom"},
    {"http://purl.org/atom/", "atom"},
    {"http://purl.org/rss/1.0/modules/content", "content"},
    {"http://purl.org/rss/1.0/modules/", "rssmodule"},
    {"http://purl.org/rss/", "rss"},
    {"http://purl.org/net/rss1.1", "rss"},
    {"http://my.netscape.com/", "rss"},
    {"http://channel.netscape.com/", "rss"},
    {"http://backend.userland.com/", "rss"},
    {"http://blogs.law.harvard.edu/tech/rss", "rss"},
    {"http://www.rssboard.org/", "rss"},
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"},
    {"http://purl.org/dc/terms", "dcterms"},
    {"http://purl.org/dc/", "dc"},
    {"http://search.yahoo.com/mrss", "media"},
    {"http://tools.search.yahoo.com/mrss", "media"},
    {"http://www.georss.org/georss", "georss"},
    {"http://www.w3.org/2003/01/geo/wgs84_pos", "geo"},
    {"http://www.itunes.com/dtds/podcast", "itunes"},
    {"http://www.google.com/schemas/sitemap-news", "news"},
    {"http://www.google.com/schemas/sitemap-image", "image"},
    {"http://www.sitemaps.org/schemas/sitemap", "sitemap"},
    {"http://www.google.com/schemas/sitemap", "sitemap"},
    {"http://wordpress.org/export/1.0/excerpt", "excerpt"},
    {"http://wordpress.org/export/1.1/excerpt", "excerpt"},
    {"http://wordpress.org/export/1.2/excerpt", "excerpt"},
    {"http://wordpress.org/export/", "wp"},
    {"http://prismstandard.org/", "prism"},
    {"http://www.w3.org/1999/xhtml", "xhtml"},
    {"http://iptc.org/std/nar/", "nar"},
    {"http://iptc.org/std/NITF/", "nitf"},
    {"http://rssnamespace.org/feedburner", "feedburner"},
    {"http://purl.org/syndication/thread", "thr"},
});

std::string_view short_name(std::string_view address) {
  for (const Namespace& known : kNamespaces) {
    if (address.starts_with(known.address)) return known.name;
  }
  return {};
}

constexpr bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What browsers make of a numeric reference: 128..159 mean windows-1252, others that XML forbids nothing.
void append_numeric(std::string& out, std::uint32_t number) {
  number = read_as_windows_1252(number);
  if (number == '\t' || number == '\n' || number == '\r') {
    out.push_back(static_cast<char>(number));
    return;
  }
  if (number < 0x20 || number > 0x10FFFF || (number >= 0xD800 && number < 0xE000) || (number & 0xFFFE) == 0xFFFE)
    return;
  if (number == '<')
    out += "&lt;";
  else if (number == '&')
    out += "&amp;";
  else if (number == '>')
    out += "&gt;";
  else if (number == '"')
    out += "&quot;";
  else
    text::append_utf8(out, number);
}

/// Appends what the reference at the beginning of `s` (an ampersand) means, as XML; its length in bytes.
std::size_t append_reference(std::string& out, std::string_view s) {
  constexpr std::size_t kLongest = 12;
  const std::size_t end = s.substr(0, kLongest).find(';');
  const std::string_view name = end == std::string_view::npos ? std::string_view{} : s.substr(1, end - 1);
  if (name.size() > 1 && name[0] == '#') {
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    if (!digits.empty() && stop == digits.data() + digits.size() && error != std::errc::invalid_argument) {
      append_numeric(out, error == std::errc{} ? number : 0x110000);
      return end + 1;
    }
  } else if (name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos") {
    out.append(s.substr(0, end + 1));
    return end + 1;
  } else if (const auto character = html_entity(name)) {
    text::append_utf8(out, *character);
    return end + 1;
  }
  out += "&amp;";  // An ampersand that somebody forgot to escape.
  return 1;
}

/// UTF-8 that expat takes: only XML's own entities, no forbidden characters. CDATA sections stay as they are.
std::string repaired(std::string_view utf8) {
  static constexpr auto kSpecial = [] {
    std::array<bool, 256> special{};
    for (std::size_t c = 0; c < 0x20; ++c) special[c] = c != '\t' && c != '\n' && c != '\r';
    special['&'] = special['<'] = special[0xEF] = true;
    return special;
  }();
  std::string out;
  out.reserve(utf8.size() + utf8.size() / 16);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (!kSpecial[byte]) {
      ++i;
      continue;
    }
    const std::string_view rest = utf8.substr(i);
    if (byte == '<') {
      const bool cdata = rest.starts_with("<![CDATA[");
      const std::size_t end = cdata ? rest.find("]]>") : std::string_view::npos;
      if (end == std::string_view::npos) {
        ++i;
        continue;
      }
      // Forbidden characters are dropped inside, too.
      out.append(utf8.substr(begin, i - begin));
      for (const char c : rest.substr(0, end)) {
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') out.push_back(c);
      }
      i += end;
      begin = i;
      i += 3;
      continue;
    }
    if (byte == 0xEF && !rest.starts_with("\xEF\xBF\xBE") && !rest.starts_with("\xEF\xBF\xBF") &&
        !rest.starts_with("\xEF\xBB\xBF")) {
      ++i;
      continue;
    }
    out.append(utf8.substr(begin, i - begin));
    i += byte == '&' ? append_reference(out, rest) : byte == 0xEF ? 3 : 1;
    begin = i;
  }
  out.append(utf8.substr(begin));
  return out;
}

/// The content of the elements called `names` as CDATA.
std::string with_escaped_content(std::string_view xml, const std::vector<std::string_view>& names) {
  std::string out;
  std::size_t at = 0;
  while (at < xml.size()) {
    const std::size_t open = xml.find('<', at);
    if (open == std::string_view::npos) break;
    const std::string_view tag = xml.substr(open + 1, 64);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    const std::size_t close = xml.find('>', open);
    const bool wanted = std::find(names.begin(), names.end(), name) != names.end();
    if (!wanted || close == std::string_view::npos || xml[close - 1] == '/') {
      out.append(xml.substr(at, open + 1 - at));
      at = open + 1;
      continue;
    }
    const std::size_t end = xml.find(fmt::format("</{}", name), close);
    if (end == std::string_view::npos) break;
    const std::string_view inner = xml.substr(close + 1, end - close - 1);
    out.append(xml.substr(at, close + 1 - at));
    if (text::trim(inner).starts_with("<![CDATA[")) {
      out.append(inner);
    } else {
      out.append("<![CDATA[");
      for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner.substr(i).starts_with("]]>")) {
          out.append("]] >");
          i += 2;
        } else {
          out.push_back(inner[i]);
        }
      }
      out.append("]]>");
    }
    at = end;
  }
  out.append(xml.substr(std::min(at, xml.size())));
  return out;
}

}  // namespace

/// Takes expat's events.
class XmlBuilder {
 public:
  XmlBuilder(XmlTree& tree, const XmlNamespaces* outer) : tree_(tree) {
    if (outer != nullptr) {
      for (const auto& [prefix, address] : *outer) declare(prefix, address, 0);
    }
  }

  void parse(std::string_view xml, bool whole) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                              XML_ParserFree);
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
    tree_.pool_.reserve(xml.size());
    constexpr std::size_t kMost = std::size_t{1} << 30;
    if (xml.size() > kMost) {
      tree_.problem_ = "larger than 1 GiB";
      return;
    }
    const XML_Status status = XML_Parse(parser_, xml.data(), static_cast<int>(xml.size()), whole ? 1 : 0);
    if (status == XML_STATUS_ERROR && tree_.problem_.empty()) {
      tree_.problem_ =
          fmt::format("{}, line {}", XML_ErrorString(XML_GetErrorCode(parser_)), XML_GetCurrentLineNumber(parser_));
    }
  }

 private:
  struct Declared {
    std::string prefix;
    std::string short_name;
    std::size_t depth;
  };

  static XmlBuilder& self(void* user) { return *static_cast<XmlBuilder*>(user); }
  static void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
    self(user).start(name, attributes);
  }
  static void on_end(void* user, const XML_Char*) { self(user).end(); }
  static void on_text(void* user, const XML_Char* s, int size) { self(user).text({s, static_cast<std::size_t>(size)}); }
  static void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    self(user).stop("declares a document type (DTD)");
  }

  void stop(std::string why) {
    tree_.problem_ = std::move(why);
    XML_StopParser(parser_, XML_FALSE);
  }

  void declare(std::string_view prefix, std::string_view address, std::size_t depth) {
    const std::string_view known = short_name(address);
    declared_.push_back({std::string{prefix}, std::string{!known.empty() || prefix.empty() ? known : prefix}, depth});
  }

  XmlTree::Span keep(std::string_view s) {
    const XmlTree::Span span{static_cast<std::uint32_t>(tree_.pool_.size()), static_cast<std::uint32_t>(s.size())};
    tree_.pool_.append(s);
    return span;
  }

  [[nodiscard]] std::string_view ns_of(std::string_view prefix) const {
    for (auto it = declared_.rbegin(); it != declared_.rend(); ++it) {
      if (it->prefix == prefix) return it->short_name;
    }
    return prefix;
  }

  void start(std::string_view name, const XML_Char** attributes) {
    constexpr std::size_t kDeepest = 200;
    if (++depth_ > kDeepest) return stop("elements nested too deeply");
    for (const XML_Char** a = attributes; *a != nullptr; a += 2) {
      const std::string_view attribute = a[0];
      if (attribute == "xmlns") declare({}, a[1], depth_);
      if (attribute.starts_with("xmlns:")) declare(attribute.substr(6), a[1], depth_);
    }
    XmlTree::Node node;
    const std::size_t colon = name.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
    node.name = keep(colon == std::string_view::npos ? name : name.substr(colon + 1));
    node.ns = keep(ns_of(prefix));
    node.parent = current_;
    node.first_attribute = static_cast<std::uint32_t>(tree_.attributes_.size());
    for (const XML_Char** a = attributes; *a != nullptr; a += 2) {
      std::string_view attribute = a[0];
      if (attribute.starts_with("xmlns")) continue;
      attribute.remove_prefix(attribute.find(':') + 1);  // npos + 1 is 0
      tree_.attributes_.push_back({keep(attribute), keep(a[1])});
      ++node.attributes;
    }
    current_ = add(node);
  }

  void end() {
    if (!tree_.problem_.empty()) return;
    while (!declared_.empty() && declared_.back().depth == depth_ && depth_ > 0) declared_.pop_back();
    --depth_;
    current_ = tree_.nodes_[current_].parent;
  }

  void text(std::string_view s) {
    if (current_ == XmlTree::kNone) return;
    const std::uint32_t last = tree_.nodes_[current_].last_child;
    if (last != XmlTree::kNone && tree_.nodes_[last].name.size == 0) {
      XmlTree::Span& before = tree_.nodes_[last].text;
      if (before.at + before.size == tree_.pool_.size()) {
        tree_.pool_.append(s);
        before.size += static_cast<std::uint32_t>(s.size());
        return;
      }
    }
    XmlTree::Node node;
    node.text = keep(s);
    node.parent = current_;
    add(node);
  }

  std::uint32_t add(const XmlTree::Node& node) {
    const auto index = static_cast<std::uint32_t>(tree_.nodes_.size());
    tree_.nodes_.push_back(node);
    if (node.parent != XmlTree::kNone) {
      XmlTree::Node& parent = tree_.nodes_[node.parent];
      if (parent.last_child == XmlTree::kNone)
        parent.first_child = index;
      else
        tree_.nodes_[parent.last_child].next = index;
      parent.last_child = index;
    }
    return index;
  }

  XmlTree& tree_;
  XML_Parser parser_ = nullptr;
  std::vector<Declared> declared_;
  std::size_t depth_ = 0;
  std::uint32_t current_ = XmlTree::kNone;
};

XmlElement XmlTree::root() const {
  return nodes_.empty() ? XmlElement{} : XmlElement(*this, 0);
}

std::string_view XmlElement::attribute(std::string_view wanted) const {
  if (!*this) return {};
  for (std::uint32_t i = 0; i < node().attributes; ++i) {
    const XmlTree::Attribute& attribute = tree_->attributes_[node().first_attribute + i];
    if (tree_->view(attribute.name) == wanted) return tree_->view(attribute.value);
  }
  return {};
}

XmlElement XmlElement::child(std::string_view wanted) const {
  XmlElement found;
  each(wanted, [&](const XmlElement& child) {
    if (!found) found = child;
  });
  return found;
}

XmlElement XmlElement::child(std::string_view wanted_ns, std::string_view wanted) const {
  XmlElement found;
  each(wanted, [&](const XmlElement& child) {
    if (!found && child.ns() == wanted_ns) found = child;
  });
  return found;
}

XmlElement XmlElement::find(std::string_view wanted) const {
  XmlElement found;
  each([&](const XmlElement& child) {
    if (!found) found = child.name() == wanted ? child : child.find(wanted);
  });
  return found;
}

std::string XmlElement::text() const {
  std::string out;
  if (*this) append_text(out);
  return out;
}

void XmlElement::append_text(std::string& out) const {
  for (std::uint32_t i = node().first_child; i != XmlTree::kNone; i = tree_->nodes_[i].next) {
    const XmlTree::Node& child = tree_->nodes_[i];
    if (child.name.size > 0)
      XmlElement(*tree_, i).append_text(out);
    else
      out.append(tree_->view(child.text));
  }
}

std::string XmlElement::inner_html() const {
  std::string out;
  if (*this) append_html(out);
  return out;
}

void XmlElement::append_html(std::string& out) const {
  for (std::uint32_t i = node().first_child; i != XmlTree::kNone; i = tree_->nodes_[i].next) {
    const XmlTree::Node& child = tree_->nodes_[i];
    if (child.name.size > 0) {
      const std::string_view tag = tree_->view(child.name);
      out.append("<").append(tag);
      if (tag == "a" || tag == "img") {
        for (const std::string_view kept : {"href", "src", "alt"}) {
          const std::string_view value = XmlElement(*tree_, i).attribute(kept);
          if (!value.empty() && value.find('"') == std::string_view::npos)
            out.append(" ").append(kept).append("=\"").append(value).append("\"");
        }
      }
      out.append(">");
      if (tag == "br" || tag == "img" || tag == "hr") continue;
      XmlElement(*tree_, i).append_html(out);
      out.append("</").append(tag).append(">");
      continue;
    }
    for (const char c : tree_->view(child.text)) {
      if (c == '<')
        out += "&lt;";
      else if (c == '&')
        out += "&amp;";
      else
        out.push_back(c);
    }
  }
}

bool XmlElement::has_elements() const {
  bool any = false;
  each([&](const XmlElement&) { any = true; });
  return any;
}

XmlTree parse_xml(std::string_view bytes, const XmlParseOptions& options) {
  std::string converted;
  if (!text::is_valid_utf8(bytes)) {
    converted = to_utf8(bytes, options.encoding);
    bytes = converted;
  }
  XmlTree tree;
  const std::string xml = repaired(bytes);
  XmlBuilder(tree, options.namespaces).parse(xml, options.whole);
  if (tree.problem().empty() || options.forgiving.empty()) return tree;
  XmlTree second;
  XmlBuilder(second, options.namespaces).parse(repaired(with_escaped_content(bytes, options.forgiving)), options.whole);
  return second.problem().empty() ? second : tree;
}

std::string plain_text(std::string_view html) {
  if (html.find_first_of("<&") == std::string_view::npos) return text::clean_line(html);
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    const std::string_view rest = html.substr(i);
    if (rest.front() == '<' && rest.size() > 1 && (is_name_char(rest[1]) || rest[1] == '/' || rest[1] == '!')) {
      const std::size_t end = rest.find('>');
      if (end != std::string_view::npos) {
        // Inline mark-up does not part words; a line break does.
        if (text::istarts_with(rest, "<br") || text::istarts_with(rest, "<p") || text::istarts_with(rest, "</p") ||
            text::istarts_with(rest, "<li") || text::istarts_with(rest, "<div"))
          out.push_back(' ');
        i += end + 1;
        continue;
      }
    }
    if (rest.front() == '&') {
      std::string character;
      i += append_reference(character, rest);
      for (const auto& [entity, plain] : {std::pair<std::string_view, char>{"&amp;", '&'},
                                          {"&lt;", '<'},
                                          {"&gt;", '>'},
                                          {"&quot;", '"'},
                                          {"&apos;", '\''}}) {
        if (character == entity) character = plain;
      }
      out += character;
      continue;
    }
    out.push_back(rest.front());
    ++i;
  }
  return text::clean_line(out);
}

}  // namespace dateline::indexer

#include "indexer/extract/html_tag.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dateline::indexer {
namespace {

enum Trait : std::uint8_t { kNone = 0, kVoid = 1, kBlock = 2, kSpecial = 4, kClosesParagraph = 8, kScopeBoundary = 16 };

struct TagRow {
  std::string_view name;
  unsigned traits;
};

// In the order of Tag. The traits are those of the HTML standard, sections 13.1.2, 13.2.4.2 and 13.2.6.4.7; "block"
// follows the default style sheet (15.3).
constexpr std::array kTags{
    TagRow{"#text", kNone},
    TagRow{"#other", kNone},
    TagRow{"a", kNone},
    TagRow{"abbr", kNone},
    TagRow{"address", kBlock | kSpecial | kClosesParagraph},
    TagRow{"applet", kSpecial | kScopeBoundary},
    TagRow{"area", kVoid | kSpecial},
    TagRow{"article", kBlock | kSpecial | kClosesParagraph},
    TagRow{"aside", kBlock | kSpecial | kClosesParagraph},
    TagRow{"audio", kBlock},
    TagRow{"b", kNone},
    TagRow{"base", kVoid | kSpecial},
    TagRow{"basefont", kVoid | kSpecial},
    TagRow{"bgsound", kVoid | kSpecial},
    TagRow{"big", kNone},
    TagRow{"blockquote", kBlock | kSpecial | kClosesParagraph},
    TagRow{"body", kBlock | kSpecial},
    TagRow{"br", kVoid | kBlock | kSpecial},
    TagRow{"button", kBlock | kSpecial},
    TagRow{"canvas", kBlock},
    TagRow{"caption", kBlock | kSpecial | kScopeBoundary},
    TagRow{"center", kBlock | kSpecial | kClosesParagraph},
    TagRow{"cite", kNone},
    TagRow{"code", kNone},
    TagRow{"col", kVoid | kSpecial},
    TagRow{"colgroup", kSpecial},
    TagRow{"dd", kBlock | kSpecial | kClosesParagraph},
    TagRow{"del", kNone},
    TagRow{"details", kBlock | kSpecial | kClosesParagraph},
    TagRow{"dfn", kNone},
    TagRow{"dialog", kBlock | kClosesParagraph},
    TagRow{"dir", kBlock | kSpecial | kClosesParagraph},
    TagRow{"div", kBlock | kSpecial | kClosesParagraph},
    TagRow{"dl", kBlock | kSpecial | kClosesParagraph},
    TagRow{"dt", kBlock | kSpecial | kClosesParagraph},
    TagRow{"em", kNone},
    TagRow{"embed", kVoid | kSpecial},
    TagRow{"fieldset", kBlock | kSpecial | kClosesParagraph},
    TagRow{"figcaption", kBlock | kSpecial | kClosesParagraph},
    TagRow{"figure", kBlock | kSpecial | kClosesParagraph},
    TagRow{"font", kNone},
    TagRow{"footer", kBlock | kSpecial | kClosesParagraph},
    TagRow{"form", kBlock | kSpecial | kClosesParagraph},
    TagRow{"frame", kVoid | kSpecial},
    TagRow{"frameset", kBlock | kSpecial},
    TagRow{"h1", kBlock | kSpecial | kClosesParagraph},
    TagRow{"h2", kBlock | kSpecial | kClosesParagraph},
    TagRow{"h3", kBlock | kSpecial | kClosesParagraph},
    TagRow{"h4", kBlock | kSpecial | kClosesParagraph},
    TagRow{"h5", kBlock | kSpecial | kClosesParagraph},
    TagRow{"h6", kBlock | kSpecial | kClosesParagraph},
    TagRow{"head", kBlock | kSpecial},
    TagRow{"header", kBlock | kSpecial | kClosesParagraph},
    TagRow{"hgroup", kBlock | kSpecial | kClosesParagraph},
    TagRow{"hr", kVoid | kBlock | kSpecial | kClosesParagraph},
    TagRow{"html", kBlock | kSpecial | kScopeBoundary},
    TagRow{"i", kNone},
    TagRow{"iframe", kBlock | kSpecial},
    TagRow{"image", kVoid},
    TagRow{"img", kVoid | kSpecial},
    TagRow{"input", kVoid | kSpecial},
    TagRow{"ins", kNone},
    TagRow{"isindex", kVoid | kSpecial},
    TagRow{"kbd", kNone},
    TagRow{"keygen", kVoid | kSpecial},
    TagRow{"label", kNone},
    TagRow{"legend", kBlock},
    TagRow{"li", kBlock | kSpecial | kClosesParagraph},
    TagRow{"link", kVoid | kSpecial},
    TagRow{"listing", kBlock | kSpecial | kClosesParagraph},
    TagRow{"main", kBlock | kSpecial | kClosesParagraph},
    TagRow{"map", kNone},
    TagRow{"mark", kNone},
    TagRow{"marquee", kSpecial | kScopeBoundary},
    TagRow{"math", kNone},
    TagRow{"menu", kBlock | kSpecial | kClosesParagraph},
    TagRow{"meta", kVoid | kSpecial},
    TagRow{"nav", kBlock | kSpecial | kClosesParagraph},
    TagRow{"nobr", kNone},
    TagRow{"noembed", kSpecial},
    TagRow{"noframes", kSpecial},
    TagRow{"noscript", kBlock | kSpecial},
    TagRow{"object", kBlock | kSpecial | kScopeBoundary},
    TagRow{"ol", kBlock | kSpecial | kClosesParagraph},
    TagRow{"optgroup", kBlock},
    TagRow{"option", kBlock},
    TagRow{"p", kBlock | kSpecial | kClosesParagraph},
    TagRow{"param", kVoid | kSpecial},
    TagRow{"picture", kNone},
    TagRow{"plaintext", kBlock | kSpecial | kClosesParagraph},
    TagRow{"pre", kBlock | kSpecial | kClosesParagraph},
    TagRow{"q", kNone},
    TagRow{"rp", kNone},
    TagRow{"rt", kNone},
    TagRow{"ruby", kNone},
    TagRow{"s", kNone},
    TagRow{"samp", kNone},
    TagRow{"script", kSpecial},
    TagRow{"section", kBlock | kSpecial | kClosesParagraph},
    TagRow{"select", kBlock | kSpecial},
    TagRow{"small", kNone},
    TagRow{"source", kVoid | kSpecial},
    TagRow{"span", kNone},
    TagRow{"strike", kNone},
    TagRow{"strong", kNone},
    TagRow{"style", kSpecial},
    TagRow{"sub", kNone},
    TagRow{"summary", kBlock | kSpecial | kClosesParagraph},
    TagRow{"sup", kNone},
    TagRow{"svg", kNone},
    TagRow{"table", kBlock | kSpecial | kClosesParagraph | kScopeBoundary},
    TagRow{"tbody", kBlock | kSpecial},
    TagRow{"td", kBlock | kSpecial | kScopeBoundary},
    TagRow{"template", kBlock | kSpecial | kScopeBoundary},
    TagRow{"textarea", kBlock | kSpecial},
    TagRow{"tfoot", kBlock | kSpecial},
    TagRow{"th", kBlock | kSpecial | kScopeBoundary},
    TagRow{"thead", kBlock | kSpecial},
    TagRow{"time", kNone},
    TagRow{"title", kBlock | kSpecial},
    TagRow{"tr", kBlock | kSpecial},
    TagRow{"track", kVoid | kSpecial},
    TagRow{"tt", kNone},
    TagRow{"u", kNone},
    TagRow{"ul", kBlock | kSpecial | kClosesParagraph},
    TagRow{"var", kNone},
    TagRow{"video", kBlock},
    TagRow{"wbr", kVoid | kSpecial},
    TagRow{"xmp", kBlock | kSpecial | kClosesParagraph},
};

// In the order of Attr.
constexpr std::array<std::string_view, 35> kAttributes{
    "aria-hidden",    "aria-label",     "charset",
    "class",          "content",        "data-component",
    "data-date",      "data-datetime",  "data-published",
    "data-qa",        "data-role",      "data-test",
    "data-testid",    "data-timestamp", "data-type",
    "data-type-name", "datetime",       "hidden",
    "href",           "http-equiv",     "id",
    "itemid",         "itemprop",       "itemscope",
    "itemtype",       "lang",           "name",
    "property",       "pubdate",        "rel",
    "role",           "style",          "title",
    "type",           "value",
};

// Names are looked up several thousand times a page: a small open-addressed table over a perfect-enough hash.
template <std::size_t kSize>
class NameTable {
 public:
  template <typename Names>
  explicit NameTable(const Names& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::size_t slot = hash(names[i]);
      while (slots_[slot] != 0) slot = (slot + 1) % kSize;
      slots_[slot] = static_cast<std::uint8_t>(i + 1);
    }
  }

  template <typename Names>
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name, const Names& names) const {
    if (name.empty()) return std::nullopt;
    for (std::size_t slot = hash(name); slots_[slot] != 0; slot = (slot + 1) % kSize) {
      if (names[slots_[slot] - 1U] == name) return slots_[slot] - 1U;
    }
    return std::nullopt;
  }

 private:
  static std::size_t hash(std::string_view s) {
    const auto at = [s](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(s[i])); };
    return (s.size() * 131 + at(0) * 31 + at(s.size() - 1) * 7 + at(s.size() / 2)) % kSize;
  }

  std::array<std::uint8_t, kSize> slots_{};
};

constexpr std::array<std::string_view, kTags.size()> tag_names() {
  std::array<std::string_view, kTags.size()> names;
  for (std::size_t i = 0; i < kTags.size(); ++i) names[i] = kTags[i].name;
  return names;
}
constexpr auto kTagNames = tag_names();

bool has(Tag tag, Trait trait) {
  return (kTags[static_cast<std::size_t>(tag)].traits & trait) != 0;
}

}  // namespace

Tag tag_of(std::string_view lower_name) {
  static const NameTable<1024> table{kTagNames};
  const auto found = table.find(lower_name, kTagNames);
  return found ? static_cast<Tag>(*found) : Tag::other;
}

std::string_view name_of(Tag tag) {
  return kTags[static_cast<std::size_t>(tag)].name;
}

std::optional<Attr> attribute_of(std::string_view lower_name) {
  static const NameTable<256> table{kAttributes};
  const auto found = table.find(lower_name, kAttributes);
  if (!found) return std::nullopt;
  return static_cast<Attr>(*found);
}

std::string_view name_of(Attr attribute) {
  return kAttributes[static_cast<std::size_t>(attribute)];
}

bool is_void(Tag tag) {
  return has(tag, kVoid);
}
bool is_block(Tag tag) {
  return has(tag, kBlock);
}
bool is_special(Tag tag) {
  return has(tag, kSpecial);
}
bool closes_paragraph(Tag tag) {
  return has(tag, kClosesParagraph);
}
bool is_scope_boundary(Tag tag) {
  return has(tag, kScopeBoundary);
}
bool is_heading(Tag tag) {
  return tag >= Tag::h1 && tag <= Tag::h6;
}

}  // namespace dateline::indexer

// Elements and attributes of HTML that extraction knows by number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dateline::indexer {

/// `text` is no element: a run of text. `other` is any element without a name here.
enum class Tag : std::uint8_t {
  // clang-format off
  text, other,
  a, abbr, address, applet, area, article, aside, audio, b, base, basefont, bgsound, big, blockquote, body, br,
  button, canvas, caption, center, cite, code, col, colgroup, dd, del, details, dfn, dialog, dir, div, dl, dt, em,
  embed, fieldset, figcaption, figure, font, footer, form, frame, frameset, h1, h2, h3, h4, h5, h6, head, header,
  hgroup, hr, html, i, iframe, image, img, input, ins, isindex, kbd, keygen, label, legend, li, link, listing, main,
  map, mark, marquee, math, menu, meta, nav, nobr, noembed, noframes, noscript, object, ol, optgroup, option, p,
  param, picture, plaintext, pre, q, rp, rt, ruby, s, samp, script, section, select, small, source, span, strike,
  strong, style, sub, summary, sup, svg, table, tbody, td, template_, textarea, tfoot, th, thead, time, title, tr,
  track, tt, u, ul, var, video, wbr, xmp,
  // clang-format on
};

/// The attributes that extraction reads; all others are dropped before the parser sees them.
enum class Attr : std::uint8_t {
  // clang-format off
  aria_hidden, aria_label, charset, class_, content, data_component, data_date, data_datetime, data_published,
  data_qa, data_role, data_test, data_testid, data_timestamp, data_type, data_type_name, datetime, hidden, href,
  http_equiv, id, itemid, itemprop, itemscope, itemtype, lang, name, property, pubdate, rel, role, style, title, type, value,
  // clang-format on
};

/// Tag of a lower-case element name; `other` if unknown.
[[nodiscard]] Tag tag_of(std::string_view lower_name);
[[nodiscard]] std::string_view name_of(Tag tag);
/// Attribute of a lower-case name; nothing if extraction does not read it.
[[nodiscard]] std::optional<Attr> attribute_of(std::string_view lower_name);
[[nodiscard]] std::string_view name_of(Attr attribute);

/// Has no content and no end tag.
[[nodiscard]] bool is_void(Tag tag);
/// Starts on a line of its own when displayed.
[[nodiscard]] bool is_block(Tag tag);
/// "Special" of the HTML standard (13.2.4.2): an end tag of an ordinary element does not reach beyond it.
[[nodiscard]] bool is_special(Tag tag);
/// Its start tag closes an open `p` (13.2.6.4.7).
[[nodiscard]] bool closes_paragraph(Tag tag);
/// Bounds the default scope (13.2.4.2).
[[nodiscard]] bool is_scope_boundary(Tag tag);
[[nodiscard]] bool is_heading(Tag tag);

}  // namespace dateline::indexer

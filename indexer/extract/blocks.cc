#include "indexer/extract/blocks.h"

#include <array>
#include <cmath>
#include <unordered_map>

#include "common/text.h"

namespace dateline::indexer {
namespace {

struct RoleWords {
  Role role;
  std::string_view words;
};

// Words of class names in the languages whose class names we met; one word may speak for one role.
constexpr std::array kRoleWords{
    RoleWords{Role::article,
              "article articles story post entry news hentry blogpost artikel articulo articolo nota noticia beitrag "
              "artigo node"},
    RoleWords{Role::content,
              "content contents body text copy richtext prose main paragraph paragraphs wysiwyg markdown inhalt "
              "contenido texto cuerpo corpo contenu texte rte"},
    RoleWords{Role::comment,
              "comment comments comentarios commentaires kommentare disqus reply replies respond discussion livefyre "
              "coral feedback forum"},
    RoleWords{Role::related,
              "related relacionadas relacionados recommended recommendation recommendations recommend more also "
              "readmore readnext trending popular mostread mostpopular latest recent next prev previous teaser teasers "
              "similar further onward suggested suggestions recirc recirculation upnext seealso zone latestnews "
              "breaking weiterlesen mehr lire lees promo promos promotion"},
    RoleWords{Role::share,
              "share sharing shares sharebar social socials follow facebook twitter whatsapp pinterest addthis "
              "addtoany sharedaddy teilen compartir partager"},
    RoleWords{Role::navigation,
              "nav navigation navbar menu menus breadcrumb breadcrumbs crumbs pagination pager paging submenu "
              "hamburger sitemap tabs tab toolbar dropdown skip"},
    RoleWords{Role::footer, "footer foot copyright legal colophon bottom imprint disclaimer"},
    RoleWords{Role::header, "header masthead topbar banner hero top branding logo"},
    RoleWords{Role::advertisement,
              "ad ads adv advert advertisement advertising advertorial sponsor sponsored sponsors promoted outbrain "
              "taboola dfp gpt adslot adunit adbox adsbygoogle anzeige werbung publicidad publicite pub commercial mpu "
              "leaderboard billboard native"},
    RoleWords{
        Role::subscribe,
        "newsletter newsletters subscribe subscription subscriber subscribers signup paywall login register "
        "registration premium donate donation cta abo membership member join email optin mailing piano regwall offer"},
    RoleWords{Role::caption,
              "caption captions credit credits figcaption legend photo photos image images img figure gallery picture "
              "pictures media video videos slideshow bildunterschrift lightbox thumbnail thumb copyrightholder "
              "photographer audio podcast"},
    RoleWords{Role::author,
              "author authors byline bylines bio biography contributor contributors writer autor autore auteur "
              "signature about profile staff reporter vcard"},
    RoleWords{Role::date,
              "date dates time published publish timestamp datetime updated meta metadata info pubdate dateline posted "
              "datum fecha"},
    RoleWords{Role::topic,
              "tag tags tagged category categories cat topic topics keyword keywords kicker eyebrow section labels "
              "taxonomy rubric etiquetas temas"},
    RoleWords{Role::sidebar,
              "sidebar sidebars widget widgets aside rail secondary complementary sidecolumn tertiary rightcol column2 "
              "module"},
    RoleWords{Role::consent,
              "cookie cookies consent gdpr privacy modal popup overlay dialog notice notification alert toast onetrust "
              "ccpa interstitial banner2"},
    RoleWords{
        Role::hidden,
        "hidden hide sr only visuallyhidden screenreader screen invisible noscript offscreen assistive collapsed"},
    RoleWords{Role::headline, "title headline heading titel titulo titre titolo hed"},
    RoleWords{Role::standfirst,
              "lead lede standfirst summary intro introduction dek subtitle subheadline subhead subheading subtitulo "
              "abstract excerpt description chapo chapeau bajada entradilla sommario teasertext preamble ingress "
              "vorspann deck blurb synopsis highlights keypoints"},
    RoleWords{Role::list,
              "list lists item items grid feed archive collection card cards carousel slider swiper row stream river "
              "index tile tiles loop"},
    RoleWords{Role::embed,
              "embed embedded tweet instagram iframe oembed player youtube infobox factbox fact tiktok reddit "
              "widgetembed interactive datawrapper"},
    RoleWords{Role::quote, "quote quotes pullquote blockquote zitat cita citation"},
    RoleWords{Role::form, "form search input poll quiz vote survey field contact captcha"},
    RoleWords{Role::contents_table, "toc tableofcontents lwptoc ez index2"},
    RoleWords{Role::product,
              "product products price prices shop buy cart affiliate checkout deal deals rating ratings review stars"},
    RoleWords{Role::note,
              "correction corrections footnote footnotes footnote note notes reference references source sources "
              "editor editors addendum"},
    RoleWords{Role::tool,
              "print tool tools action actions button buttons btn icon icons utility utilities bookmark save listen "
              "counter views likes like control controls"},
};

const std::unordered_map<std::string_view, RoleMask>& role_table() {
  static const auto table = [] {
    std::unordered_map<std::string_view, RoleMask> words;
    for (const RoleWords& row : kRoleWords) {
      for (const std::string_view word : text::split(row.words, ' ')) words[word] |= bit(row.role);
    }
    // Written without a separator.
    for (const char* compound : {"articlebody", "articlecontent", "articletext", "storybody", "storycontent",
                                 "storytext", "postcontent", "postbody", "entrycontent", "bodytext", "bodycopy",
                                 "newsbody", "newstext", "maincontent", "contentbody", "textbody", "bodycontent"}) {
      words[compound] |= bit(Role::article_body);
    }
    return words;
  }();
  return table;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_upper(c) || is_lower(c);
}
bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

// Roles of one word of a class attribute, which may be several words written together.
RoleMask roles_of_name(std::string_view name) {
  const auto& table = role_table();
  RoleMask found = 0;
  std::array<char, 32> word{};
  std::size_t size = 0;
  const auto flush = [&] {
    if (size > 1) {
      if (const auto it = table.find(std::string_view(word.data(), size)); it != table.end()) found |= it->second;
    }
    size = 0;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_letter(c) || (is_upper(c) && i > 0 && is_lower(name[i - 1]))) flush();
    if (is_letter(c)) {
      if (size < word.size()) word[size++] = static_cast<char>(c | 0x20);
    }
  }
  flush();
  if ((found & bit(Role::article)) != 0 && (found & bit(Role::content)) != 0) found |= bit(Role::article_body);
  return found;
}

std::uint16_t context_of(Tag tag) {
  switch (tag) {
    case Tag::a:
      return static_cast<std::uint16_t>(Context::link);
    case Tag::h1:
    case Tag::h2:
    case Tag::h3:
    case Tag::h4:
    case Tag::h5:
    case Tag::h6:
      return static_cast<std::uint16_t>(Context::heading);
    case Tag::li:
    case Tag::dd:
    case Tag::dt:
      return static_cast<std::uint16_t>(Context::list_item);
    case Tag::blockquote:
    case Tag::q:
      return static_cast<std::uint16_t>(Context::quote);
    case Tag::figure:
    case Tag::figcaption:
      return static_cast<std::uint16_t>(Context::figure);
    case Tag::table:
      return static_cast<std::uint16_t>(Context::table);
    case Tag::nav:
      return static_cast<std::uint16_t>(Context::nav);
    case Tag::aside:
      return static_cast<std::uint16_t>(Context::aside);
    case Tag::footer:
      return static_cast<std::uint16_t>(Context::footer);
    case Tag::header:
      return static_cast<std::uint16_t>(Context::header);
    case Tag::form:
    case Tag::button:
    case Tag::label:
      return static_cast<std::uint16_t>(Context::form);
    case Tag::article:
      return static_cast<std::uint16_t>(Context::article);
    case Tag::main:
      return static_cast<std::uint16_t>(Context::main);
    case Tag::dfn:
      return static_cast<std::uint16_t>(Context::strong);
    case Tag::cite:
      return static_cast<std::uint16_t>(Context::emphasis);
    case Tag::kbd:
      return static_cast<std::uint16_t>(Context::small);
    default:
      return 0;
  }
}

bool hides(const HtmlTree& tree, HtmlTree::Index i) {
  if (tree.has_attribute(i, Attr::hidden) || tree.attribute(i, Attr::aria_hidden) == "true") return true;
  const std::string_view style = tree.attribute(i, Attr::style);
  for (const std::string_view property : {"display", "visibility"}) {
    const std::size_t at = style.find(property);
    if (at == std::string_view::npos) continue;
    std::size_t value = at + property.size();
    while (value < style.size() && (style[value] == ' ' || style[value] == ':')) ++value;
    const std::string_view rest = style.substr(value);
    if (rest.starts_with("none") || rest.starts_with("hidden")) return true;
  }
  return false;
}

bool is_spaceless(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
         (c >= 0x1780 && c <= 0x17FF);
}

// Real pages stay below (a few thousand); each block costs about a kilobyte of features.
constexpr std::size_t kMostBlocks = 8'000;

// Content of these is no text of the page: fallbacks for what a browser cannot show, and the head.
bool is_silent(Tag tag) {
  switch (tag) {
    case Tag::title:
    case Tag::head:
    case Tag::video:
    case Tag::audio:
    case Tag::canvas:
    case Tag::object:
    case Tag::applet:
    case Tag::rp:
    case Tag::rt:
      return true;
    default:
      return false;
  }
}

class Cutter {
 public:
  explicit Cutter(const HtmlTree& tree) : tree_(tree) {}

  BlockList run() {
    const HtmlTree::Index n = tree_.size();
    list_.roles.resize(n);
    list_.context.resize(n);
    hidden_.resize(n);
    std::vector<HtmlTree::Index> open;  // block-level ancestors
    for (HtmlTree::Index i = 0; i < n;) {
      while (!open.empty() && i >= tree_.node(open.back()).end) {
        flush();
        open.pop_back();
      }
      const HtmlTree::Node& node = tree_.node(i);
      inherit(i, node);
      if (node.tag == Tag::text) {
        add_text(i, node, open.empty() ? 0 : open.back());
      } else if (is_silent(node.tag)) {
        for (HtmlTree::Index k = i; k < node.end; ++k) inherit(k, tree_.node(k));
        i = node.end;
        continue;
      } else if (node.tag == Tag::br) {
        // A line in bold alone is a heading, as pages without heading elements write them.
        if (block_.characters >= 15 && block_.strong_characters + 2 >= block_.characters) flush();
        ++breaks_;
        pending_space_ = true;
      } else if (is_block(node.tag)) {
        flush();
        after_break_ = false;
        open.push_back(i);
      } else if (node.tag == Tag::a && tree_.has_attribute(i, Attr::href)) {
        ++links_;
      }
      ++i;
    }
    flush();
    return std::move(list_);
  }

 private:
  void inherit(HtmlTree::Index i, const HtmlTree::Node& node) {
    std::uint16_t context = node.tag == Tag::text ? std::uint16_t{0} : context_of(node.tag);
    std::uint8_t hidden = 0;
    if (node.parent != HtmlTree::kNoNode) {
      context = static_cast<std::uint16_t>(context | list_.context[node.parent]);
      hidden = hidden_[node.parent];
    }
    if (node.tag != Tag::text && node.attribute_count > 0) {
      list_.roles[i] = own_roles(i);
      if (hides(tree_, i)) hidden = 1;
    }
    list_.context[i] = context;
    hidden_[i] = hidden;
  }

  RoleMask own_roles(HtmlTree::Index i) {
    RoleMask roles = 0;
    for (const Attr name : {Attr::class_, Attr::id, Attr::role, Attr::data_testid, Attr::data_component, Attr::data_qa,
                            Attr::data_test, Attr::data_type}) {
      const std::string_view value = tree_.attribute(i, name);
      if (value.empty()) continue;
      const auto [it, is_new] = seen_.try_emplace(value, 0);
      if (is_new) it->second = roles_in(value);
      roles |= it->second;
    }
    if (tree_.attribute(i, Attr::itemprop) == "articleBody") roles |= bit(Role::article_body);
    return roles;
  }

  void add_text(HtmlTree::Index i, const HtmlTree::Node& node, HtmlTree::Index element) {
    const std::string_view s = node.text;
    std::size_t at = 0;
    while (at < s.size()) {
      const char c = s[at];
      if (is_space(c)) {
        pending_space_ = true;
        ++at;
        continue;
      }
      if (s.compare(at, 2, "\xC2\xA0") == 0) {
        pending_space_ = true;
        at += 2;
        continue;
      }
      if (breaks_ >= 2) {
        flush();
        after_break_ = true;
      }
      breaks_ = 0;
      if (block_.text.empty()) {
        block_.element = element;
        block_.first_text = i;
        block_.context = list_.context[element];
        block_.hidden = hidden_[i] != 0;
        block_.after_break = after_break_;
      } else if (pending_space_) {
        block_.text += ' ';
      }
      pending_space_ = false;
      std::size_t end = at;
      while (end < s.size() && !is_space(s[end]) && s.compare(end, 2, "\xC2\xA0") != 0) ++end;
      block_.text.append(s, at, end - at);
      count(s.substr(at, end - at), list_.context[i]);
      at = end;
    }
  }

  void count(std::string_view word, std::uint16_t context) {
    double weight = 1;  // the space
    for (std::size_t at = 0; at < word.size();) {
      if (static_cast<unsigned char>(word[at]) < 0x80) {
        ++at;
        weight += 1;
      } else {
        weight += is_spaceless(text::decode(word, at)) ? 2.5 : 1;
      }
    }
    const auto characters = static_cast<std::uint32_t>(std::lround(weight));
    block_.characters += characters;
    if ((context & static_cast<std::uint16_t>(Context::link)) != 0) block_.link_characters += characters;
    if ((context & static_cast<std::uint16_t>(Context::strong)) != 0) block_.strong_characters += characters;
    if ((context & static_cast<std::uint16_t>(Context::emphasis)) != 0) block_.emphasis_characters += characters;
  }

  void flush() {
    if (!block_.text.empty() && list_.blocks.size() < kMostBlocks) {
      block_.links = static_cast<std::uint16_t>(std::min<std::uint32_t>(links_, 0xFFFF));
      list_.blocks.push_back(std::move(block_));
    }
    block_ = Block{};
    links_ = 0;
    breaks_ = 0;
    pending_space_ = false;
  }

  const HtmlTree& tree_;
  BlockList list_;
  std::vector<std::uint8_t> hidden_;
  std::unordered_map<std::string_view, RoleMask> seen_;
  Block block_;
  std::uint32_t links_ = 0;
  int breaks_ = 0;
  bool pending_space_ = false;
  bool after_break_ = false;
};

}  // namespace

RoleMask roles_in(std::string_view value) {
  RoleMask found = 0;
  for (std::size_t at = 0; at < value.size();) {
    while (at < value.size() && is_space(value[at])) ++at;
    std::size_t end = at;
    while (end < value.size() && !is_space(value[end])) ++end;
    found |= roles_of_name(value.substr(at, end - at));
    at = end;
  }
  return found;
}

std::vector<std::uint32_t> name_word_hashes(std::string_view value) {
  constexpr std::uint32_t kBasis = 2166136261U, kPrime = 16777619U;  // FNV-1a
  std::vector<std::uint32_t> hashes;
  std::uint32_t hash = kBasis;
  std::size_t size = 0;
  const auto flush = [&] {
    if (size > 1) hashes.push_back(hash);
    hash = kBasis;
    size = 0;
  };
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (!is_letter(c) || (is_upper(c) && i > 0 && is_lower(value[i - 1]))) flush();
    if (is_letter(c)) {
      hash = (hash ^ static_cast<std::uint32_t>(c | 0x20)) * kPrime;
      ++size;
    }
  }
  flush();
  return hashes;
}

BlockList cut_blocks(const HtmlTree& tree) {
  return Cutter(tree).run();
}

HtmlTree::Index list_of(const HtmlTree& tree, const Block& block) {
  const HtmlTree::Node& node = tree.node(block.element);
  switch (node.tag) {
    case Tag::li:
    case Tag::dd:
    case Tag::dt:
      return node.parent;
    case Tag::td:
    case Tag::th:
      return node.parent == HtmlTree::kNoNode ? HtmlTree::kNoNode : tree.node(node.parent).parent;
    default:
      return HtmlTree::kNoNode;
  }
}

std::vector<std::uint64_t> word_hashes(std::string_view s) {
  constexpr std::uint64_t kBasis = 14695981039346656037ULL, kPrime = 1099511628211ULL;  // FNV-1a
  std::vector<std::uint64_t> words;
  words.reserve(s.size() / 6 + 1);
  std::uint64_t hash = kBasis;
  bool in_word = false;
  const auto flush = [&] {
    if (in_word) words.push_back(hash);
    hash = kBasis;
    in_word = false;
  };
  for (std::size_t at = 0; at < s.size();) {
    const auto byte = static_cast<unsigned char>(s[at]);
    if (byte < 0x80) {
      ++at;
      const char c = static_cast<char>(byte);
      if (is_letter(c) || (c >= '0' && c <= '9')) {
        hash = (hash ^ static_cast<std::uint64_t>(is_letter(c) ? c | 0x20 : c)) * kPrime;
        in_word = true;
      } else {
        flush();
      }
      continue;
    }
    const std::size_t begin = at;
    const char32_t c = text::decode(s, at);
    if (is_spaceless(c)) {
      flush();
      words.push_back((kBasis ^ c) * kPrime);
    } else if (c < 0xC0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) ||
               (c >= 0xFF00 && c <= 0xFF0F)) {
      flush();
    } else {
      for (std::size_t k = begin; k < at; ++k) hash = (hash ^ static_cast<unsigned char>(s[k])) * kPrime;
      in_word = true;
    }
  }
  flush();
  return words;
}

}  // namespace dateline::indexer

#include "indexer/extract/metadata.h"

#include <algorithm>
#include <array>

#include "common/language.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kMostMetas = 300;
constexpr std::size_t kLongestValue = 4000;

bool is_absolute(std::string_view url) {
  return text::istarts_with(url, "http://") || text::istarts_with(url, "https://");
}

// Resolves what pages write into canonical links: absolute, protocol-relative or rooted.
std::string absolute(std::string_view url, std::string_view base) {
  url = text::trim(url);
  if (is_absolute(url)) return std::string(url);
  const std::size_t scheme_end = base.find("://");
  if (scheme_end == std::string_view::npos || url.empty()) return {};
  if (url.starts_with("//")) return std::string(base.substr(0, scheme_end + 1)) + std::string(url);
  if (url.starts_with("/"))
    return std::string(base.substr(0, std::min(base.size(), base.find('/', scheme_end + 3)))) + std::string(url);
  return {};
}

std::string first_line(std::string_view value) {
  return text::clean_line(value.substr(0, kLongestValue));
}

}  // namespace

std::string_view PageMetadata::meta(std::string_view key) const {
  for (const auto& [name, value] : metas) {
    if (name == key && !value.empty()) return value;
  }
  return {};
}

int PageMetadata::article_rank() const {
  return structured.articles.empty() ? 0 : rank_of_type(structured.articles.front().type);
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host = host.substr(at + 1);
  host = host.substr(0, host.find(':'));
  std::string lower = text::ascii_lower(host);
  if (lower.starts_with("www.")) lower.erase(0, 4);
  return lower;
}

std::string stated_host(std::string_view bytes) {
  constexpr std::size_t kHead = std::size_t{256} << 10;
  const std::string_view head = bytes.substr(0, kHead);
  const auto value_of = [](std::string_view tag, std::string_view attribute) -> std::string_view {
    const std::size_t at = tag.find(attribute);
    if (at == std::string_view::npos) return {};
    std::string_view value = tag.substr(at + attribute.size());
    const char quote = value.empty() ? ' ' : value.front();
    if (quote == '"' || quote == '\'') return value.substr(1, value.find(quote, 1) - 1);
    return value.substr(0, value.find_first_of(" \t\r\n"));
  };
  std::string og_url;
  for (std::size_t at = head.find('<'); at != std::string_view::npos; at = head.find('<', at + 1)) {
    const std::string_view rest = head.substr(at);
    const bool link = text::istarts_with(rest, "<link");
    if (!link && !text::istarts_with(rest, "<meta")) continue;
    const std::string_view tag = rest.substr(0, std::min<std::size_t>(rest.find('>'), 2000));
    if (link && (tag.find("canonical") != std::string_view::npos)) {
      if (std::string host = host_of(value_of(tag, "href=")); !host.empty()) return host;
    } else if (!link && og_url.empty() && tag.find("og:url") != std::string_view::npos) {
      og_url = host_of(value_of(tag, "content="));
    }
  }
  return og_url;
}

std::string squeeze(std::string_view s) {
  const std::string folded = text::fold(s);
  std::string out;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    const char32_t c = text::decode(folded, at);
    const bool letter =
        c < 0x80 ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                 : !(c < 0xC0 || (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) || c == 0xFFFD);
    if (letter) out.append(folded, begin, at - begin);
  }
  return out;
}

PageMetadata read_metadata(const HtmlTree& tree, const GuardedHtml& guarded, std::string_view url) {
  PageMetadata page;
  page.structured = read_json_ld(guarded.json_ld);
  std::string html_lang, canonical;
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) {
    switch (tree.node(i).tag) {
      case Tag::html:
      case Tag::body:
        if (html_lang.empty()) html_lang = tree.attribute(i, Attr::lang);
        break;
      case Tag::title:
        if (page.document_title.empty()) page.document_title = first_line(tree.text_of(i, kLongestValue));
        break;
      case Tag::link:
        if (canonical.empty() && text::ascii_iequals(tree.attribute(i, Attr::rel), "canonical")) {
          canonical = text::clean_line(tree.attribute(i, Attr::href));
        }
        break;
      case Tag::meta: {
        if (page.metas.size() >= kMostMetas) break;
        std::string_view content = tree.attribute(i, Attr::content);
        if (content.empty()) content = tree.attribute(i, Attr::value);  // a mistake that some sites make
        for (const Attr name : {Attr::property, Attr::name, Attr::itemprop, Attr::http_equiv}) {
          const std::string_view key = tree.attribute(i, name);
          if (!key.empty() && !content.empty()) {
            page.metas.emplace_back(text::ascii_lower(key),
                                    first_line(decode_references(content.substr(0, kLongestValue))));
          }
        }
        break;
      }
      default:
        break;
    }
  }
  const std::string_view og_url = page.meta("og:url");
  const std::string base(!url.empty() ? url : is_absolute(canonical) ? std::string_view(canonical) : og_url);
  page.canonical = absolute(canonical, base);
  if (page.canonical.empty() && is_absolute(og_url)) page.canonical = og_url;
  if (page.canonical.empty() && !page.structured.articles.empty() &&
      is_absolute(page.structured.articles.front().url)) {
    page.canonical = page.structured.articles.front().url;
  }
  if (page.canonical.empty() && is_absolute(url)) page.canonical = text::clean_line(url);
  page.host = host_of(page.canonical);
  if (page.host.empty()) page.host = host_of(url);

  page.site = page.meta("og:site_name");
  if (page.site.empty()) page.site = page.structured.site;
  if (page.site.empty()) page.site = page.meta("application-name");
  if (page.site.empty()) page.site = page.meta("publisher");
  if (page.site.find("://") != std::string::npos || page.site.size() > 120) page.site.clear();

  const std::string json_language =
      page.structured.articles.empty() ? std::string() : page.structured.articles.front().language;
  const std::array<std::pair<const char*, std::string_view>, 4> languages{
      {{"html lang", html_lang},
       {"meta content-language", page.meta("content-language")},
       {"json-ld inLanguage", json_language},
       {"meta og:locale", page.meta("og:locale")}}};
  for (const auto& [signal, tag] : languages) {
    page.language = normalize_language(tag);
    if (!page.language.empty()) {
      page.language_signal = signal;
      break;
    }
  }
  return page;
}

}  // namespace dateline::indexer

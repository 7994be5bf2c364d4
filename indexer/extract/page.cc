#include "indexer/extract/page.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "common/language.h"
#include "common/text.h"
#include "indexer/extract/authors.h"
#include "indexer/extract/body.h"
#include "indexer/extract/dates.h"
#include "indexer/extract/models.h"
#include "indexer/extract/parsed_page.h"
#include "indexer/extract/title.h"

namespace dateline::indexer {
namespace {

void explain_blocks(const ParsedPage& page, const std::vector<float>& verdicts, const std::vector<bool>& vetoed,
                    const BodyChoice& choice, std::vector<Candidate>& into) {
  for (std::size_t i = 0; i < page.list.blocks.size(); ++i) {
    const Block& b = page.list.blocks[i];
    const bool taken = std::find(choice.blocks.begin(), choice.blocks.end(), i) != choice.blocks.end();
    std::string signal(name_of(page.tree.node(b.element).tag));
    const std::string_view classes = page.tree.attribute(b.element, Attr::class_);
    if (!classes.empty()) signal += "." + text::clean_line(classes.substr(0, 40));
    if (i < vetoed.size() && vetoed[i]) signal += " (repeated on the site)";
    into.push_back({"body", std::move(signal), text::clean_line(b.text.substr(0, 160)), verdicts[i], taken});
  }
}

void choose_section_and_keywords(const PageMetadata& page, ExtractedPage& out) {
  Article& article = out.article;
  const StructuredArticle* stated = page.structured.articles.empty() ? nullptr : &page.structured.articles.front();
  if (stated != nullptr && !stated->section.empty()) {
    article.section = stated->section;
    out.signals.push_back({"section", "json-ld articleSection"});
  } else {
    for (const char* key :
         {"article:section", "og:article:section", "parsely-section", "section", "cxenseparse:section"}) {
      if (const std::string_view value = page.meta(key); !value.empty()) {
        article.section = value;
        out.signals.push_back({"section", std::string("meta ") + key});
        break;
      }
    }
  }
  if (article.section.size() > 100) article.section.clear();
  if (stated != nullptr && !stated->keywords.empty()) {
    article.keywords = stated->keywords;
    out.signals.push_back({"keywords", "json-ld keywords"});
  } else {
    for (const char* key : {"news_keywords", "article:tag", "parsely-tags", "keywords"}) {
      for (const auto& [name, value] : page.metas) {
        if (name != key) continue;
        for (const std::string_view part : text::split(value, ',')) {
          const std::string_view word = text::trim(part);
          if (!word.empty() && word.size() < 100) article.keywords.emplace_back(word);
        }
      }
      if (!article.keywords.empty()) {
        out.signals.push_back({"keywords", std::string("meta ") + key});
        break;
      }
    }
  }
  std::vector<std::string> unique;
  for (std::string& word : article.keywords) {
    if (unique.size() < 50 && std::find(unique.begin(), unique.end(), word) == unique.end())
      unique.push_back(std::move(word));
  }
  article.keywords = std::move(unique);
}

// A character of no text, in any encoding of pages (escape characters switch some of them).
bool is_control(char c) {
  constexpr char kEscape = '\x1B';
  const auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && c != kEscape && (c < '\t' || c > '\r')) || c == '\x7F';
}

// A feed or a sitemap, which a parser of pages reads as one.
bool is_feed(std::string_view head) {
  std::string_view root = head;
  do {
    const std::size_t at = root.find('<');
    if (at == std::string_view::npos) return false;
    root.remove_prefix(at + 1);
  } while (root.starts_with('?') || root.starts_with('!'));
  return root.starts_with("rss") || root.starts_with("feed") || root.starts_with("rdf:RDF") ||
         root.starts_with("urlset");
}

// Else nothing that a parser would make an article of: binary, or what has another reader.
bool is_html(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4096);
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return true;
  return static_cast<std::size_t>(std::count_if(head.begin(), head.end(), is_control)) * 20 <= head.size() &&
         !is_feed(head);
}

}  // namespace

ExtractedPage extract_page(std::string_view bytes, const PageHints& hints, const ExtractOptions& options) {
  ExtractedPage out;
  if (bytes.size() > options.max_bytes) {
    out.refusal = fmt::format("larger than {} MiB", options.max_bytes >> 20U);
    return out;
  }
  if (bytes.empty() || !is_html(bytes)) {
    out.refusal = bytes.empty() ? "empty" : "not HTML";
    return out;
  }
  const ParsedPage page = parse_page(bytes, hints.url, hints.charset);
  if (page.guarded.tags == 0) {
    out.refusal = "not HTML";
    return out;
  }
  const SiteTemplate* site = nullptr;
  if (options.templates != nullptr) {
    const auto it = options.templates->find(page.metadata.host);
    if (it != options.templates->end()) site = &it->second;
  }
  const std::vector<std::string> affixes = site == nullptr ? std::vector<std::string>() : site->affixes;
  std::vector<Candidate> titles = title_candidates(page.tree, page.list, page.metadata, affixes, field_models().title);
  const PageStatements statements = statements_of(page, titles);
  const std::optional<std::size_t> title_block = find_title_block(page.list, statements.title);

  Article& article = out.article;
  if (!titles.empty()) {
    article.title = titles.front().value;
    out.signals.push_back({"title", titles.front().signal});
  }

  const std::vector<float> verdicts = judge_blocks(page.tree, page.list, statements, body_model());
  std::vector<bool> vetoed;
  if (options.outline || site != nullptr) {
    PageOutline outline = outline_of(page.list, page.metadata, article.title, verdicts);
    if (site != nullptr) vetoed = vetoed_blocks(*site, outline);
    if (options.outline) out.outline = std::move(outline);
  }
  BodyChoice body = choose_body(page.tree, page.list, statements, verdicts, vetoed);
  if (!body.paragraphs.empty()) out.signals.push_back({"body", body.signal});

  PageDates dates = find_dates(page.tree, page.list, page.metadata, page.guarded.scripts, title_block, hints.url,
                               options.latest, field_models().published);
  article.published = dates.published;
  article.modified = dates.modified;
  if (dates.published) out.signals.push_back({"published", dates.published_signal});
  if (dates.modified) out.signals.push_back({"modified", dates.modified_signal});

  PageAuthors authors = find_authors(page.tree, page.list, page.metadata, title_block, field_models().author);
  article.authors = std::move(authors.names);
  if (!article.authors.empty()) out.signals.push_back({"authors", authors.signal});

  article.url = page.metadata.canonical;
  article.lang = page.metadata.language;
  if (!article.lang.empty()) out.signals.push_back({"lang", page.metadata.language_signal});
  out.site = page.metadata.site.empty() ? page.metadata.host : page.metadata.site;
  article.source = out.site;
  choose_section_and_keywords(page.metadata, out);

  if (options.explain) {
    out.candidates = std::move(titles);
    out.candidates.insert(out.candidates.end(), dates.candidates.begin(), dates.candidates.end());
    out.candidates.insert(out.candidates.end(), authors.candidates.begin(), authors.candidates.end());
    explain_blocks(page, verdicts, vetoed, body, out.candidates);
  }
  article.body = std::move(body.paragraphs);
  if (article.title.empty() && article.body.empty()) out.refusal = "no text";
  return out;
}

void teach(SiteLearner& learner, std::string_view bytes, const PageHints& hints, const ExtractOptions& options) {
  const std::string host = hints.url.empty() ? stated_host(bytes) : host_of(hints.url);
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  if (options.templates != nullptr && options.templates->count(host) != 0) return;
  if (!learner.wants(host, hash)) return;
  ExtractOptions with_outline = options;
  with_outline.templates = nullptr;
  with_outline.explain = false;
  with_outline.outline = true;
  const PageOutline outline = extract_page(bytes, hints, with_outline).outline;
  if (outline.host == host) learner.learn(hash, outline);
}

}  // namespace dateline::indexer

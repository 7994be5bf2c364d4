#include "indexer/jobs/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "indexer/extract/fragment.h"

namespace dateline::indexer {
namespace {

/// What the page gives where the input itself was silent.
void fill_from_page(Article& article, Article page) {
  const auto take = [](auto& ours, auto& theirs) {
    if (ours.empty()) ours = std::move(theirs);
  };
  take(article.title, page.title);
  take(article.body, page.body);
  take(article.source, page.source);
  take(article.url, page.url);
  take(article.authors, page.authors);
  take(article.lang, page.lang);
  take(article.section, page.section);
  take(article.keywords, page.keywords);
  if (!article.published) article.published = page.published;
  if (!article.modified) article.modified = page.modified;
}

/// A page cannot speak of days after the one on which it was fetched; the clocks of servers differ by some hours.
ExtractOptions options_for(const HtmlPayload& page, ExtractOptions options) {
  if (page.fetched) {
    const std::chrono::sys_seconds fetched{std::chrono::seconds{page.fetched->utc}};
    options.latest = std::min(options.latest, fetched + std::chrono::days{1});
  }
  return options;
}

}  // namespace

std::string extract_payload(RawArticle& raw, const ExtractOptions& options) {
  if (raw.html && !raw.html->page) {
    if (raw.article.body.empty()) raw.article.body = fragment_paragraphs(raw.html->bytes);
  } else if (raw.html) {
    ExtractedPage page = extract_page(raw.html->bytes, {.url = raw.html->url, .charset = raw.html->charset},
                                      options_for(*raw.html, options));
    if (!page.refusal.empty()) return page.refusal;
    fill_from_page(raw.article, std::move(page.article));
  }
  const bool needs_text = raw.article.status != PublishingStatus::canceled;
  return needs_text && raw.article.title.empty() && raw.article.body.empty() ? "no title and no body" : "";
}

std::string with_member(const std::string& member, std::size_t number, const std::string& reason) {
  if (member.empty()) return reason;
  return number > 0 ? fmt::format("{}:{}: {}", member, number, reason) : fmt::format("{}: {}", member, reason);
}

}  // namespace dateline::indexer

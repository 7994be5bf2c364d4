#include "indexer/extract/parsed_page.h"

#include <utility>

#include "common/encoding.h"
#include "common/text.h"

namespace dateline::indexer {

std::string declared_charset(std::string_view bytes) {
  // The standard looks at 1024 bytes; pages put it later.
  const std::string head = text::ascii_lower(bytes.substr(0, 8192));
  for (std::size_t at = head.find("charset"); at != std::string::npos; at = head.find("charset", at + 7)) {
    std::size_t i = at + 7;
    while (i < head.size() && (head[i] == ' ' || head[i] == '\t' || head[i] == '\n')) ++i;
    if (i >= head.size() || head[i] != '=') continue;
    ++i;
    while (i < head.size() && (head[i] == ' ' || head[i] == '"' || head[i] == '\'')) ++i;
    const std::size_t begin = i;
    while (i < head.size() && ((head[i] >= 'a' && head[i] <= 'z') || (head[i] >= '0' && head[i] <= '9') ||
                               head[i] == '-' || head[i] == '_' || head[i] == ':'))
      ++i;
    if (i > begin) return head.substr(begin, i - begin);
  }
  return {};
}

ParsedPage parse_page(std::string_view bytes, std::string_view url, std::string_view charset) {
  std::string utf8 = to_utf8(bytes, charset.empty() ? std::string_view(declared_charset(bytes)) : charset);
  GuardedHtml guarded = guard_html(utf8);
  HtmlTree tree(guarded);
  PageMetadata metadata = read_metadata(tree, guarded, url);
  BlockList list = cut_blocks(tree);
  // The scripts' views live on in `utf8`: a moved std::string keeps its buffer once it is longer than the small-string
  // limit, and a shorter page has no script.
  if (utf8.size() < 64) {
    guarded.json_ld.clear();
    guarded.scripts.clear();
  }
  return {std::move(utf8), std::move(guarded), std::move(tree), std::move(list), std::move(metadata)};
}

PageStatements statements_of(const ParsedPage& page, const std::vector<Candidate>& titles) {
  PageStatements statements;
  if (!titles.empty()) statements.title = titles.front().value;
  statements.article_rank = page.metadata.article_rank();
  for (const StructuredArticle& article : page.metadata.structured.articles) {
    if (article.body.size() > statements.article_body.size()) statements.article_body = article.body;
    if (statements.description.empty()) statements.description = article.description;
  }
  for (const char* key : {"og:description", "description", "twitter:description"}) {
    const std::string_view value = page.metadata.meta(key);
    if (value.size() > statements.description.size()) statements.description = value;
  }
  return statements;
}

std::optional<std::size_t> find_title_block(const BlockList& list, std::string_view title) {
  const auto words = word_hashes(title);
  std::optional<std::size_t> found;
  if (words.empty()) return found;
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    if (list.blocks[i].text.size() > 2 * title.size() + 20 || word_hashes(list.blocks[i].text) != words) continue;
    const bool heading = (list.blocks[i].context & static_cast<std::uint16_t>(Context::heading)) != 0;
    if (heading) return i;
    if (!found) found = i;
  }
  return found;
}

}  // namespace dateline::indexer

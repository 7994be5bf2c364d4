// schema.org statements that pages carry as JSON-LD.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::indexer {

/// One article as JSON-LD describes it. Texts are cleaned lines without markup; what is not stated is empty.
struct StructuredArticle {
  std::string type;  ///< "NewsArticle", "BlogPosting", …
  std::string headline;
  std::string name;
  std::string description;
  std::string body;  ///< articleBody: paragraphs as far as the page keeps them, parted by line ends.
  std::string published;
  std::string modified;
  std::string created;
  std::string url;
  std::string section;
  std::string language;
  std::string publisher;
  std::vector<std::string> authors;
  std::vector<std::string> organisations;  ///< Authors that are stated to be organisations.
  std::vector<std::string> keywords;
};

struct StructuredData {
  std::vector<StructuredArticle> articles;  ///< Most specific type first, then in the page's order.
  std::string site;                         ///< Name of the WebSite, else of the publisher.
};

/// Reads the contents of the page's JSON-LD scripts: objects, arrays, @graph, @id references, nested mainEntity.
/// Tolerates what pages really contain (raw line ends inside strings, comments, trailing semicolons, entities); what
/// cannot be read is skipped.
[[nodiscard]] StructuredData read_json_ld(std::span<const std::string_view> scripts);

/// How much a schema.org type says "this page's article": 4 news article, 3 article, 2 another work, 1 a page, 0 none.
[[nodiscard]] int rank_of_type(std::string_view type);

/// Character references of text that was escaped once too often ("&amp;amp;" in JSON): numeric ones and those that
/// occur in prose.
[[nodiscard]] std::string decode_references(std::string_view text);

}  // namespace dateline::indexer

#include "indexer/extract/fragment.h"

#include "common/text.h"
#include "indexer/extract/parsed_page.h"

namespace dateline::indexer {

std::vector<std::string> fragment_paragraphs(std::string_view utf8) {
  const ParsedPage page = parse_page(utf8, {}, "utf-8");
  std::vector<std::string> paragraphs;
  for (const Block& block : page.list.blocks) {
    if (block.hidden) continue;
    if (std::string paragraph = text::clean_line(block.text); !paragraph.empty())
      paragraphs.push_back(std::move(paragraph));
  }
  return paragraphs;
}

}  // namespace dateline::indexer

#include "indexer/readers/html.h"

namespace dateline::indexer {

std::variant<RawArticle, Refusal> HtmlReader::parse(const Record& record) const {
  return RawArticle{.article = {}, .html = HtmlPayload{.bytes = record.bytes}};
}

}  // namespace dateline::indexer

// Runs a reader over bytes, for tests.
#pragma once

#include <string>
#include <vector>

#include "indexer/readers/reader.h"

namespace dateline::test {

struct Read {
  std::vector<indexer::RawArticle> articles;
  std::vector<std::string> refusals;  ///< "number: reason"
};

template <typename ReaderType>
Read read_all(std::string_view bytes, const indexer::ReaderOptions& options = {}) {
  indexer::StringSource source(bytes);
  ReaderType reader(source, options);
  Read result;
  for (;;) {
    auto next = reader.next();
    if (std::holds_alternative<indexer::Reader::End>(next)) return result;
    if (const auto* skipped = std::get_if<indexer::Reader::Skipped>(&next)) {
      result.refusals.push_back(std::to_string(skipped->number) + ": " + skipped->reason);
      continue;
    }
    const auto& record = std::get<indexer::Record>(next);
    auto parsed = reader.parse(record);
    if (auto* refusal = std::get_if<indexer::Refusal>(&parsed)) {
      result.refusals.push_back(std::to_string(record.number) + ": " + refusal->reason);
    } else {
      result.articles.push_back(std::get<indexer::RawArticle>(std::move(parsed)));
    }
  }
}

}  // namespace dateline::test

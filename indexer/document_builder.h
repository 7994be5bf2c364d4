// Article -> document: here and in common/article_terms.h terms and values are added. The schema says which.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "common/analyzer.h"
#include "common/store/flat_document.h"
#include "dateline/article.h"

namespace dateline::indexer {

/// One builder a thread; analyzers are kept a language.
class DocumentBuilder {
 public:
  /// Replaces what is in `document`. `article.id` and everything else is final; `identity` is identity_key();
  /// `indexed_at` in UTC seconds; `hidden`: no search is to show it.
  void build(const Article& article, const std::string& identity, std::int64_t indexed_at, bool hidden,
             FlatDocument& document);

 private:
  Analyzers analyzers_{std::numeric_limits<std::size_t>::max()};  // all: articles come in any order of languages
};

}  // namespace dateline::indexer

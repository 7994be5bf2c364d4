// Article -> document: the only file that adds terms and values. The schema says which.
#pragma once

#include <cstdint>
#include <map>
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
  Analyzer& analyzer(const std::string& lang);
  std::map<std::string, Analyzer> analyzers_;
};

}  // namespace dateline::indexer

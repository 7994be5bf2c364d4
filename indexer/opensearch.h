// Articles for OpenSearch or Elasticsearch: who leaves takes everything along, our analysis of the texts included.
// Pure functions; common/query/opensearch.h says the same articles' queries.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "dateline/article.h"

namespace dateline::indexer {

/// The body of a request that makes the index: settings and mapping.
[[nodiscard]] nlohmann::ordered_json opensearch_mapping();

/// One document under that mapping. `identity` is identity_key().
[[nodiscard]] nlohmann::ordered_json opensearch_document(const Article& article);

/// The two lines of a _bulk request that put it in.
[[nodiscard]] std::string opensearch_bulk_lines(const Article& article, const std::string& identity);

}  // namespace dateline::indexer

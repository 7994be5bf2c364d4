// Positional operators that Xapian cannot match, as a posting source beside the query of their words.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "common/query/compile.h"
#include "common/query/spans.h"

namespace dateline::query {

/// A test of places, and the terms (with prefix, sorted) that its numbers mean.
struct PlacesTest {
  SpanTest test;
  std::vector<std::string> terms;
  std::string description;
};

/// Matches the documents in which the test holds. Meant as the last part of an AND whose other parts are few documents:
/// position lists are read for those alone. Adds no weight.
[[nodiscard]] Xapian::Query places_query(PlacesTest test, std::shared_ptr<Budget> budget);

}  // namespace dateline::query

// More like this one.
#pragma once

#include <xapian.h>

#include "common/analyzer.h"

namespace dateline::searcher {

/// Finds articles that share what is typical of `document`: its telling words and the actors it is about, each weighed
/// by how rare it is; the document itself is left out. MatchNothing if it says nothing.
[[nodiscard]] Xapian::Query related_to(const Xapian::Database& database, Xapian::docid document, Analyzers& analyzers);

}  // namespace dateline::searcher

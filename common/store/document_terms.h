// The terms of a document, wherever they are written down: in its term list, or in its text.
#pragma once

#include <xapian.h>

#include <cstdint>

#include "common/analyzer.h"
#include "common/store/flat_document.h"
#include "common/store/position_lists.h"
#include "common/store/term_lists.h"

namespace dateline {

/// The terms of an article that an index keeps, for complete_term_lists() (term_lists.h); `analyzers` must live as
/// long as the result.
[[nodiscard]] TermsOf terms_of_stored(Analyzers& analyzers);

/// Which terms a document has that its list does not name.
enum class Unnamed : std::uint8_t {
  as_analysed,  ///< Those of the stored article, which others may be where the analyzer has changed since.
  as_indexed,   ///< Compared with what was indexed, and looked for in the postings where they differ: slow then.
};

/// The terms of a document with their wdf, replacing the content of `out`: from its term list, and where that is lean
/// (term_lists.h), those of the stored article. Throws Xapian::Error, Error(index_corrupt).
void terms_of(const Xapian::Database& database, Xapian::docid document, Analyzers& analyzers, FlatDocument& out,
              Unnamed unnamed = Unnamed::as_analysed);

/// A document as stock Xapian would have been given it: with all its terms and their positions, which are `positions`'
/// of the shard. Throws as terms_of().
[[nodiscard]] Xapian::Document whole_document(const Xapian::Database& shard, DocumentPositions& positions,
                                              Xapian::docid document, Analyzers& analyzers);

}  // namespace dateline

// What the register rules, carried out on a database: every step can be repeated and ends in the same state.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/store/register.h"
#include "dateline/article.h"
#include "indexer/document_builder.h"

namespace dateline::indexer {

/// The article that stands in another's place: its id, address, source and date, the note as headline and text.
[[nodiscard]] Article note_article(const Article& article, const std::string& note);

/// Shows or hides a document; true if it was not so before.
bool set_hidden(Xapian::WritableDatabase& database, Xapian::docid document, bool hidden);

/// Takes down, hides and replaces what is ruled on, shows what no longer is hidden. `database` is `shard`, and in a
/// transaction, which the caller commits (another one than before: complete_term_lists()). Gives the identities of
/// articles that changed.
std::vector<std::string> apply_rulings(Xapian::WritableDatabase& database, const std::filesystem::path& shard,
                                       Register& reg, DocumentBuilder& builder, std::int64_t now);

}  // namespace dateline::indexer

#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace dateline::indexer {

/// Identities of the articles of a generation about which its ledger is not to be believed: the index is committed
/// before the ledger, and a job may die in between, or before it has read again who else carries an article. The list
/// is on disk before either commit; the next job settles what it names (Pipeline::recover).
/// @throws Error io
std::set<std::string> read_pending(const std::filesystem::path& generation);

/// Replaces the list atomically; none is the same as an empty one.
/// @throws Error io
void write_pending(const std::filesystem::path& generation, const std::set<std::string>& identities);

}  // namespace dateline::indexer

// The part of a job that brings together an article and what others say about it, whichever came first.
#include <filesystem>

#include "indexer/jobs/metadata.h"
#include "indexer/jobs/pipeline.h"

namespace dateline::indexer {

/// Keeps what a record says about an article that another one carries; the article is made anew with it.
void Pipeline::take_metadata(const MadeArticle& made, const RecordEntry& entry) {
  parts_.ledger.put_metadata(entry, packed_metadata(made.article));
  const auto best = parts_.ledger.best_carrier(entry.identity, entry.input);
  const auto holder = best ? parts_.ledger.find_input(best->input) : std::nullopt;
  // What came by a stream or from an address cannot be read again; it is given the metadata when it comes again.
  std::error_code error;
  if (!holder || !std::filesystem::exists(holder->path, error)) return;
  parts_.ledger.unhold(entry.identity);
  settle(entry.identity);
}

/// False if there is nothing to add.
bool Pipeline::add_metadata(MadeArticle& made) {
  if (made.metadata) return false;
  const std::vector<std::string> all = parts_.ledger.metadata_of(made.identity);
  for (const std::string& packed : all) add_packed_metadata(packed, made.article);
  return !all.empty();
}

}  // namespace dateline::indexer

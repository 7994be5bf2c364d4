// Where a page shows a known text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dateline::indexer::training {

/// Of each block, given as its word_hashes, the share of its words that are the known text. A sentence of the text is
/// found once, where it stands in the order of the text: a table of contents is not the headings that it repeats, nor a
/// pull quote the paragraph. Parts that the page shows in another order are found as well, if they are long.
[[nodiscard]] std::vector<double> shares_of_known(const std::vector<std::vector<std::uint64_t>>& blocks,
                                                  const std::string& known);

}  // namespace dateline::indexer::training

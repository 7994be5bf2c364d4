// What is looked for to prove that articles are gone: pieces of them that nothing else has.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/generations.h"
#include "dateline/article.h"
#include "indexer/jobs/remnants.h"

namespace dateline::indexer {

/// A piece of an article to look for.
struct Probe {
  std::string bytes;
  std::string what;  ///< "url", "id", "title", "text" or "word".
};

/// Adds the pieces of an article; `rare` are words that no other article has. `address_stays`: of its url and id none.
void add_probes(const Article& article, const std::vector<std::string>& rare, bool address_stays,
                std::vector<Probe>& probes);

[[nodiscard]] std::vector<std::string> bytes_of(const std::vector<Probe>& probes);

/// Of the probes that are long enough.
[[nodiscard]] std::vector<Fingerprint> fingerprints_of(const std::vector<Probe>& probes);
[[nodiscard]] std::string to_text(const Fingerprint& print);
/// What to_text() gave; nothing else is asked for.
[[nodiscard]] Fingerprint fingerprint_from(std::string_view text);

/// Which of the finder's pieces other articles than those of the identities `own`, the alias tables or the `texts` have
/// as well: finding them proves nothing. `count` is the number of pieces.
[[nodiscard]] std::vector<bool> found_elsewhere(const PieceFinder& finder, std::size_t count,
                                                const std::vector<Generation>& generations,
                                                const std::set<std::string>& own,
                                                const std::vector<std::string>& texts);

}  // namespace dateline::indexer

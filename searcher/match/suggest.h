// Completions of what is being typed.
#pragma once

#include <xapian.h>

#include <memory>

#include "common/actor_identities.h"
#include "dateline/completions.h"

namespace dateline::searcher {

/// Reads words, actors with their aliases, and sources. Time grows with articles and words: seconds on a million.
[[nodiscard]] std::shared_ptr<const Completions> read_completions(const Xapian::Database& database,
                                                                  const ActorIdentities& identities);

/// What finds the articles that have the completion's word or name.
[[nodiscard]] std::vector<std::string> completion_terms(const Completion& completion,
                                                        const ActorIdentities& identities);

}  // namespace dateline::searcher

// Completions of what is being typed.
#pragma once

#include <xapian.h>

#include <memory>

#include "dateline/completions.h"

namespace dateline::searcher {

/// Reads words, actors with their aliases, and sources. Time grows with articles and words: seconds on a million.
[[nodiscard]] std::shared_ptr<const Completions> read_completions(const Xapian::Database& database);

/// Articles of `database` that have the completion's word or name now.
[[nodiscard]] std::uint64_t articles_with(const Xapian::Database& database, const Completion& completion);

/// The boolean or ranking term that stands for a completion.
[[nodiscard]] std::string completion_term(const Completion& completion);

}  // namespace dateline::searcher

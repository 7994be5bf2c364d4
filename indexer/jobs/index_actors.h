// The actors of an index as a whole: who is whom, listed, shown and corrected.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/actor_identities.h"
#include "common/clock.h"
#include "common/store.h"
#include "indexer/enrich/actors/actor_data.h"

namespace dateline::indexer {

// --- For index jobs --------------------------------------------------------------------------------------------------

/// At the beginning of a job: a rebuild takes over what was decided by command; the rules of overrides.tsv are written.
/// True if anything changed. The caller commits. `actors` may be null.
bool prepare_identities(const std::filesystem::path& index, bool rebuild, const ActorData* actors, IndexWriter& writer);

/// At the end of a job that ran to its end: learns identities from all articles, once a generation, and commits.
void learn_identities_once(const ActorData* actors, IndexWriter& writer);

// --- For people ------------------------------------------------------------------------------------------------------

struct ListedActor {
  std::string name;
  ActorKind kind = ActorKind::person;
  std::size_t articles = 0;
};

/// Actors as facets show them, in most articles first; only of a kind, and only those whose name has `part` (folded),
/// if given. Throws Error.
[[nodiscard]] std::vector<ListedActor> list_actors(const std::filesystem::path& index, std::optional<ActorKind> kind,
                                                   std::string_view part);

/// A name under which articles hold an actor.
struct HeldName {
  std::string name;
  std::size_t articles = 0;
  std::optional<IdentityRule> rule;  ///< Why it is this actor's, unless it is the actor's own name.
};

struct ActorDetails {
  ListedActor actor;
  std::vector<HeldName> held_as;     ///< In most articles first.
  std::vector<std::string> aliases;  ///< Of the gazetteer, folded: what else `actor:` takes for this actor.
};

/// Whom a name or alias means; several if it is ambiguous, none if no article has it. Throws Error.
[[nodiscard]] std::vector<ActorDetails> show_actor(const std::filesystem::path& index, const std::string& name);

/// From now on articles that name `name` name `into`. A sentence for people that says what is so now. Throws
/// Error(usage) if no article names `name`, or `into` unless it may be a `new_name`, or overrides.tsv decides
/// otherwise, Error(busy), and as opening does.
std::string merge_actors(const std::filesystem::path& index, const std::string& name, const std::string& into,
                         bool new_name, const Clock& clock);

/// From now on `name` is an actor of its own, whatever it was merged into. Errors as above.
std::string split_actor(const std::filesystem::path& index, const std::string& name, const Clock& clock);

}  // namespace dateline::indexer

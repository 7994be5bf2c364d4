// The rules of actor_identities.h in an index.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/actor_identities.h"

namespace dateline {

/// All rules of an index, those of one origin together. Throws Error(index_corrupt); Xapian::Error passes through.
[[nodiscard]] std::vector<IdentityRule> read_identity_rules(const Xapian::Database& database);

/// Makes `rules`, all of that origin, the index's rules of the origin. True if anything changed. The caller commits.
bool write_identity_rules(Xapian::WritableDatabase& database, IdentityOrigin origin,
                          const std::vector<IdentityRule>& rules);

/// Reads schema::slot_actors, each name's meaning looked up once: a facet meets the same ones again and again.
class MeantActors {
 public:
  /// `identities` must outlive the object.
  explicit MeantActors(const ActorIdentities& identities) : identities_(identities) {}

  /// The actors that are meant, each once, sorted, as schema::unpack_actor takes them; valid as long as `value` and the
  /// object.
  [[nodiscard]] std::vector<std::string_view> unpack(std::string_view value);

 private:
  std::string_view meant(std::string_view packed);

  const ActorIdentities& identities_;
  std::unordered_map<std::string, std::string> meant_;  ///< Its nodes stay where they are: views point into them.
};

}  // namespace dateline

// The alias table that the indexer wrote into the index, and who is whom there.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/actor_identities.h"
#include "common/query/compile.h"

namespace dateline::searcher {

class IndexActorNames final : public query::ActorNames {
 public:
  /// `identities` must outlive the object.
  IndexActorNames(Xapian::Database database, const ActorIdentities& identities)
      : database_(std::move(database)), identities_(identities) {}
  [[nodiscard]] std::vector<std::string> canonical(std::string_view folded_alias) const override;
  [[nodiscard]] std::vector<std::string> held_as(std::string_view folded_name) const override;

 private:
  Xapian::Database database_;
  const ActorIdentities& identities_;
};

}  // namespace dateline::searcher

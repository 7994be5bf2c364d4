// The alias table that the indexer wrote into the index.
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/query/compile.h"

namespace dateline::searcher {

class IndexActorNames final : public query::ActorNames {
 public:
  explicit IndexActorNames(Xapian::Database database) : database_(std::move(database)) {}
  [[nodiscard]] std::vector<std::string> canonical(std::string_view folded_alias) const override;

 private:
  Xapian::Database database_;
};

}  // namespace dateline::searcher

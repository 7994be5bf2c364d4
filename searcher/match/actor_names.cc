#include "searcher/match/actor_names.h"

#include "common/schema.h"

namespace dateline::searcher {

std::vector<std::string> IndexActorNames::canonical(std::string_view folded_alias) const {
  const std::string packed = database_.get_metadata(schema::term(schema::kMetaAlias, folded_alias));
  std::vector<std::string> out;
  for (const std::string_view name : schema::unpack_strings(packed)) out.emplace_back(name);
  return out;
}

std::vector<std::string> IndexActorNames::held_as(std::string_view folded_name) const {
  return identities_.held_as(folded_name);
}

}  // namespace dateline::searcher
